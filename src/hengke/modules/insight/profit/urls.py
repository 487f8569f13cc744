"""Addresses of profit, of declared costs and of golden customers."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.profit import declaring, habits, views

urlpatterns = [
    path("profit", views.page, name="profit"),
    path("profit/customers.xlsx", views.export, name="profit-export"),
    path("profit/costs", declaring.page, name="profit-costs"),
    path("golden", habits.page, name="golden"),
    path("golden.xlsx", habits.export, name="golden-export"),
]

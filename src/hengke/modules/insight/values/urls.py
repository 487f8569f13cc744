"""Addresses of customers' values."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.values import views

urlpatterns = [
    path("value", views.page, name="value"),
    path("value.xlsx", views.export, name="value-xlsx"),
]

"""Addresses of the flow of customers."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.flow import views

urlpatterns = [
    path("flow", views.page, name="flow"),
    path("flow/customers", views.customers, name="flow-customers"),
    path("flow/customers.xlsx", views.export, name="flow-export"),
]

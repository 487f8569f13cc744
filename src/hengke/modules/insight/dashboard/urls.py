"""Addresses of the overview."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.dashboard import views

urlpatterns = [
    path("overview", views.overview, name="dashboard"),
    path("overview/customers", views.customers, name="dashboard-customers"),
    path("overview/lines", views.lines, name="dashboard-lines"),
    path("overview.xlsx", views.export, {"what": "overview"}, name="dashboard-export"),
    path("overview/<str:what>.xlsx", views.export, name="dashboard-export-list"),
]

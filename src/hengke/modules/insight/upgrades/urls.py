"""Addresses of upgrades."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.upgrades import views

urlpatterns = [
    path("upgrades", views.page, name="upgrades"),
    path("upgrades/customer/<int:customer>", views.plan, name="upgrade-new"),
    path("upgrades/<int:pk>", views.watch, name="upgrade-plan"),
    path("upgrades/<int:pk>/end", views.end, name="upgrade-end"),
]

"""Addresses of lost customers."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.losses import views

urlpatterns = [
    path("losses", views.page, name="losses"),
    path("losses.xlsx", views.export, name="losses-export"),
    path("losses/<int:customer>", views.record, name="loss-record"),
]

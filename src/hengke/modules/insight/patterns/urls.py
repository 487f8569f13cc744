"""Addresses of patterns and offers."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.patterns import offers, views

urlpatterns = [
    path("patterns", views.rules, name="patterns"),
    path("patterns.xlsx", views.export, name="patterns-xlsx"),
    path("patterns/sequences", views.sequences, name="sequences"),
    path("patterns/offers", offers.page, name="offers"),
    path("patterns/offers.xlsx", offers.export, name="offers-xlsx"),
]

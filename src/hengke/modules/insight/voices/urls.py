"""Addresses of customers' voices."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.voices import views

urlpatterns = [
    path("voices", views.page, name="voices"),
    path("voices/notes", views.notes, name="voices-notes"),
]

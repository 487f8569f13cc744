"""Addresses of the notice centre."""

from __future__ import annotations

from django.urls import path

from hengke.engines.notices import views

urlpatterns = [
    path("notices", views.centre, name="notices"),
    path("notices/part", views.part, name="notices-part"),
    path("notices/count", views.count, name="notices-count"),
    path("notices/stream", views.stream, name="notices-stream"),
    path("notices/read", views.read_all, name="notices-read"),
    path("notices/<int:pk>/read", views.read, name="notice-read"),
    path("notices/<int:pk>/open", views.open_one, name="notice-open"),
    path("notices/settings", views.settings, name="notices-settings"),
]

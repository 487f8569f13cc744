"""Addresses: faces bring the shell, engines and modules bring their own pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("hengke.faces.urls")),
]

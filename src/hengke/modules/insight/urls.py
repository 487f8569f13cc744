"""Addresses of imports, of names to review and of data quality."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

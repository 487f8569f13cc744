"""Addresses of background work."""

from __future__ import annotations

from django.urls import path

from hengke.engines.jobs import views

urlpatterns = [
    path("jobs", views.listing, name="jobs"),
    path("jobs/<int:pk>", views.detail, name="job"),
    path("jobs/<int:pk>/part", views.part, name="job-part"),
    path("jobs/<int:pk>/cancel", views.cancel, name="job-cancel"),
    path("jobs/<int:pk>/retry", views.retry, name="job-retry"),
]

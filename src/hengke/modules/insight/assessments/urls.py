"""Addresses of value assessments."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.assessments import views

urlpatterns = [
    path("assessments", views.listing, name="assessments"),
    path("assessments/customer/<int:customer>", views.of_customer, name="assessments-customer"),
    path("assessments/customer/<int:customer>/new", views.edit, name="assessment-new"),
    path("assessments/<int:pk>", views.report, name="assessment"),
    path("assessments/<int:pk>/edit", views.edit, name="assessment-edit"),
]

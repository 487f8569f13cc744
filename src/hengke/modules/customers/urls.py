"""Addresses of what only customers have; the rest is made from the declaration."""

from __future__ import annotations

from django.urls import path

from hengke.modules.customers import views

urlpatterns = [
    path("customers/<int:pk>/merge", views.merge, name="customer-merge"),
    path("customers/<int:pk>/split", views.split, name="customer-split"),
    path("customers/identity/<int:event>/undo", views.undo, name="customer-identity-undo"),
]

"""Addresses of the pivot."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.pivot import builder, files, lists, saved, views

urlpatterns = [
    path("pivot", views.page, name="pivot"),
    path("pivot/filter", lists.choose, name="pivot-filter"),
    path("pivot/lines", lists.lines, name="pivot-lines"),
    path("pivot/customers", lists.customers, name="pivot-customers"),
    path("pivot/ask", builder.ask, name="pivot-ask"),
    path("pivot/keep", saved.save, name="pivot-save"),
    path("pivot/kept/<int:pk>/delete", saved.delete, name="pivot-delete"),
    path("pivot.xlsx", files.export, {"form": "xlsx"}, name="pivot-xlsx"),
    path("pivot.csv", files.export, {"form": "csv"}, name="pivot-csv"),
]

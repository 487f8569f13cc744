"""Addresses of customer groups."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.groups import views

urlpatterns = [
    path("groups", views.page, name="groups"),
    path("groups/choose", views.choose, name="groups-choose"),
    path("groups/<int:number>", views.members, name="group"),
    path("groups/<int:number>.xlsx", views.export, name="group-xlsx"),
]

"""Addresses of customer groups."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.groups import declared, views

urlpatterns = [
    path("groups", views.page, name="groups"),
    path("groups/choose", views.choose, name="groups-choose"),
    path("groups/reactions", declared.page, name="reaction-groups"),
    path("groups/reactions/declare", declared.declare, name="reaction-declare"),
    path("groups/reactions/<int:pk>", declared.group, name="reaction-group"),
    path("groups/reactions/<int:pk>.xlsx", declared.export, name="reaction-xlsx"),
    path("groups/reactions/<int:pk>/remove", declared.remove, name="reaction-remove"),
    path("groups/<int:number>", views.members, name="group"),
    path("groups/<int:number>.xlsx", views.export, name="group-xlsx"),
]

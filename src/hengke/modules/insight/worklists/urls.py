"""Addresses of the work lists."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.worklists import views

urlpatterns = [
    path("worklists", views.listing, name="worklists"),
    path("worklists.xlsx", views.export, name="worklists-export"),
    path("worklists/renew", views.renew, name="worklists-renew"),
    path("worklists/<int:pk>", views.item, name="worklist-item"),
    path("worklists/<int:pk>/<str:what>", views.do, name="worklist-do"),
]

"""Addresses of the shell; records and insight bring their own."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from hengke.faces import views

urlpatterns = [
    path("", views.home, name="home"),
    path("welcome/<str:token>", views.welcome, name="welcome"),
    path("language", set_language, name="language"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("hengke.faces.backoffice.urls")),
]

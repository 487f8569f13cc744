"""Addresses of the forecast."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.forecasts import changes, files, views

urlpatterns = [
    path("forecast", views.page, name="forecast"),
    path("forecast/run", changes.run, name="forecast-run"),
    path("forecast/correct", changes.correct, name="forecast-correct"),
    path("forecast/corrections/<int:pk>/withdraw", changes.withdraw, name="forecast-withdraw"),
    path("forecast.xlsx", files.export, name="forecast-xlsx"),
]

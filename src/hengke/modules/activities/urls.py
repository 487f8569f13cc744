"""The address that the engine does not make from the declaration."""

from __future__ import annotations

from django.urls import path

from hengke.modules.activities import views

urlpatterns = [path("activities/log/<str:subject>/<int:pk>", views.log, name="activity-log")]

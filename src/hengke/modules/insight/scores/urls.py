"""Addresses of scores and models."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.scores import actions, cards, classification, grading

urlpatterns = [
    path("models", cards.page, name="models"),
    path("models/grades", grading.page, name="grades"),
    path("models/grades/save", grading.save, name="grades-save"),
    path("models/grades/file", grading.bring, name="grades-file"),
    path("models/classify", classification.page, name="classify"),
    path("models/classify/ask", classification.ask, name="classify-ask"),
    path("models/classify/<int:pk>", classification.answer, name="classify-answer"),
    path("models/versions/<int:pk>/promote", cards.decide, {"what": "promote"}, name="model-promote"),
    path("models/versions/<int:pk>/retire", cards.decide, {"what": "retire"}, name="model-retire"),
    path("models/<str:kind>/train", cards.train, name="model-train"),
    path("models/<str:kind>/settings", cards.change, name="model-settings"),
    path("customers/<int:pk>/scores/set", actions.override, name="score-set"),
    path("customers/<int:pk>/scores/leave", actions.leave, name="score-leave"),
    path("customers/<int:pk>/scores/refuse", actions.refuse, name="score-refuse"),
    path("customers/<int:pk>/scores/allow", actions.allow, name="score-allow"),
    path("scores/<int:event>/undo", actions.undo, name="score-undo"),
]

"""Addresses of the daily work, and the two that anybody may ask."""

from __future__ import annotations

from django.urls import path

from hengke.modules.orders.pages import intake, labels, public, recall, worklist

urlpatterns = [
    path("intake", intake.page, name="intake"),
    path("worklist", worklist.page, name="worklist"),
    path("worklist/step", worklist.step, name="worklist-step"),
    path("commissions/<int:pk>/labels", labels.labels, name="commission-labels"),
    path("commissions/<int:pk>/slip", labels.slip, name="commission-slip"),
    path("recall", recall.page, name="recall"),
    path("recall/propose", recall.propose, name="recall-propose"),
    path("recall/step", recall.step, name="recall-step"),
    path("recall/letters", recall.letters, name="recall-letters"),
    path("recall/calls", recall.calls, name="recall-calls"),
    path("status", public.status, name="order-status"),
    path("verify/<str:code>", public.verify, name="certificate-verify"),
]

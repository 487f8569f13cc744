"""Addresses: faces bring the shell, engines and modules bring their own pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("hengke.faces.urls")),
    path("", include("hengke.engines.access.urls")),
    path("", include("hengke.engines.account.urls")),
    path("", include("hengke.modules.customers.urls")),
    path("", include("hengke.modules.activities.urls")),
    path("", include("hengke.modules.orders.urls")),
    path("", include("hengke.engines.notices.urls")),
    path("", include("hengke.engines.records.urls")),
    path("", include("hengke.engines.collaboration.urls")),
    path("", include("hengke.engines.jobs.urls")),
    path("", include("hengke.modules.insight.dashboard.urls")),
    path("", include("hengke.modules.insight.pivot.urls")),
    path("", include("hengke.modules.insight.profit.urls")),
    path("", include("hengke.modules.insight.flow.urls")),
    path("", include("hengke.modules.insight.forecasts.urls")),
    path("", include("hengke.modules.insight.scores.urls")),
    path("", include("hengke.modules.insight.worklists.urls")),
    path("", include("hengke.modules.insight.losses.urls")),
    path("", include("hengke.modules.insight.assessments.urls")),
    path("", include("hengke.modules.insight.upgrades.urls")),
    path("", include("hengke.modules.insight.boards.urls")),
    path("", include("hengke.modules.insight.values.urls")),
    path("", include("hengke.modules.insight.patterns.urls")),
    path("", include("hengke.modules.insight.groups.urls")),
    path("", include("hengke.modules.insight.voices.urls")),
    path("", include("hengke.modules.insight.urls")),
]

handler400 = "hengke.faces.errors.bad_request"
handler403 = "hengke.faces.errors.forbidden"
handler404 = "hengke.faces.errors.not_found"
handler500 = "hengke.faces.errors.failed"

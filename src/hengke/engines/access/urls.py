"""Addresses of the audit and of leak protection."""

from __future__ import annotations

from django.urls import path

from hengke.engines.access.audit import views as audit
from hengke.engines.access.leaks import views as leaks

urlpatterns = [
    path("audit", audit.listing, name="audit"),
    path("audit/export", audit.export, name="audit-export"),
    path("audit/<int:pk>", audit.detail, name="audit-entry"),
    path("audit/unusual/<int:pk>/seen", audit.seen, name="audit-seen"),
    path("protection", leaks.overview, name="protection"),
    path("protection/role/<str:role>", leaks.role, name="protection-role"),
    path("protection/agreement", leaks.publish, name="protection-agreement"),
    path("protection/sensitive", leaks.mark, name="protection-sensitive"),
    path("agreement", leaks.accept, name="agreement"),
]

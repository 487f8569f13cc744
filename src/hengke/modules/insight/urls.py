"""Addresses of imports, of names to review and of data quality."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.pages import (
    catalogue,
    columns,
    connections,
    demo,
    imports,
    quality,
    review,
    unclear,
    upload,
)

urlpatterns = [
    path("imports", imports.listing, name="imports"),
    path("imports/new", upload.new_files, name="import-new"),
    path("imports/new/database", connections.new_database, name="import-database"),
    path("imports/new/service", connections.new_service, name="import-service"),
    path("imports/sources/<int:pk>/read", connections.read_again, name="source-read"),
    path("imports/columns", columns.columns, name="import-columns"),
    path("imports/discard", columns.discard, name="import-discard"),
    path("imports/progress", imports.progress, name="import-progress"),
    path("imports/progress/part", imports.progress_part, name="import-progress-part"),
    path("imports/<int:pk>", imports.detail, name="import"),
    path("imports/<int:pk>/lines", imports.lines, name="import-lines"),
    path("imports/<int:pk>/rejects.csv", imports.rejects, name="import-rejects"),
    path("imports/<int:pk>/start", imports.start, name="import-start"),
    path("imports/<int:pk>/undo", imports.undo, name="import-undo"),
    path("imports/unclear/<int:pk>", unclear.decide, name="import-unclear"),
    path("demo/clear", demo.clear, name="demo-clear"),
    path("demo/restore", demo.restore, name="demo-restore"),
    path("review", review.queue, name="review"),
    path("review/<int:pk>", review.queue, name="review-pair"),
    path("review/<int:pk>/decide", review.decide, name="review-decide"),
    path("review/<int:pk>/reopen", review.reopen, name="review-reopen"),
    path("review/undo", review.undo, name="review-undo"),
    path("review/decided", review.decided, name="review-decided"),
    path("review/bulk", review.bulk, name="review-bulk"),
    path("review/bulk/<int:pk>/undo", review.bulk_undo, name="review-bulk-undo"),
    path("review/thresholds", review.limits, name="review-thresholds"),
    path("catalogue", catalogue.page, name="catalogue"),
    path("quality", quality.page, name="quality"),
    path("quality/rejects.csv", quality.rejects, name="quality-rejects"),
]

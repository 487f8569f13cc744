"""Addresses of every declared record type, `<slug>:<page>`, and of search and undo."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from hengke.engines.records import api, registry
from hengke.engines.records.views import edit, files, importing, lists, pages, searching


def _of(slug: str) -> URLResolver:
    given = {"slug": slug}
    patterns = [
        path("", lists.list_page, given, name="list"),
        path("/new", edit.new, given, name="new"),
        path("/similar", edit.similar, given, name="similar"),
        path("/columns", lists.columns, given, name="columns"),
        path("/assign", lists.assign, given, name="assign"),
        path("/export", files.export_list, given, name="export"),
        path("/filter", lists.filters, given, name="filters"),
        path("/filter/<str:name>", lists.filter_form, given, name="filter"),
        path("/import", importing.upload, given, name="import"),
        path("/import/<str:token>/columns", importing.columns, given, name="import_columns"),
        path("/import/<int:pk>", importing.job_page, given, name="import_job"),
        path("/import/<int:pk>/start", importing.start, given, name="import_start"),
        path("/import/<int:pk>/errors", importing.errors, given, name="import_errors"),
        path("/<int:pk>", pages.page, given, name="page"),
        path("/<int:pk>/edit", edit.edit, given, name="edit"),
        path("/<int:pk>/delete", edit.delete, given, name="delete"),
        path("/<int:pk>/timeline", pages.more_timeline, given, name="timeline"),
    ]
    return path(slug, include((patterns, slug)))


_api = api.build()

urlpatterns: list[URLPattern | URLResolver] = [
    *(_of(record.slug) for record in registry.all_records()),
    path("search", searching.page, name="search"),
    path("search/", searching.page),
    path("search/suggest", searching.suggest, name="suggest"),
    path("api/v1/", include((api.urls(_api), "api"), namespace="api")),
    path("undo/<int:event>", edit.undo, name="undo"),
]

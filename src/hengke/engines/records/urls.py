"""Addresses of every declared record type, `<slug>:<page>`, and of search and undo."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, register_converter

from hengke.engines.records.privacy import views as privacy
from hengke.engines.records.rest import reference
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.addresses import MADE, MADE_SLUG
from hengke.engines.records.views import (
    boundaries,
    cells,
    conditions,
    doing,
    edit,
    fields,
    files,
    importing,
    kept,
    layouts,
    lists,
    many,
    objects,
    pages,
    ruling,
    saving,
    searching,
    shapes,
    sharing,
    undoing,
)


class MadeSlug:
    """The slug of an object of the institution's own; whether there is one is asked once the person is known."""

    regex = MADE_SLUG.pattern

    def to_python(self, text: str) -> str:
        return text

    def to_url(self, slug: str) -> str:
        return slug


register_converter(MadeSlug, MADE)


def _of(slug: str, namespace: str, given: dict[str, str]) -> URLResolver:
    """The pages of a record type; `slug` is how an address names it."""
    patterns = [
        path(slug, lists.list_page, given, name="list"),
        path(f"{slug}/board", shapes.board_page, given, name="board"),
        path(f"{slug}/calendar", shapes.calendar_page, given, name="calendar"),
        path(f"{slug}/timeline", shapes.axis_page, given, name="axis"),
        path(f"{slug}/map", shapes.map_page, given, name="map"),
        path(f"{slug}/views", saving.save, given, name="view_save"),
        path(f"{slug}/views/<int:pk>", saving.save, given, name="view_update"),
        path(f"{slug}/views/<int:pk>/delete", saving.delete, given, name="view_delete"),
        path(f"{slug}/views/<int:pk>/restore", saving.restore, given, name="view_restore"),
        path(f"{slug}/new", edit.new, given, name="new"),
        path(f"{slug}/similar", edit.similar, given, name="similar"),
        path(f"{slug}/suggest", searching.choices, given, name="suggest"),
        path(f"{slug}/columns", lists.columns, given, name="columns"),
        path(f"{slug}/widths", lists.widths, given, name="widths"),
        path(f"{slug}/assign", lists.assign, given, name="assign"),
        path(f"{slug}/many", many.change, given, name="many"),
        path(f"{slug}/many/delete", many.remove, given, name="many_delete"),
        path(f"{slug}/export", files.export_list, given, name="export"),
        path(f"{slug}/conditions", conditions.conditions, given, name="conditions"),
        path(f"{slug}/filter", lists.filters, given, name="filters"),
        path(f"{slug}/filter/<str:name>", lists.filter_form, given, name="filter"),
        path(f"{slug}/import", importing.upload, given, name="import"),
        path(f"{slug}/import/<str:token>/columns", importing.columns, given, name="import_columns"),
        path(f"{slug}/import/<int:pk>", importing.job_page, given, name="import_job"),
        path(f"{slug}/import/<int:pk>/start", importing.start, given, name="import_start"),
        path(f"{slug}/import/<int:pk>/errors", importing.errors, given, name="import_errors"),
        path(f"{slug}/<int:pk>", pages.page, given, name="page"),
        path(f"{slug}/<int:pk>/cell/<str:name>", cells.cell, given, name="cell"),
        path(f"{slug}/<int:pk>/edit", edit.edit, given, name="edit"),
        path(f"{slug}/<int:pk>/delete", edit.delete, given, name="delete"),
        path(f"{slug}/<int:pk>/do/<slug:key>", doing.do, given, name="do"),
        path(f"{slug}/<int:pk>/share", sharing.share, given, name="share"),
        path(f"{slug}/<int:pk>/unshare", sharing.unshare, given, name="unshare"),
        path(f"{slug}/<int:pk>/reveal/<str:name>", sharing.reveal, given, name="reveal"),
        path(f"{slug}/<int:pk>/timeline", pages.more_timeline, given, name="timeline"),
    ]
    return path("", include((patterns, namespace)))


_fields = [
    path("fields", fields.objects, name="fields"),
    path("fields/undo/<int:event>", fields.undo, name="fields_undo"),
    path("fields/<slug:slug>", fields.of_object, name="fields_of"),
    path("fields/<slug:slug>/new", fields.new, name="field_new"),
    path("fields/<slug:slug>/<int:pk>", fields.edit, name="field_edit"),
    path("fields/<slug:slug>/<int:pk>/kind", fields.kind, name="field_kind"),
    path("fields/<slug:slug>/<int:pk>/move", fields.move, name="field_move"),
    path("fields/<slug:slug>/<int:pk>/remove", fields.remove, name="field_remove"),
    path("fields/<slug:slug>/<int:pk>/restore", fields.restore, name="field_restore"),
]

_objects = [
    path("layouts/<slug:slug>", layouts.page, name="layout"),
    path("objects/new", objects.new, name="object_new"),
    path("objects/<int:pk>", objects.edit, name="object_edit"),
    path("objects/<int:pk>/remove", objects.remove, name="object_remove"),
    path("objects/<int:pk>/restore", objects.restore, name="object_restore"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *(_of(record.slug, record.slug, {"slug": record.slug}) for record in registry.all_records()),
    _of(f"<{MADE}:slug>", MADE, {}),
    path("search", searching.page, name="search"),
    path("search/", searching.page),
    path("search/suggest", searching.suggest, name="suggest"),
    *_fields,
    *_objects,
    path("field-files/<int:pk>", kept.download, name="field-file"),
    path("field-files/<int:pk>/show", kept.show, name="field-file-show"),
    path("api/v1/", include("hengke.engines.records.rest.urls")),
    path("api-reference", reference.page, name="api-reference"),
    path("privacy", privacy.page, name="privacy"),
    path("privacy/export", privacy.export, name="privacy-export"),
    path("privacy/erase", privacy.erase, name="privacy-erase"),
    path("undo/<int:event>", undoing.undo, name="undo"),
    path("boundaries", boundaries.page, name="boundaries"),
    path("boundaries/<int:pk>/remove", boundaries.remove, name="boundary-remove"),
    path("rules", ruling.page, name="rules"),
    path("rules/<int:pk>/delete", ruling.delete, name="rule-delete"),
    path("history", undoing.history_page, name="history"),
    path("bin", undoing.bin_page, name="bin"),
    path("bin/<int:pk>/restore", undoing.restore, name="bin-restore"),
    path("bin/purge", undoing.purge, name="bin-purge"),
]

"""Addresses of the API. A record type is looked up at each request, so one that is made later has them too."""

from __future__ import annotations

from django.urls import path, register_converter

from hengke.engines.records.rest import document, files, many, meta, objects
from hengke.engines.records.rest.door import door
from hengke.engines.records.schema import registry


class RecordSlug:
    """The slug of a declared record type."""

    regex = "[-a-z0-9_]+"

    def to_python(self, text: str) -> str:
        if all(record.slug != text for record in registry.all_records()):
            raise ValueError(text)
        return text

    def to_url(self, slug: str) -> str:
        return slug


register_converter(RecordSlug, "record")

app_name = "api"
urlpatterns = [
    path("openapi.json", door(get=document.document), name="openapi"),
    path("me", door(get=meta.me), name="me"),
    path("undo/<int:event>", door(post=objects.undo), name="undo"),
    path("<record:slug>", door(get=objects.read_list, post=objects.create), name="list"),
    path("<record:slug>/meta", door(get=meta.meta), name="meta"),
    path("<record:slug>/bulk", door(post=many.write), name="bulk"),
    path(
        "<record:slug>/<int:pk>",
        door(get=objects.read_one, patch=objects.update, delete=objects.delete),
        name="one",
    ),
    path("<record:slug>/files/<slug:name>", door(post=files.keep), name="file_keep"),
    path("<record:slug>/<int:pk>/files/<slug:name>", door(get=files.fetch), name="file"),
    path("<record:slug>/<int:pk>/restore", door(post=objects.restore), name="restore"),
    path("<record:slug>/<int:pk>/<slug:key>", door(post=objects.act), name="act"),
]

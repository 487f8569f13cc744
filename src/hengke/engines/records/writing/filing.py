"""A control for a file of the record's own: one that is kept already, another one, or none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengke.engines.access.actor import Actor
from hengke.engines.access.wording import in_words
from hengke.engines.records.custom import kept
from hengke.engines.records.custom.models import KeptFile
from hengke.engines.records.schema.declarations import Field, RecordType
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole


class Picker(forms.Widget):
    """A file to choose; the key of the present one is sent along, so that a refused form does not lose an upload."""

    needs_multipart_form = True

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The present file by its name, a tick to take it away, and a control for another one."""
        words = named(value) if value else ""
        now = format_html(
            '<span class="row"><a class="kept grow" href="/field-files/{}">{}</a><label class="tick">'
            '<input type="checkbox" name="{}-clear"><span>{}</span></label></span>',
            value, words, name, _("Take away"),
        ) if words else ""  # fmt: skip
        own = format_html(' id="{}"', attrs["id"]) if attrs and attrs.get("id") else ""
        key = format_html('<input type="hidden" name="{}" value="{}">', name, value or "")
        return format_html(
            '<span class="col filing">{}{}<input type="file" name="{}-file"{}></span>', now, key, name, own
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was uploaded, nothing, or the key that stands in the form or the request."""
        if f"{name}-file" in files:
            return files[f"{name}-file"]
        return "" if data.get(f"{name}-clear") else data.get(name)


class FilingField(forms.Field):
    """The key of a kept file. An upload is kept as soon as it is read; only a saved record holds it."""

    default_error_messages = {"unknown": gettext_lazy("There is no such file, or it is not yours to use.")}

    def __init__(
        self, record: RecordType, field: Field, actor: Actor, *, current: int | None, **options: Any
    ) -> None:
        super().__init__(widget=Picker, **options)
        self.record, self.field, self.actor, self.current = record, field, actor, current

    def clean(self, value: Any) -> int | None:
        """The key."""
        if isinstance(value, UploadedFile):
            return self._kept(value)
        value = super().clean(value)
        text = str(value or "").strip()
        if not text:
            return None
        if not is_whole(text) or len(text) > 18:
            raise ValidationError(self.error_messages["unknown"])
        try:
            return kept.taken(self.field, int(text), actor=self.actor, current=self.current)
        except InputError as error:
            raise ValidationError(in_words(error)) from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """An upload that was kept is shown as such when the form comes back."""
        return getattr(data, "kept", None) if isinstance(data, UploadedFile) else data

    def has_changed(self, initial: Any, data: Any) -> bool:
        return isinstance(data, UploadedFile) or super().has_changed(initial, data)

    def _kept(self, upload: Any) -> int:
        try:
            file = kept.keep(self.record, self.field, str(upload.name), upload.chunks(), actor=self.actor)
        except InputError as error:
            raise ValidationError(in_words(error)) from None
        upload.kept = file.pk
        return int(file.pk)


def named(key: Any) -> str:
    """The name of a kept file; "" for one that is gone."""
    if not is_whole(str(key)) or len(str(key)) > 18:
        return ""
    return KeptFile.objects.filter(pk=int(key)).values_list("name", flat=True).first() or ""

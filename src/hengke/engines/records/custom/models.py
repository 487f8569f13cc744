"""Objects that an institution makes without code: what each is, and the one table in which all their rows lie."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hengke.engines.access.models import OrgUnit
from hengke.engines.access.scoping import Path, UnitOf
from hengke.engines.records.models import Dated


class CustomObject(models.Model):
    """An object that an administrator made; its own fields are `CustomField` rows under its slug.

    `name` is in the institution's language; the English words are optional. `pattern` numbers its rows, "" for none.
    """

    name = models.CharField(pgettext_lazy("object", "name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    plural_en = models.CharField(_("English name of several"), max_length=60, blank=True)
    icon = models.CharField(_("icon"), max_length=30, default="document")
    title_name = models.CharField(_("name of the title field"), max_length=60)
    pattern = models.CharField(_("number pattern"), max_length=60, blank=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("object of your own")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        """What it is called in addresses and in the API."""
        return f"o{self.pk}"


class CustomRecord(Dated):
    """One row of any object of the institution's own; all but name, number and owner lies in `extra`.

    Every such object has a proxy of this model (`made.py`), which is the model of its record type.
    """

    kind = models.ForeignKey(CustomObject, models.PROTECT, related_name="+", editable=False, db_index=False)
    name = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("number"), max_length=60, blank=True, editable=False)
    tags = models.TextField(_("tags"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("responsible"),
    )  # fmt: skip
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )

    scope_paths: ClassVar[dict[str, Path]] = {
        "owner": "owner_id",
        "unit": UnitOf("unit_id"),
        "laboratory": "unit__name",
    }
    # The object whose rows a proxy shows.
    made_kind: ClassVar[int | None] = None
    # Its events belong to no customer: who sees the customer need not see this.
    party_id: ClassVar[None] = None

    class Meta:
        verbose_name = _("row of an object of your own")
        indexes = (
            models.Index(fields=("kind", "name", "id"), name="custom_record_name"),
            models.Index(fields=("kind", "number", "id"), name="custom_record_number"),
            models.Index(fields=("kind", "owner", "id"), name="custom_record_owner"),
            models.Index(fields=("kind", "created_at", "id"), name="custom_record_created"),
            models.Index(fields=("kind", "updated_at", "id"), name="custom_record_updated"),
        )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        if not args and self.kind_id is None and self.made_kind is not None:
            self.kind_id = self.made_kind

    def __str__(self) -> str:
        return self.name


class KeptFile(models.Model):
    """A file that is the value of a custom field: rows hold its key in `extra`, and `digest` names the bytes.

    `digest` is empty once the content was erased. `left_at`: since when no row holds the file any more.
    """

    field = models.ForeignKey("records.CustomField", models.PROTECT, related_name="+")
    name = models.CharField(_("file name"), max_length=200)
    digest = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=100)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("file of a field")

    def __str__(self) -> str:
        return self.name


class RecordLayout(models.Model):
    """The order in which a role ("" for all that have none of their own) finds sections and fields of a record type.

    `sections`: [{"label": "", "key": …, "fields": […]}], an empty label is the declared one; `hidden`: fields that
    page and form leave out. That is convenience, no right: lists, filters, export and API know them as before.
    """

    record = models.CharField(max_length=60)
    role = models.CharField(max_length=30, blank=True)
    sections = models.JSONField(default=list)
    hidden = models.JSONField(default=list)

    class Meta:
        verbose_name = _("layout")
        constraints = (models.UniqueConstraint(fields=("record", "role"), name="record_layout_once"),)

    def __str__(self) -> str:
        return f"{self.record} {self.role}".strip()

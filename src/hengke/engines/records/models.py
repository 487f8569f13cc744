"""What every record has, and the search index: one entry per record; its tokens live in the full-text table."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.scoping import Scoped
from hengke.engines.records.custom.columns import Extra


class Dated(Scoped):
    """Rows that say when they were made and changed, and that can be put into the recycle bin."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True, editable=False, db_index=True)
    extra = Extra(default=dict, blank=True, editable=False)

    live: ClassVar[models.Q] = models.Q(deleted_at=None)

    class Meta:
        abstract = True


class Counter(models.Model):
    """The last number given out under a name; a number is never used twice, even after deletion."""

    name = models.CharField(max_length=80, primary_key=True)
    value = models.BigIntegerField(default=0)


class SearchEntry(models.Model):
    """What a search hit shows and how much it weighs."""

    record = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    subtitle = models.CharField(max_length=300, blank=True)
    weight = models.FloatField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("record", "object_id"), name="search_entry_once"),)
        indexes = (models.Index(fields=("-weight",), name="search_entry_weight"),)


class MapBoundary(models.Model):
    """Areas that the institution imported, ready to be drawn; `region` is a province's code, "" for all of them.

    `approval` is the number under which the map may be shown in public (审图号).
    """

    region = models.CharField(_("map of"), max_length=6, blank=True, unique=True)
    approval = models.CharField(_("map approval number"), max_length=60)
    file_name = models.CharField(max_length=200)
    drawing = models.JSONField()
    areas = models.PositiveIntegerField()
    made_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now=True)


class SavedView(models.Model):
    """A tab over a list that a person made: what the shipped views are in code. `state` is a list's own.

    Keys of `state`: filter (stored form), sort, q, group, shape, columns, widths.
    """

    record = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    shared = models.BooleanField(_("for everybody"), default=False)
    state = models.JSONField(default=dict)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("view")
        indexes = (models.Index(fields=("record", "deleted_at"), name="saved_view_record"),)

    def __str__(self) -> str:
        return self.name


class CustomField(models.Model):
    """A field that an administrator gave to a record type; its values lie in `extra` under "c<key of the row>".

    `options` by kind: choices [[key, words], …], digits, low, high, of (the slug that a reference points to).
    """

    record = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20)
    options = models.JSONField(default=dict)
    section = models.CharField(_("section"), max_length=60, blank=True)
    help = models.CharField(_("help"), max_length=200, blank=True)
    required = models.BooleanField(_("required"), default=False)
    list = models.BooleanField(_("column of the list"), default=False)
    filter = models.BooleanField(_("can be filtered and sorted"), default=True)
    search = models.BooleanField(_("found by search"), default=False)
    sensitivity = models.CharField(_("sensitivity"), max_length=20, blank=True)
    position = models.IntegerField(default=0)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("field")
        ordering = ("position", "pk")
        indexes = (models.Index(fields=("record", "deleted_at"), name="custom_field_record"),)

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """The name of the field in addresses, API and `extra`."""
        return f"c{self.pk}"


class Definitions(models.Model):
    """One row; its number changes with every change of custom fields and objects, so that processes notice."""

    stamp = models.BigIntegerField()


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered, for a day; `status` 0 while the work is going on."""

    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="kept_answer_once"),)


class Deleted(models.Model):
    """An object in the recycle bin: who put it there, under which event, and how much went along (by model)."""

    subject = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    name = models.CharField(_("name"), max_length=200)
    at = models.DateTimeField(_("deleted"), db_index=True)
    actor = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    event = models.ForeignKey("access.Event", models.PROTECT, related_name="+")
    along = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("subject", "object_id"), name="deleted_once"),)

    def __str__(self) -> str:
        return self.name


class RecordRule(models.Model):
    """A condition that an administrator wants to hold for every object of a record type, and what to say if not.

    `must` is a filter in its stored form over fields of the record.
    """

    record = models.CharField(max_length=60)
    words = models.CharField(_("message"), max_length=200)
    must = models.JSONField()
    made_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("rule")
        indexes = (models.Index(fields=("record", "deleted_at"), name="record_rule_record"),)

    def __str__(self) -> str:
        return self.words


# Django finds the models of an app through this module.
from hengke.engines.records.custom.models import (  # noqa: E402, F401
    CustomObject,
    CustomRecord,
    KeptFile,
    RecordLayout,
)
from hengke.engines.records.privacy.models import ErasureRequest  # noqa: E402, F401

"""What was handed in, line by line, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.models import Event
from hengke.engines.access.scopes import WHERE_WORDS
from hengke.engines.access.scoping import Path, Scoped, UnitOf
from hengke.engines.jobs.models import Job
from hengke.modules.customers.models import CustomerName
from hengke.modules.insight.enums import ImportState, SourceKind


class Source(models.Model):
    """Where ledger lines come from: how to read it, which columns mean what, which columns make the key.

    `connection` of a database holds its address for people to see, the query, and the whole address with its
    password encrypted (services/sealing.py). `reading` is what people chose when its last file was imported.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=SourceKind.choices, default=SourceKind.FILE)
    connection = models.JSONField(default=dict, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    reading = models.JSONField(default=dict, blank=True)
    key_fields = models.JSONField(default=list, blank=True)
    is_demo = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("source")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """One file (or one reading of a database) brought into a source.

    `inspection` is what was detected, `mapping` how its columns are read (found again by `fingerprint` of the
    headers), `totals` the claimed sums beside the counted ones.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="imports")
    file_name = models.CharField(_("file"), max_length=255)
    digest = models.CharField(max_length=64, db_index=True)
    fingerprint = models.CharField(max_length=32, blank=True, db_index=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState.choices, default=ImportState.DRAFT
    )
    inspection = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    key_fields = models.JSONField(default=list, blank=True)
    snapshot = models.BooleanField(default=False)
    rows_read = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    corrected = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    removed = models.BigIntegerField(default=0)
    billed = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    totals = models.JSONField(default=list)
    from_date = models.DateField(null=True)
    to_date = models.DateField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")


class LedgerLine(Scoped):
    """One instrument submitted once. The fact everything is counted from; it hangs on the alias, not the
    customer.

    `removed_by` is the full snapshot that no longer held the line. Lines of an archived source do not count.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="lines", db_index=False)
    origin = models.ForeignKey(Import, models.PROTECT, related_name="lines")
    removed_by = models.ForeignKey(Import, models.PROTECT, null=True, related_name="removals", db_index=False)
    line_no = models.BigIntegerField()
    key_hash = models.BinaryField(max_length=16)
    occurrence = models.IntegerField(default=1)
    row_hash = models.BinaryField(max_length=16)
    alias = models.ForeignKey(
        CustomerName, models.PROTECT, null=True, related_name="lines_of", db_index=False
    )
    customer_name = models.CharField(_("customer name"), max_length=200)
    contact = models.CharField(_("contact"), max_length=1000, blank=True)
    phone = models.CharField(_("phone"), max_length=1000, blank=True)
    address = models.CharField(_("address"), max_length=1000, blank=True)
    code = models.CharField(_("social credit code"), max_length=1000, blank=True)
    order_no = models.CharField(_("order number"), max_length=1000, blank=True)
    submitted_on = models.DateField(_("submitted on"))
    instrument_name = models.CharField(_("instrument"), max_length=1000, blank=True)
    model = models.CharField(_("model"), max_length=1000, blank=True)
    serial = models.CharField(_("serial number"), max_length=1000, blank=True)
    laboratory = models.CharField(_("laboratory"), max_length=1000, blank=True)
    project_group = models.CharField(_("project group"), max_length=1000, blank=True)
    service_kind = models.CharField(_("kind of service"), max_length=1000, blank=True)
    item = models.CharField(_("item"), max_length=1000, blank=True)
    done_on = models.DateField(_("done on"), null=True)
    valid_until = models.DateField(_("valid until"), null=True)
    list_price = models.DecimalField(_("list price"), max_digits=18, decimal_places=2, null=True)
    discount = models.DecimalField(_("discount"), max_digits=9, decimal_places=4, null=True)
    billed = models.DecimalField(_("billed"), max_digits=18, decimal_places=2)
    received = models.DecimalField(_("received"), max_digits=18, decimal_places=2, null=True)
    received_on = models.DateField(_("received on"), null=True)
    cost = models.DecimalField(_("cost"), max_digits=18, decimal_places=2, null=True)
    handler = models.CharField(_("handled by"), max_length=1000, blank=True)
    remark = models.CharField(_("remark"), max_length=1000, blank=True)

    scope_paths: ClassVar[dict[str, Path]] = {
        "owner": "alias__customer__owner_id",
        "unit": UnitOf("alias__customer__unit_id"),
        "customers.customer": "alias__customer_id",
        "laboratory": "laboratory",
        **{word: f"alias__customer__{word}" for word in WHERE_WORDS},
    }
    live: ClassVar[models.Q] = models.Q(removed_by=None, source__archived_at=None)

    class Meta:
        verbose_name = _("ledger line")
        constraints = (
            models.UniqueConstraint(fields=("source", "key_hash", "occurrence"), name="line_once"),
        )
        indexes = (
            models.Index(fields=("alias", "-submitted_on"), name="line_alias"),
            models.Index(fields=("customer_name",), name="line_name"),
            models.Index(
                fields=("removed_by",), name="line_removed", condition=models.Q(removed_by__isnull=False)
            ),
        )


class LedgerCorrection(models.Model):
    """What a line said before a later import corrected it: `before` holds the changed fields only."""

    line = models.ForeignKey(LedgerLine, models.CASCADE, related_name="corrections")
    origin = models.ForeignKey(Import, models.PROTECT, related_name="corrections")
    row_hash = models.BinaryField(max_length=16)
    before = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)


class Reject(models.Model):
    """A row of a file that did not become a ledger line, with the reason."""

    origin = models.ForeignKey(Import, models.CASCADE, related_name="rejects")
    line_no = models.BigIntegerField()
    reason = models.CharField(max_length=40)
    message = models.CharField(max_length=300)
    cells = models.JSONField()

    class Meta:
        indexes = (models.Index(fields=("origin", "line_no"), name="reject_line"),)

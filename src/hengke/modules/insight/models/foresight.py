"""What is expected: runs of each room, forecasts and corrections, customers' outlooks, offers, groups, notes read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.modules.activities.models import Activity
from hengke.modules.customers import references
from hengke.modules.customers.models import Customer
from hengke.modules.customers.references import Merge
from hengke.modules.insight.enums import Room


class Foresight(models.Model):
    """One run of a room: on which warehouse, what it knew (`as_of`), and what is true of all of it (`facts`)."""

    room = models.CharField(max_length=10, choices=Room.choices)
    as_of = models.DateField()
    warehouse = models.IntegerField(default=0)
    facts = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=("room", "-id"), name="foresight_room"),)


class ForecastNode(models.Model):
    """A part of the institution and its months ahead, in whole units: cents, or instruments.

    `code` names the part in addresses and stays the same from run to run; `first` is the month of `history`'s first
    value (12 · year + month − 1); `ahead` holds the mean and the bounds of each month, `told` sums, back-test,
    weights of methods and the festival's shifts.
    """

    run = models.ForeignKey(Foresight, models.CASCADE, related_name="nodes")
    measure = models.CharField(max_length=10)
    axis = models.CharField(max_length=12)
    code = models.CharField(max_length=16)
    above = models.CharField(max_length=16, blank=True)
    path = models.JSONField(default=list)
    first = models.IntegerField()
    history = models.JSONField()
    ahead = models.JSONField()
    told = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "measure", "code"), name="node_once"),)
        indexes = (models.Index(fields=("run", "measure", "axis", "above"), name="node_above"),)


class ForecastCorrection(models.Model):
    """What somebody expects instead of the model, with the reason; kept beside what the model said then.

    It stands for `months` months from `first` on. A withdrawn one stays for judging.
    """

    measure = models.CharField(max_length=10)
    axis = models.CharField(max_length=12)
    code = models.CharField(max_length=16)
    path = models.JSONField(default=list)
    first = models.IntegerField()
    months = models.PositiveSmallIntegerField()
    model_units = models.BigIntegerField()
    units = models.BigIntegerField()
    reason = models.CharField(_("reason"), max_length=300)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("measure", "code"), name="correction_code"),)


class CustomerOutlook(models.Model):
    """What a customer will probably bring in the next twelve months.

    `times` and `value` are the lifetime model's own figures with their intervals, `next_year` the share of the
    institution's forecast between what such shares came to.
    """

    run = models.ForeignKey(Foresight, models.CASCADE, related_name="outlooks")
    customer = models.OneToOneField(Customer, models.CASCADE, related_name="outlook")
    alive = models.FloatField()
    times = models.FloatField()
    times_low = models.FloatField()
    times_high = models.FloatField()
    value = models.DecimalField(max_digits=18, decimal_places=2)
    value_low = models.DecimalField(max_digits=18, decimal_places=2)
    value_high = models.DecimalField(max_digits=18, decimal_places=2)
    next_year = models.DecimalField(max_digits=18, decimal_places=2)
    next_low = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    next_high = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    last_year = models.DecimalField(max_digits=18, decimal_places=2)
    best_year = models.DecimalField(max_digits=18, decimal_places=2)
    last_on = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=("-next_year", "id"), name="outlook_next"),)


class Offer(models.Model):
    """What a customer could be offered (`kind` cross), or will probably send next (`kind` next), and why."""

    run = models.ForeignKey(Foresight, models.CASCADE, related_name="offers")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="offers")
    kind = models.CharField(max_length=5)
    item = models.CharField(max_length=200)
    because = models.JSONField(default=list)
    probability = models.FloatField()
    lift = models.FloatField(null=True)
    worth = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    expected_on = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("customer", "kind"), name="offer_customer"),
            models.Index(fields=("kind", "-worth", "id"), name="offer_worth"),
        )


class ClusterMember(models.Model):
    """The group a customer was found in by the last run; its number stays from run to run."""

    run = models.ForeignKey(Foresight, models.CASCADE, related_name="members")
    customer = models.OneToOneField(Customer, models.CASCADE, related_name="cluster")
    number = models.SmallIntegerField(db_index=True)


class BehaviourGroup(models.Model):
    """A group by reactions that somebody declared: every condition must hold."""

    name = models.CharField(_("name"), max_length=60)
    conditions = models.JSONField(default=list)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)


class NoteReading(models.Model):
    """What was read out of an activity's text: how it sounds, what it is about, what it asks for."""

    run = models.ForeignKey(Foresight, models.CASCADE, related_name="readings")
    activity = models.OneToOneField(Activity, models.CASCADE, related_name="reading")
    tone = models.CharField(max_length=10, db_index=True)
    score = models.FloatField()
    topic = models.SmallIntegerField(db_index=True)
    needs = models.JSONField(default=list)


for _model in ("CustomerOutlook", "Offer", "ClusterMember"):
    references.declare(f"insight.{_model}", "customer", Merge.REBUILD)

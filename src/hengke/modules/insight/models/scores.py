"""Scores of customers from models: which model is in force, what it says of whom, and what people say against it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.scoping import Path, Scoped
from hengke.engines.jobs.models import Job
from hengke.modules.customers import references
from hengke.modules.customers.models import CUSTOMER_PATHS, Customer
from hengke.modules.customers.references import Merge
from hengke.modules.insight.enums import Band, ScoreKind, VersionState

# A score is made of the lines of all laboratories: whoever sees one laboratory only finds no way to it.
WHOLE_PATHS: dict[str, Path] = {word: path for word, path in CUSTOMER_PATHS.items() if word != "laboratory"}


class ModelVersion(models.Model):
    """A trained model and everything that its card tells.

    `card` holds figures with intervals, curves, weights and the readable tree (see services/scoring/cards.py),
    `threshold` the cut by cost, `drift` what the last scoring found. `model` is the fitted model as compressed plain
    text (never a pickle), whose hash is `model_digest`; `data_digest` is that of what it learned from. `why` says in
    a code and its parts why it is in force or not.
    """

    kind = models.CharField(max_length=12, choices=ScoreKind.choices)
    number = models.IntegerField()
    state = models.CharField(max_length=12, choices=VersionState.choices, default=VersionState.CHALLENGER)
    algorithm = models.CharField(max_length=20)
    basis = models.CharField(max_length=12, default="outcome")
    as_of = models.DateField()
    tested_on = models.DateField(null=True)
    rows = models.IntegerField(default=0)
    positives = models.IntegerField(default=0)
    features = models.IntegerField(default=0)
    data_digest = models.CharField(max_length=64)
    model = models.BinaryField()
    model_digest = models.CharField(max_length=64)
    card = models.JSONField(default=dict)
    threshold = models.JSONField(default=dict)
    drift = models.JSONField(default=dict)
    why = models.JSONField(default=dict)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    trained_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    trained_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("version of a model")
        constraints = (
            models.UniqueConstraint(fields=("kind", "number"), name="model_version_once"),
            models.UniqueConstraint(
                fields=("kind",), condition=models.Q(state="champion"), name="model_one_champion"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class CustomerScore(Scoped):
    """What the model in force says of a customer now.

    `value` lies in 0..1: for credit and loyalty near 1 is good, for churn and late payment near 1 is bad. `reasons`
    are the features that move it most: name, value, share of customers with a smaller one, what it adds to the logit
    (words: scores/words.py). `trend` are former values, [day, value], oldest first.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="scores")
    kind = models.CharField(max_length=12, choices=ScoreKind.choices)
    value = models.FloatField()
    band = models.CharField(max_length=6, choices=Band.choices)
    reasons = models.JSONField(default=list)
    expected_loss = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+", db_index=False)
    as_of = models.DateField()
    trend = models.JSONField(default=list)

    scope_paths: ClassVar[dict[str, Path]] = WHOLE_PATHS

    class Meta:
        verbose_name = _("score")
        constraints = (models.UniqueConstraint(fields=("customer", "kind"), name="score_once"),)
        indexes = (models.Index(fields=("kind", "-value"), name="score_by_value"),)


class ScoreOverride(models.Model):
    """A person's judgement in the place of the model's, with the reason; the newest of a customer and kind holds."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=ScoreKind.choices)
    value = models.FloatField()
    reason = models.CharField(_("reason"), max_length=300)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("score set by a person")
        indexes = (models.Index(fields=("customer", "kind", "-id"), name="override_newest"),)


class ProfilingRefusal(models.Model):
    """The customer does not want to be scored: no score is made, shown or kept while a row exists."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("refusal of scores")


class ExpertGrade(models.Model):
    """How an expert judges a customer's credit; models may learn from such grades instead of the outcome."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    grade = models.CharField(_("grade"), max_length=6, choices=Band.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("expert's grade")
        indexes = (models.Index(fields=("customer", "-id"), name="grade_newest"),)


class ScoreSetting(models.Model):
    """From which value on a score is good or fair, and what a miss and a false alarm cost; the newest row holds."""

    kind = models.CharField(max_length=12, choices=ScoreKind.choices)
    good = models.FloatField()
    fair = models.FloatField()
    miss = models.FloatField()
    alarm = models.FloatField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("setting of scores")
        indexes = (models.Index(fields=("kind", "-id"), name="score_setting_newest"),)


references.declare("insight.CustomerScore", "customer", Merge.REBUILD)
references.declare("insight.ScoreOverride", "customer", Merge.MOVE)
references.declare("insight.ProfilingRefusal", "customer", Merge.MOVE)
references.declare("insight.ExpertGrade", "customer", Merge.MOVE)

"""Where bands begin and what mistakes cost, as people set them; stored scores and thresholds follow at once."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.db.models import Q

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import InputError
from hengke.modules.insight.enums import Band
from hengke.modules.insight.models import CustomerScore, ScoreSetting
from hengke.modules.insight.services.scoring import cards, registry
from hengke.modules.insight.services.scoring.kinds import MADE_FROM, RISKS, TRAINED, Rules

MOST_COST = 1_000_000.0


def apply(kind: str, wanted: Rules, *, actor: Actor) -> ScoreSetting:
    """Set the rules of a kind with a model of its own. InputError for rules that cannot be."""
    grants.require(actor, "change", registry.SUBJECT)
    _check(kind, wanted)
    with transaction.atomic():
        row = ScoreSetting.objects.create(kind=kind, actor_id=actor.user_id, **asdict(wanted))
        events.record("model.settings", actor=actor, subject=row, payload={"kind": kind, **asdict(wanted)})
        for shown, source in MADE_FROM.items():
            if source == kind:
                _band_anew(shown, wanted)
        _cut_anew(kind, wanted)
    return row


def _check(kind: str, wanted: Rules) -> None:
    if kind not in TRAINED:
        raise InputError("kind_unknown", "There is no such score.")
    if not 0 < wanted.fair < wanted.good < 1:
        raise InputError("cuts_order", "Fair must begin above 0 %, good above fair, and both below 100 %.")
    if not all(0 < cost <= MOST_COST for cost in (wanted.miss, wanted.alarm)):
        raise InputError("costs_positive", "Both costs must be above 0 and at most 1,000,000.")


def _band_anew(kind: str, wanted: Rules) -> None:
    """Three statements; of a risk the bands count what is left to 1."""
    rows = CustomerScore.objects.filter(kind=kind).exclude(band=Band.GONE)
    if kind in RISKS:
        good, poor = Q(value__lte=1 - wanted.good), Q(value__gt=1 - wanted.fair)
    else:
        good, poor = Q(value__gte=wanted.good), Q(value__lt=wanted.fair)
    rows.filter(good).update(band=Band.GOOD)
    rows.filter(poor).update(band=Band.POOR)
    rows.exclude(good | poor).update(band=Band.FAIR)


def _cut_anew(kind: str, wanted: Rules) -> None:
    version = registry.champion(kind)
    if version is not None:
        held = registry.artifact(version).held
        version.threshold = cards.threshold(held, version.algorithm, wanted)
        version.save(update_fields=["threshold"])

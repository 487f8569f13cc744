"""Experts' grades of credit: proposed, entered, brought in as a file, and used for training once there are enough."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.kernel import clock
from hengke.kernel.errors import InputError
from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import Band
from hengke.modules.insight.models import ExpertGrade, ProfilingRefusal
from hengke.modules.insight.services.scoring import registry

ENOUGH, ENOUGH_OF_EACH = 60, 10
"""Graded customers from which on a model learns from grades, and how many of them must be good, and poor."""
PROPOSED = 20
LARGEST_FILE = 5_000_000
GRADES = (Band.GOOD, Band.FAIR, Band.POOR)
WORDS = {
    "good": Band.GOOD, "fair": Band.FAIR, "poor": Band.POOR, "良好": Band.GOOD, "好": Band.GOOD, "一般": Band.FAIR,
    "差": Band.POOR, "a": Band.GOOD, "b": Band.FAIR, "c": Band.POOR,
}  # fmt: skip
NUMBERS, NAMES = ("number", "编号", "客户编号"), ("grade", "等级", "信用等级")


@dataclass(frozen=True)
class Brought:
    """What a file did: grades taken, and the lines that could not be, with their numbers."""

    taken: int
    refused: tuple[int, ...]


def newest() -> dict[int, str]:
    """The newest grade of each live customer that did not refuse scores."""
    refused = ProfilingRefusal.objects.values("customer_id")
    rows = ExpertGrade.objects.filter(customer__deleted_at=None).exclude(customer__in=refused).order_by("pk")
    return dict(rows.values_list("customer_id", "grade"))


def enough(grades: Mapping[int, str]) -> bool:
    """Whether a model can learn from them."""
    counts = Counter(grades.values())
    return len(grades) >= ENOUGH and all(counts[band] >= ENOUGH_OF_EACH for band in (Band.GOOD, Band.POOR))


def proposals(actor: Actor) -> list[Customer]:
    """Customers to grade next: evenly spread over the present scores, so that a few tell as much as many."""
    seen = Customer.objects.visible_to(actor).filter(summaries__laboratory="", summaries__lines__gt=0)
    open_ones = seen.exclude(pk__in=ExpertGrade.objects.values("customer_id"))
    ordered = list(open_ones.order_by("summaries__credit", "pk").values_list("pk", flat=True))
    step = max(len(ordered) / PROPOSED, 1)
    chosen = [ordered[int(place * step)] for place in range(min(PROPOSED, len(ordered)))]
    found = Customer.objects.in_bulk(chosen)
    return [found[pk] for pk in chosen]


def grade(given: Mapping[int, str], *, actor: Actor) -> int:
    """Write down grades by customer. InputError for a word that is no grade; strangers' customers are left out."""
    grants.require(actor, "change", registry.SUBJECT)
    if any(word not in GRADES for word in given.values()):
        raise InputError("grade_unknown", "Choose one of the grades.")
    known = set(Customer.objects.visible_to(actor).filter(pk__in=list(given)).values_list("pk", flat=True))
    kept = {pk: word for pk, word in given.items() if pk in known}
    with transaction.atomic():
        ExpertGrade.objects.bulk_create(
            ExpertGrade(customer_id=pk, grade=word, actor_id=actor.user_id, set_at=clock.now())
            for pk, word in kept.items()
        )
        if kept:
            events.record(
                "score.graded", actor=actor, payload={"grades": {str(pk): w for pk, w in kept.items()}}
            )
    return len(kept)


def bring(data: bytes, *, actor: Actor) -> Brought:
    """Grades from a text file with the columns number and grade. InputError when it is none."""
    rows = csv.DictReader(io.StringIO(_text(data)))
    headers = {name.strip().casefold(): name for name in rows.fieldnames or ()}
    number, word = (next((headers[n] for n in names if n in headers), None) for names in (NUMBERS, NAMES))
    if number is None or word is None:
        raise InputError(
            "grades_columns", "The file needs a column with the customers' numbers and one with their grades."
        )
    listed = [
        (line, (row[number] or "").strip().upper(), (row[word] or "").strip().casefold())
        for line, row in enumerate(rows, 2)
    ]
    wanted = {code for _line, code, _grade in listed}
    known = dict(Customer.objects.visible_to(actor).filter(number__in=wanted).values_list("number", "pk"))
    given: dict[int, str] = {}
    refused = []
    for line, code, found in listed:
        if code in known and found in WORDS:
            given[known[code]] = WORDS[found]
        else:
            refused.append(line)
    return Brought(grade(given, actor=actor), tuple(refused))


def _text(data: bytes) -> str:
    if not data or len(data) > LARGEST_FILE:
        raise InputError("grades_file", "Choose a text file (csv) of at most 5 MB.")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("grades_file", "Choose a text file (csv) of at most 5 MB.")

"""The queue of pairs of names that a person should look at."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hengke.modules.customers.models import CustomerName
from hengke.modules.insight.enums import ReviewState
from hengke.modules.insight.models import ReviewPair

if TYPE_CHECKING:
    import pyarrow as pa

UNDECIDED = (ReviewState.OPEN, ReviewState.SKIPPED)


def store(review: pa.Table, alias_of_row: list[int], among: Collection[int] | None = None) -> None:
    """Bring the undecided pairs up to date with a run; what is decided stays as it is.

    `among`: the aliases that an increment looked at; pairs of others stay.
    """
    customers = dict(CustomerName.objects.values_list("pk", "customer_id").iterator(5_000))
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for pair in review.to_pylist():
        left, right = (alias_of_row[pair[side]] for side in ("left_row", "right_row"))
        if customers[left] != customers[right]:
            found.setdefault(*_facing(left, right, pair))
    with transaction.atomic():
        kept = {(row.left_id, row.right_id): row for row in ReviewPair.objects.all()}
        looked = {key for key in kept if among is None or (key[0] in among and key[1] in among)}
        _drop([kept[key] for key in looked - found.keys() if kept[key].state in UNDECIDED])
        _refresh([(row, found[key]) for key, row in kept.items() if key in found and row.state in UNDECIDED])
        ReviewPair.objects.bulk_create(
            [
                ReviewPair(
                    left_id=left, right_id=right, probability=pair["probability"], reasons=pair["reasons"]
                )
                for (left, right), pair in found.items()
                if (left, right) not in kept
            ],
            batch_size=500,
        )


def _facing(left: int, right: int, pair: dict[str, Any]) -> tuple[tuple[int, int], dict[str, Any]]:
    """One way round per pair, the words of the reasons turned with it."""
    if left < right:
        return (left, right), pair
    turned = [{**reason, "left": reason["right"], "right": reason["left"]} for reason in pair["reasons"]]
    return (right, left), {**pair, "reasons": turned}


def _drop(gone: list[ReviewPair]) -> None:
    for row in gone:
        row.delete()


def _refresh(rows: list[tuple[ReviewPair, dict[str, Any]]]) -> None:
    for row, pair in rows:
        row.probability, row.reasons = pair["probability"], pair["reasons"]
    ReviewPair.objects.bulk_update([row for row, _ in rows], ["probability", "reasons"], batch_size=200)

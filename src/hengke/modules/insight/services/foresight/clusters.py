"""Groups of customers that nobody defined: how many, what they are like, and the same numbers at the next run."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import ClusterMember, Foresight
from hengke.modules.insight.services import warehouse
from hengke.modules.insight.services.foresight import runs
from hengke.modules.insight.services.foresight.features import WORDS, features
from hengke.modules.insight.services.reading import Report
from hengke.modules.insight.services.scoring.writing import may_be_scored

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from hengke_analytics.mining.cluster.methods import Advice

FEWEST = 20
NUMBERS = range(3, 9)  # two groups only say that there are large and small customers
MOST_JUDGED = 20_000  # rows that criteria and centres are worked out from; all are put into a group
CHUNK = 1_000


def run(report: Report) -> Foresight:
    """Find the groups and write every customer's down. InputError `too_few_customers`."""
    import numpy as np

    from hengke_analytics.mining.cluster.naming import renamed
    from hengke_analytics.mining.cluster.scaling import comparable

    report("Finding groups", 0, 2)
    table, as_of = features(warehouse.open_current().table("facts"))
    table = _known(table)
    if table.num_rows < FEWEST:
        raise InputError("too_few_customers", "Groups need at least {least} customers.", least=FEWEST)
    columns = np.column_stack([np.asarray(table[name].cast("float64").to_numpy()) for name in WORDS])
    scaled = comparable(columns)
    advised, advice = _advised(scaled)
    k = wanted() or advised
    labels = _found(scaled, k)
    report("Finding groups", 1, 2)
    customers = [str(each) for each in table["customer"].to_pylist()]
    numbers = renamed(_before(), dict(zip(customers, labels.tolist(), strict=True)))
    labels = np.array([numbers[label] for label in labels.tolist()], np.int64)
    told = _told(columns, scaled, labels)
    facts = {
        "clusters": told, "advice": [asdict(each) for each in advice], "customers": len(customers), "k": k,
        "advised": advised, "wanted": wanted(),
    }  # fmt: skip
    return runs.write(
        Room.CLUSTERS, as_of, warehouse.number(), facts, lambda made: _store(made, customers, labels.tolist())
    )


def _known(table: pa.Table) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table["customer"], pa.array(sorted(may_be_scored()), pa.int64())))


def _advised(scaled: np.ndarray[Any, Any]) -> tuple[int, list[Advice]]:
    """The number that most criteria prefer; of many customers a sample says it."""
    from hengke_analytics.mining.cluster import methods

    return methods.advise(scaled[_judged(len(scaled))], NUMBERS[-1], NUMBERS[0])


def _judged(count: int) -> np.ndarray[Any, Any]:
    import numpy as np

    if count <= MOST_JUDGED:
        return np.arange(count)
    return np.random.default_rng(0).choice(count, MOST_JUDGED, replace=False)


def _found(scaled: np.ndarray[Any, Any], k: int) -> np.ndarray[Any, Any]:
    """The nearest of `k` centres for everybody."""
    import numpy as np

    from hengke_analytics.mining.cluster import methods

    chosen = scaled[_judged(len(scaled))]
    labels = methods.cluster(chosen, "kmeans", k)
    if len(chosen) == len(scaled):
        return labels
    centres = np.stack([chosen[labels == label].mean(axis=0) for label in range(k)])
    return np.asarray(((scaled[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2).argmin(axis=1))


def wanted() -> int | None:
    """The number of groups that somebody chose, None where the advice is followed."""
    made = runs.newest(Room.CLUSTERS)
    return made.facts.get("wanted") if made else None


def choose(number: int | None, *, actor: Actor) -> None:
    """Have so many groups, or as many as are advised, from the next run on, which is asked for."""
    if number is not None and number not in NUMBERS:
        raise InputError(
            "groups_range", "Choose from {least} to {most} groups.", least=NUMBERS[0], most=NUMBERS[-1]
        )
    made = runs.newest(Room.CLUSTERS)
    if made is None:
        raise NotFound("not_foreseen", "Nothing has been worked out yet.")
    with transaction.atomic():
        made.facts["wanted"] = number
        made.save(update_fields=["facts"])
        events.record("groups.chosen", actor=actor, subject=made, payload={"number": number})
        runs.ask(actor=actor)


def _before() -> dict[str, int]:
    """The numbers of the run before."""
    return {
        str(customer): number
        for customer, number in ClusterMember.objects.values_list("customer_id", "number")
    }


def _told(
    columns: np.ndarray[Any, Any], scaled: np.ndarray[Any, Any], labels: np.ndarray[Any, Any]
) -> list[dict[str, Any]]:
    from hengke_analytics.mining.cluster.profiles import profiles

    year = list(WORDS).index("year")
    whole = max(float(columns[:, year].sum()), 1e-9)
    return [
        asdict(each)
        | {"amount": float(columns[labels == each.cluster, year].sum()),
           "amount_share": float(columns[labels == each.cluster, year].sum()) / whole}
        for each in profiles(list(WORDS), columns, scaled, labels)
    ]  # fmt: skip


def _store(made: Foresight, customers: list[str], labels: list[int]) -> None:
    rows = (
        ClusterMember(run=made, customer_id=int(customer), number=label)
        for customer, label in zip(customers, labels, strict=True)
    )
    ClusterMember.objects.bulk_create(rows, batch_size=CHUNK)

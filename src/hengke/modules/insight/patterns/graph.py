"""Rules as a drawing: items as circles, arrows from what is had to what goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from hengke.engines.charts import Arrow, Chart, Knot, Table, network, percent
from hengke.modules.insight.patterns.mined import Asked

MOST_RULES = 45


def graph(rows: Sequence[dict[str, Any]], asked: Asked) -> Chart | None:
    """The strongest rules of one item to one; None when there is none."""
    kept = [row for row in rows if len(row["antecedent"]) == 1][:MOST_RULES]
    if not kept:
        return None
    names = list(dict.fromkeys(name for row in kept for name in (*row["antecedent"], *row["consequent"])))
    place = {name: at for at, name in enumerate(names)}
    weight = dict.fromkeys(names, 0.0)
    for row in kept:
        weight[row["antecedent"][0]] += row["support"]
        weight[row["consequent"][0]] += row["support"]
    knots = [Knot(name, weight[name], f"/patterns?{asked.url(item=name)}") for name in names]
    arrows = [
        Arrow(place[row["antecedent"][0]], place[row["consequent"][0]], row["confidence"], _tip(row))
        for row in kept
    ]
    return network(knots, arrows, title=_("What goes together"), table=_table(kept))


def _tip(row: dict[str, Any]) -> str:
    return _("{one} → {other}: {percent}").format(
        one=row["antecedent"][0], other=row["consequent"][0], percent=percent(row["confidence"])
    )


def _table(rows: Sequence[dict[str, Any]]) -> Table:
    cells = [[row["antecedent"][0], row["consequent"][0], percent(row["confidence"])] for row in rows]
    return Table(_("What goes together"), [_("Who has"), _("also has"), _("How often")], cells)

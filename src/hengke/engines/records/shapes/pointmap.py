"""Points of a list on the map: by an object's own degrees, else by the place that its address names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import Round
from django.utils.translation import gettext as _

from hengke.engines import charts
from hengke.engines.charts import Boundary, Chart, Cluster, Spot
from hengke.engines.charts.places import locate
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.shapes import placing
from hengke.engines.records.shapes.placing import Placing
from hengke.kernel.filters import And, Condition, Filter, Or

PLACES = 4_000
OWN = 4_000
CONDITIONS = 20
DIGITS = 2  # own positions within about a kilometre are one point


@dataclass(frozen=True)
class Points:
    """The drawing, how many objects have no place that is known, and whether more places exist than are drawn."""

    chart: Chart
    nowhere: int
    more: bool


@dataclass(frozen=True)
class _Placed(Spot):
    """A spot that knows which objects of the list it stands for."""

    where: Filter


def read(query: Query, boundary: Boundary | None, title: str, list_url: str) -> Points:
    """The list's objects as clusters; two bounded queries whatever their number."""
    where = placing.of(query.catalogue)
    own, more = _own(query, where)
    named, nowhere, many = _named(query, where, without_own=bool(own))
    spots = [*own, *named]
    label = str(query.catalogue.record.label_plural)
    chart = charts.points(
        spots,
        boundary=boundary,
        href=lambda cluster: _link(query, cluster, list_url),
        title=title,
        columns=(_("Place"), label),
    )
    return Points(chart, nowhere, more or many)


def _own(query: Query, where: Placing) -> tuple[list[_Placed], bool]:
    names = where.position
    if not names:
        return [], False
    x, y = where.position_paths
    rows: Any = where.rows(query, names)
    rows = rows.filter(**{f"{x}__isnull": False, f"{y}__isnull": False})
    rows = rows.annotate(at_x=Round(F(x), precision=DIGITS), at_y=Round(F(y), precision=DIGITS))
    counted = rows.values("at_x", "at_y").annotate(number=Count("pk")).order_by("-number", "at_x", "at_y")
    found = list(counted.values_list("at_x", "at_y", "number")[: OWN + 1])
    spots = [
        _Placed(float(a), float(b), n, f"{a:.2f}°, {b:.2f}°", _around(names, a, b)) for a, b, n in found[:OWN]
    ]
    return spots, len(found) > OWN


def _around(names: Sequence[str], *middle: Any) -> Filter:
    half = 0.5 * 10**-DIGITS
    bounds = [
        condition
        for name, value in zip(names, middle, strict=True)
        for condition in (
            Condition(name, "gte", f"{float(value) - half:.3f}"),
            Condition(name, "lt", f"{float(value) + half:.3f}"),
        )
    ]
    return And(tuple(bounds))


def _named(query: Query, where: Placing, *, without_own: bool) -> tuple[list[_Placed], int, bool]:
    fields, paths = where.place, where.place_paths
    rows: Any = where.rows(query, fields)
    if without_own:
        x, y = where.position_paths
        rows = rows.filter(Q(**{f"{x}__isnull": True}) | Q(**{f"{y}__isnull": True}))
    counted = rows.values(*paths).annotate(number=Count("pk")).order_by("-number", *paths)
    found = list(counted.values_list(*paths, "number")[: PLACES + 1])
    spots, nowhere = [], 0
    for *names, number in found[:PLACES]:
        place = locate([str(name or "") for name in names])
        if place is None:
            nowhere += number
            continue
        words = [name for name in dict.fromkeys(names) if name]
        spots.append(_Placed(*place, number, " ".join(words), _is(fields, names)))
    return spots, nowhere, len(found) > PLACES


def _is(fields: Sequence[str], names: Sequence[str]) -> Filter:
    return And(
        tuple(
            Condition(field, "eq", name) if name else Condition(field, "empty", True)
            for field, name in zip(fields, names, strict=True)
        )
    )


def _link(query: Query, cluster: Cluster, list_url: str) -> str:
    """The list of a cluster's objects; none where it would take too many conditions."""
    spots = [spot for spot in cluster.spots if isinstance(spot, _Placed)]
    if len(spots) > CONDITIONS:
        return ""
    only = spots[0].where if len(spots) == 1 else Or(tuple(spot.where for spot in spots))
    return list_url + replace(query, own=(*query.own, only)).address()

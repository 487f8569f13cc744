"""The parts of the overview: each a function from the question to numbers and, where it is drawn, a chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from hengke.engines import charts
from hengke.engines.charts import Chart, Part, Reading, Stop, Svg, Table
from hengke.modules.insight.dashboard import facts as visible_facts
from hengke.modules.insight.dashboard.curve import Curve, curve
from hengke.modules.insight.dashboard.query import Periods, Query
from hengke.modules.insight.dashboard.words import Words, tier_name

if TYPE_CHECKING:
    from ibis.expr import types as ir

LOST_SHOWN = 8
YEARS_SHOWN = 5
FELL = -0.05


@dataclass(frozen=True)
class Board:
    """What every part is computed from; `words` formats amounts of the chosen basis, `link` leads to a list.

    `people` and `places` answer for the two periods as `facts` do, per customer and per laboratory and region;
    `at_hand` gives them fewer rows.
    """

    facts: ir.Table
    query: Query
    periods: Periods
    words: Words
    people: ir.Table
    places: ir.Table

    @classmethod
    def over(cls, facts: ir.Table, query: Query, periods: Periods) -> Board:
        """A board that reads everything from `facts`."""
        return cls(facts, query, periods, Words(query.basis), facts, facts)

    @contextmanager
    def at_hand(self) -> Iterator[Board]:
        """The same board with both periods summed up once, for a page that asks many questions of them."""
        from hengke_analytics.engine import keeping
        from hengke_analytics.measures.facts import period_sums, place_sums

        this, last = self.periods.this, self.periods.last
        if last.end > this.start:  # more than a year: a row would count in both
            yield self
            return
        with keeping() as keep:
            people = keep(period_sums(self.facts, last, this))
            places = keep(place_sums(self.facts, last, this, ("laboratory", "province", "city")))
            yield replace(self, people=people, places=places)

    def link(self, page: str, **narrowing: object) -> str:
        """Address of the customers or lines behind a number."""
        return f"/overview/{page}?{self.query.url(**narrowing)}"


@dataclass(frozen=True)
class Figure:
    """One headline number with its change against last year and its trend over the years."""

    label: str
    value: str
    unit: str
    change: str
    direction: str
    note: str
    spark: Svg
    url: str


def contribution_curve(board: Board) -> tuple[Curve, Chart, Stop | None]:
    """The curve, its drawing, and the head at the chosen share."""
    from hengke_analytics.engine import fetch
    from hengke_analytics.measures.facts import contributions
    from hengke_analytics.measures.pareto import in_order

    amounts = contributions(board.people, board.periods.this, basis=board.query.basis)
    found = curve(
        fetch(in_order(amounts).select("contribution"))["contribution"],
        unit=1 if board.query.basis == "lines" else 100,
    )
    stop = found.at(board.query.share)
    chart = charts.pareto(
        found.bars,
        found.points,
        stop,
        title=_("Contribution curve"),
        tip=_tip(stop, board.words),
        legend=(_("in the list"), _("others"), _("cumulative")),
        table=_stops_table(found.stops, board.words),
        fmt=board.words.axis,
    )
    return found, chart, stop


def _tip(stop: Stop | None, words: Words) -> tuple[str, str]:
    if stop is None:
        return "", ""
    head = _("{count} customers · {share} of all").format(
        count=f"{stop.customers:,}", share=charts.percent(stop.fraction, 1)
    )
    held = _("{amount} ({share})").format(amount=words.full(stop.amount), share=charts.percent(stop.share))
    return head, held


def _stops_table(stops: Sequence[Stop], words: Words) -> Table:
    rows = [
        [f"{s.ratio}%", f"{s.customers:,}", charts.percent(s.fraction, 1), words.full(s.amount)]
        for s in stops
        if s.ratio % 10 == 0
    ]
    return Table(
        _("Contribution curve"), [_("Share"), _("Customers"), _("Of all customers"), words.label], rows
    )


def tiers(board: Board) -> tuple[list[dict[str, Any]], Chart, dict[str, Any] | None]:
    """The four tiers with their customers, amounts and the list behind each, their drawing, and the movement."""
    from hengke_analytics.engine import keeping
    from hengke_analytics.measures.migration import tier_moves

    with keeping() as keep:
        moves = keep(
            tier_moves(
                board.people, board.periods.last, board.periods.this, basis=board.query.basis,
                cuts=board.query.cut_shares(),
            )
        )  # fmt: skip
        return *_pyramid(board, moves), _movement(board, moves)


def _pyramid(board: Board, moves: ir.Table) -> tuple[list[dict[str, Any]], Chart]:
    from hengke_analytics.measures.pyramid import storeys

    present = moves.filter(moves.target != "gone")
    found = storeys(present.select(contribution="after", tier="target"))
    total = sum(row.customers for row in found)
    tiers: list[dict[str, Any]] = [
        {
            "tier": row.tier,
            "cls": f"t{place}",
            "customers": row.customers,
            "fraction": row.customers / total if total else 0,
            "amount": board.words.short(row.contribution),
            "share": row.share or 0,
            "bar": charts.share_bar(row.share or 0, charts.percent(row.share or 0, 1), kind=f"t{place}"),
            "least": board.words.short(row.min) if row.min is not None else "",
            "most": board.words.short(row.max) if row.max is not None else "",
            "url": board.link("customers", set=f"tier-{row.tier}"),
        }
        for place, row in enumerate(found, start=1)
    ]
    layers = [Part(tier_name(t["tier"]), t["customers"], t["cls"], href=t["url"]) for t in tiers]
    return tiers, charts.pyramid(layers, title=_("Customer pyramid"), columns=(_("Tier"), _("Customers")))


def _movement(board: Board, moves: ir.Table) -> dict[str, Any] | None:
    """Customers that rose or fell a tier against last year; None when last year has nothing."""
    from hengke_analytics.measures.migration import matrix

    found = matrix(moves)
    order = ("vip", "major", "regular", "small")
    up = sum(m.customers for m in found.from_to if _step(m.origin, m.target, order) > 0)
    down = sum(m.customers for m in found.from_to if _step(m.origin, m.target, order) < 0)
    new = sum(m.customers for m in found.from_to if m.origin == "new")
    gone = sum(m.customers for m in found.from_to if m.target == "gone")
    if not up + down + gone:
        return None
    return {
        "up": up,
        "down": down,
        "new": new,
        "gone": gone,
        "net": board.words.full(found.net_upward.amount),
    }


def _step(origin: str, target: str, order: tuple[str, ...]) -> int:
    return order.index(origin) - order.index(target) if origin in order and target in order else 0


def months(board: Board) -> Chart | None:
    """Month by month against last year; None when the period is shorter than two months."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.distribution import yoy_months

    this = board.periods.this
    if this.days < 45 or this.days > 400:
        return None
    found = rows(yoy_months(board.places, this, board.periods.last, basis=board.query.basis))
    return charts.year_pairs(
        [str(int(row["month"][5:])) for row in found],
        [row["last"] for row in found],
        [row["this"] for row in found],
        title=_("Month by month"),
        names=(str(board.periods.last.start.year), str(this.start.year)),
        head=_("Month"),
        fmt=board.words.short,
        change=_("Year-on-year"),
    )


def laboratories(board: Board) -> list[dict[str, Any]]:
    """Laboratories with this and last year's amount, largest first."""
    return [
        {
            "name": row["laboratory"] or _("(none)"),
            "this": board.words.short(row["this"]),
            "last": board.words.short(row["last"]),
            "change": row["change"],
            "url": board.link("customers", laboratory=row["laboratory"]) if row["laboratory"] else "",
        }
        for row in _yoy(board, "laboratory")
    ]


def regions(board: Board) -> dict[str, Any]:
    """Prefectures of the home province as tiles, and every region as a table."""
    found = _yoy(board, "province", "city")
    by_province: dict[str, Decimal] = {}
    for row in found:
        by_province[row["province"]] = by_province.get(row["province"], Decimal(0)) + Decimal(row["this"])
    home = max((p for p in by_province if p), key=lambda p: by_province[p], default="")
    return {
        "home": home,
        "chart": _tiles(board, home, [row for row in found if row["province"] == home]),
        "rows": [
            {
                "name": " ".join(
                    filter(None, (row["province"] if row["province"] != home else "", row["city"]))
                )
                or _("(unknown)"),
                "amount": board.words.short(row["this"]),
                "change": row["change"],
                "url": board.link("customers", province=row["province"], city=row["city"]),
            }
            for row in found
            if row["this"] or row["last"]
        ],
    }


def _tiles(board: Board, home: str, found: list[dict[str, Any]]) -> Chart | None:
    provinces = {tile.label: tile.code for tile in charts.tiles()}
    code = next((code for label, code in provinces.items() if home.startswith(label)), None)
    places = charts.tiles(code) if home and code else []
    readings = {}
    for row in found:
        tile = next((t for t in places if row["city"] and row["city"].startswith(t.label)), None)
        if tile is not None and row["this"]:
            fell = row["change"] is not None and row["change"] < FELL
            link = board.link("customers", province=home, city=row["city"])
            readings[tile.code] = Reading(row["this"], href=link, fell=fell)
    if not readings:
        return None
    columns = (_("City"), board.words.label)
    return charts.tile_map(
        places,
        readings,
        title=_("By city"),
        columns=columns,
        fmt=board.words.short,
        fell=_("fell by more than 5%"),
    )


def _yoy(board: Board, *by: str) -> list[dict[str, Any]]:
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.distribution import yoy

    return rows(yoy(board.places, board.periods.this, board.periods.last, by=by, basis=board.query.basis))


def losses(board: Board) -> dict[str, Any]:
    """Who contributed last year and not this year, the largest first, and their share."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.lost import lost, lost_customers

    this, last, basis = board.periods.this, board.periods.last, board.query.basis
    found = lost(board.people, last, this, basis=basis)
    largest = rows(lost_customers(board.people, last, this, basis=basis).limit(LOST_SHOWN))
    people = customers(row["customer"] for row in largest)
    return {
        "count": found.count,
        "amount": board.words.full(found.amount),
        "share": found.share,
        "url": board.link("customers", set="lost"),
        "rows": [
            people[row["customer"]] | {"amount": board.words.short(row["amount_before"])} for row in largest
        ],
    }


def customers(ids: Any) -> dict[int, dict[str, Any]]:
    """Number, name and place of customers, from the warehouse's dimension."""
    from hengke_analytics.engine import rows
    from hengke_analytics.shapes import ibis

    wanted = list(ids)
    table = visible_facts.warehouse().table("dim_customer")
    kept = table.filter(ibis.literal(wanted, "array<int64>").contains(table.customer_id)).select(
        "customer_id", "number", "name", "province", "city"
    )
    return {row["customer_id"]: row for row in rows(kept)} if wanted else {}

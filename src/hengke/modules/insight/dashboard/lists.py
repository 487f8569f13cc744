"""The lists behind the numbers: customers of a set, and the ledger lines that make an amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from hengke.engines.access.actor import Actor
from hengke.kernel.errors import InputError
from hengke.kernel.filters import And, Condition
from hengke.kernel.numbers import is_whole
from hengke.modules.insight.dashboard import facts as visible_facts
from hengke.modules.insight.dashboard.boards import Board
from hengke.modules.insight.dashboard.words import tier_name

if TYPE_CHECKING:
    from ibis.expr import types as ir

PAGE = 50
EXPORT_ROWS = 100_000
# What a list may be narrowed to, and the column that holds it.
NARROWING = {"laboratory": "laboratory", "province": "province", "city": "city", "customer": "customer"}
TIERS = ("vip", "major", "regular", "small")


@dataclass(frozen=True)
class Slice:
    """One page of rows with the figures of the whole list."""

    rows: list[dict[str, Any]]
    count: int
    sums: dict[str, Any]
    page: int

    @property
    def has_next(self) -> bool:
        return self.page * PAGE < self.count


def narrowed(facts: ir.Table, narrowing: Mapping[str, str]) -> ir.Table:
    """Facts of one laboratory, region or customer."""
    from hengke.kernel.filters import to_ibis
    from hengke_analytics.shapes import ibis

    wanted = []
    for word, column in NARROWING.items():
        if value := narrowing.get(word, ""):
            if "\x00" in value:  # it would end the SQL text inside the literal
                raise InputError("nul_character", "The address holds a character that is not allowed.")
            if word == "customer" and not is_whole(value):
                raise InputError("customer_unknown", "Unknown customer: {value}.", value=value)
            wanted.append(Condition(column, "eq", int(value) if word == "customer" else value))
    return facts.filter(to_ibis(And(tuple(wanted)), facts, ibis.literal)) if wanted else facts


def people(board: Board, chosen: str) -> ir.Table:
    """The customers of a set: (customer, contribution, share, cumulative_share, rank)."""
    from hengke_analytics.measures.facts import contributions
    from hengke_analytics.measures.pareto import in_head, ranked_list, ranking
    from hengke_analytics.measures.pyramid import tiers

    basis, this = board.query.basis, board.periods.this
    amounts = contributions(board.facts, this, basis=basis)
    if chosen == "all":
        return ranked_list(amounts)
    if chosen == "head":
        whole = ranking(amounts)
        return ranked_list(amounts).semi_join(whole.filter(in_head(whole, _share(board))), "customer")
    if chosen.startswith("tier-") and chosen[5:] in TIERS:
        placed = tiers(amounts, board.query.cut_shares())
        return ranked_list(amounts).semi_join(placed.filter(placed.tier == chosen[5:]), "customer")
    if chosen == "lost":
        return ranked_list(_lost(board))
    if chosen == "open":
        return ranked_list(_open(board))
    raise InputError("set_unknown", "Unknown list: {set}.", set=chosen)


def _share(board: Board) -> Any:
    from decimal import Decimal

    return Decimal(board.query.share) / 100


def _lost(board: Board) -> ir.Table:
    from hengke_analytics.measures.lost import lost_customers

    gone = lost_customers(board.facts, board.periods.last, board.periods.this, basis=board.query.basis)
    return gone.rename(contribution="amount_before")


def _open(board: Board) -> ir.Table:
    from hengke_analytics.measures.facts import require, total, within

    require(board.facts, "arrival", ("received",))
    facts = board.facts.filter(board.facts.customer.notnull(), within(board.facts, board.periods.this))
    return facts.group_by("customer").aggregate(contribution=total(facts.amount - facts.received))


def title(board: Board, chosen: str) -> str:
    """What the list shows, in words."""
    words = {
        "all": _("Customers of the period"),
        "head": _("Customers that make up {share}%").format(share=board.query.share),
        "lost": _("Lost customers"),
        "open": _("Customers with open amounts"),
    }
    return words.get(chosen) or _("Tier {tier}").format(tier=tier_name(chosen.removeprefix("tier-")))


def customers(board: Board, chosen: str, page: int, size: int = PAGE) -> Slice:
    """A page of a set's customers with names and last year's amount; three queries whatever its size."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.facts import contributions, total

    found = people(board, chosen)
    whole = rows(found.aggregate(count=found.count(), contribution=total(found.contribution)))[0]
    shown = rows(found.order_by("rank").limit(size, offset=(page - 1) * size))
    ids = [row["customer"] for row in shown]
    dimension = visible_facts.warehouse().table("dim_customer")
    before = contributions(
        board.facts.filter(board.facts.customer.isin(ids)),
        board.periods.last,
        basis=board.query.basis,
    )
    known = dimension.filter(dimension.customer_id.isin(ids)).left_join(
        before, dimension.customer_id == before.customer
    )
    kept = known.select("customer_id", "number", "name", "province", "city", last=before.contribution)
    names = {row["customer_id"]: row for row in rows(kept)} if ids else {}
    for row in shown:
        row |= names.get(
            row["customer"], {"number": "", "name": "?", "province": "", "city": "", "last": None}
        )
        row["change"] = (
            float(row["contribution"]) / float(row["last"]) - 1 if row["last"] and chosen != "lost" else None
        )
    return Slice(shown, whole["count"], {"contribution": whole["contribution"]}, page)


def lines(
    actor: Actor,
    board: Board,
    narrowing: Mapping[str, str],
    page: int,
    size: int = PAGE,
    action: str = "view",
) -> Slice:
    """A page of the ledger lines of the period, newest first, each with the file and line it came from."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.facts import within

    facts = narrowed(visible_facts.asked(actor, board.query, "facts", action), narrowing)
    facts = facts.filter(within(facts, board.periods.this))
    names = [name for name in ("amount", "received", "cost") if name in facts.columns]
    whole = rows(
        facts.aggregate(count=facts.count(), **{name: facts[name].sum().fill_null(0) for name in names})
    )[0]
    from hengke_analytics.shapes import ibis

    ordered = facts.order_by(ibis.desc("date"), ibis.desc("line_id")).limit(size, offset=(page - 1) * size)
    wanted = ("line_id", "customer", "date", "order_no", "instrument_name", "model", "serial", "laboratory", "line_no",
              "import_id", *names)  # fmt: skip
    shown = rows(ordered.select(*wanted))
    with_origin(shown)
    return Slice(shown, whole.pop("count"), whole, page)


def with_origin(shown: list[dict[str, Any]]) -> None:
    """Add customers' names and the files of origin; they come from small dimensions, not from a join over all lines."""
    from hengke.modules.insight.dashboard.boards import customers as people_of
    from hengke_analytics.engine import rows

    people_by_id = people_of({row["customer"] for row in shown if row["customer"] is not None})
    files = {
        row["import_id"]: row["file_name"] for row in rows(visible_facts.warehouse().table("dim_import"))
    }
    for row in shown:
        row["name"] = people_by_id.get(row["customer"], {}).get("name", "?")
        row["file_name"] = files.get(row["import_id"], "")

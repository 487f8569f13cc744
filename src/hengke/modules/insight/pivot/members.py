"""Members of dimensions in words: in addresses, and as people read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.engines.access.models import OrgUnit, User
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole
from hengke.modules.insight.dashboard import facts
from hengke.modules.insight.dashboard.boards import customers
from hengke.modules.insight.dashboard.words import tier_name

if TYPE_CHECKING:
    from hengke_analytics.cube import Dimension, Grid

_FORMS: dict[str, tuple[str, str]] = {
    "year": (r"(\d{4})", "{0:04}"), "quarter": (r"(\d{4})-Q([1-4])", "{0:04}-Q{1}"),
    "month": (r"(\d{4})-(\d{2})", "{0:04}-{1:02}"), "week": (r"(\d{4})-W(\d{2})", "{0:04}-W{1:02}"),
    "day": (r"(\d{4})-(\d{2})-(\d{2})", "{0:04}-{1:02}-{2:02}"), "quarter_of_year": (r"([1-4])", "{0}"),
    "month_of_year": (r"(\d{1,2})", "{0}"), "weekday": (r"([1-7])", "{0}"),
}  # fmt: skip
_BASES = {"quarter": (10,), "month": (100,), "week": (100,), "day": (100, 100)}


def written(dimension: Dimension, key: Any) -> str:
    """A member as it stands in an address: 202503 -> 2025-03."""
    if key is None:
        return ""
    if not dimension.is_date:
        return str(key)
    parts: list[int] = []
    for base in reversed(_BASES.get(dimension.name, ())):
        key, part = divmod(key, base)
        parts.insert(0, part)
    return _FORMS[dimension.name][1].format(key, *parts)


def read(dimension: Dimension, text: str) -> str | int | None:
    """The key that is written so; InputError `member_unreadable`."""
    if dimension.kind == "text":
        return text
    if not text:
        return None
    found = re.fullmatch(_FORMS[dimension.name][0], text, re.ASCII) if dimension.is_date else None
    if found:
        key = 0
        for base, part in zip((1, *_BASES.get(dimension.name, ())), found.groups(), strict=True):
            key = key * base + int(part)
        return key
    if dimension.kind == "int" and is_whole(text):
        return int(text)
    raise InputError(
        "member_unreadable", "{text} is no member of {field}.", text=text[:60], field=_(dimension.label)
    )


class Names:
    """How members read: names are asked once for each dimension that stands in a grid."""

    def __init__(self, members: Iterable[tuple[Dimension, Iterable[Any]]] = ()) -> None:
        wanted: dict[str, set[Any]] = {}
        ask = dict(_LOOKED_UP)
        for dimension, keys in members:
            wanted.setdefault(dimension.name, set()).update(k for k in keys if k is not None and not _rest(k))
            if dimension.words is not None:
                ask[dimension.name] = dimension.words
        self._known = {name: ask[name](keys) for name, keys in wanted.items() if name in ask}

    @classmethod
    def of(cls, grid: Grid, filters: Iterable[tuple[Dimension, Iterable[Any]]]) -> Names:
        """The names of all members of a grid and of the filters; one query for each dimension."""
        return cls([*cls.shown(grid), *filters])

    @staticmethod
    def shown(grid: Grid) -> list[tuple[Dimension, Iterable[Any]]]:
        """The members of a grid with their dimensions."""
        sides = ((grid.row_fields, grid.rows), (grid.column_fields, grid.columns))
        return [
            (fields[len(node.path) - 1], [node.key])
            for fields, root in sides
            for node in root.walk()
            if node.path
        ]

    def __call__(self, dimension: Dimension, key: Any) -> str:
        if _rest(key):
            return pgettext("members", "Others")
        if key is None or key == "":
            return _("(none)")
        if dimension.name in self._known:
            return self._known[dimension.name].get(key) or str(key)
        if dimension.name in ("tier", "tier_before"):
            return _("No contribution") if key == "none" else tier_name(str(key))
        return _spoken(dimension, key) if dimension.is_date else str(key)


def _rest(key: Any) -> bool:
    from hengke_analytics.cube.axes import REST, REST_NUMBER

    return key in (REST, REST_NUMBER)


def _spoken(dimension: Dimension, key: int) -> str:
    words: dict[str, Callable[[], str]] = {
        "year": lambda: _("{year}").format(year=key),
        "quarter": lambda: _("{year} Q{quarter}").format(year=key // 10, quarter=key % 10),
        "quarter_of_year": lambda: _("Q{quarter}").format(quarter=key),
        "month_of_year": lambda: _("Month {month}").format(month=key),
        "weekday": lambda: _weekdays()[key - 1],
        "week": lambda: _("{year} week {week}").format(year=key // 100, week=key % 100),
    }
    return words.get(dimension.name, lambda: written(dimension, key))()


def _weekdays() -> tuple[str, ...]:
    return (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


def _customer_names(keys: set[Any]) -> dict[Any, str]:
    return {key: row["name"] for key, row in customers(keys).items()}


def _people(keys: set[Any]) -> dict[Any, str]:
    return dict(User.objects.filter(pk__in=keys).values_list("pk", "name"))


def _units(keys: set[Any]) -> dict[Any, str]:
    return dict(OrgUnit.objects.filter(path__in=keys).values_list("path", "name"))


def _sources(_keys: set[Any]) -> dict[Any, str]:
    from hengke_analytics.engine import rows

    return {
        row["source_id"]: row["name"]
        for row in rows(facts.warehouse().table("dim_source").select("source_id", "name"))
    }


_LOOKED_UP: dict[str, Callable[[set[Any]], Mapping[Any, str]]] = {
    "customer": _customer_names, "owner": _people, "department": _units, "source": _sources,
}  # fmt: skip

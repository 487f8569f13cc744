"""Fields that an administrator made, one of every kind, with a value for each."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hengke.engines.access.actor import Actor
from hengke.engines.records.custom import services
from hengke.engines.records.custom.services import Draft
from hengke.engines.records.models import CustomField
from hengke.engines.records.schema import registry

ADMINISTRATOR = Actor(user_id=None, role="administrator")
COLOURS = [["", "红"], ["", "绿"], ["", "蓝"]]
OPTIONS: dict[str, dict[str, Any]] = {
    "number": {"digits": 3},
    "choice": {"choices": COLOURS},
    "choices": {"choices": COLOURS},
    "reference": {"of": "customers"},
}
# kind -> (value, as typed into a form or cell, as the API says it); a reference's value is made by the test.
VALUES: dict[str, tuple[Any, Any, Any]] = {
    "text": ("A-17 甲", "A-17 甲", "A-17 甲"),
    "long": ("第一行\n第二行", "第一行\n第二行", "第一行\n第二行"),
    "rich": ("<p>第一段</p>", "第一段", "<p>第一段</p>"),
    "number": (Decimal("-12.345"), "-12.345", "-12.345"),
    "money": (Decimal("8911407.90"), "8911407.90", "8911407.90"),
    "date": (date(2026, 2, 28), "2026-02-28", "2026-02-28"),
    "moment": (datetime(2026, 3, 1, 1, 30, tzinfo=UTC), "2026-03-01 09:30", "2026-03-01T01:30:00Z"),
    "yesno": (False, "否", False),
    "choice": ("o2", "绿", "o2"),
    "choices": (("o1", "o3"), "红、蓝", ["o1", "o3"]),
    "url": ("https://example.com/a?b=1", "https://example.com/a?b=1", "https://example.com/a?b=1"),
    "phone": ("0551-65120000", "0551-65120000", "0551-65120000"),
    "email": ("lab@example.com", "lab@example.com", "lab@example.com"),
}


def field(slug: str = "customers", kind: str = "text", name: str = "", **more: Any) -> CustomField:
    """A new field that can be filtered, is a column of the list, and is searched where it can be."""
    usual = {"options": OPTIONS.get(kind, {}), "list": True, "search": True}
    draft = Draft(name=name or f"自定义{kind}", kind=kind, **(usual | more))
    return services.add(registry.by_slug(slug), draft, actor=ADMINISTRATOR)


def one_of_every_kind(slug: str) -> dict[str, CustomField]:
    """kind -> field."""
    return {kind: field(slug, kind) for kind in (*VALUES, "reference")}

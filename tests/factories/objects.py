"""An object that an administrator made: a vehicle with a number, a customer, a state and a day."""

from __future__ import annotations

from typing import Any

from hengke.engines.access import stamp
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User
from hengke.engines.access.standing import Standing
from hengke.engines.records.custom import objects
from hengke.engines.records.custom.models import CustomObject
from hengke.engines.records.custom.objects import Draft
from hengke.engines.records.models import CustomField
from hengke.engines.records.schema import registry
from tests.factories import fields
from tests.factories.people import person

STATES = [["", "在用"], ["", "送修"], ["", "报废"]]


def maker() -> Actor:
    """A person who may make objects and give rights."""
    user = User.objects.filter(username="maker").first() or person("maker", "administrator")
    return Actor.of(user)


def made(name: str = "公务车", rights: dict[str, str] | None = None, **more: Any) -> CustomObject:
    """An object; unless told otherwise, directors and administrators may do everything with it."""
    draft = Draft(**({"name": name, "title_name": "车牌号", "pattern": "V-{n:05}", "icon": "truck"} | more))
    given = {"director": "all", "administrator": "all"} if rights is None else rights
    return objects.add(draft, actor=maker(), rights=given)


def vehicle(**more: Any) -> tuple[CustomObject, dict[str, CustomField]]:
    """The object with fields: customer, state, day, price."""
    row = made(**more)
    found = {
        "customer": fields.field(row.slug, "reference", "所属客户"),
        "state": fields.field(row.slug, "choice", "状态", options={"choices": STATES}),
        "day": fields.field(row.slug, "date", "年检日"),
        "price": fields.field(row.slug, "money", "购置价"),
    }
    return row, found


def entry(of: int, name: str, **values: Any) -> Any:
    """A row of the object with this key; values by field name."""
    record = registry.by_slug(f"o{of}")
    return record.create(actor=Actor.system(), values={"name": name} | values)


def eyes(user: User) -> Actor:
    """The person as a request would know them now."""
    return Actor.of(user).standing_at(Standing(stamp=stamp.current()))

"""The small warehouse of the overview's tests, which knows no costs, and the people who look at it."""

from __future__ import annotations

from django.test import Client

from hengke.engines.access.enums import Role, UnitKind
from hengke.modules.insight.models import CostRates
from tests.factories.people import person, unit
from tests.hengke.modules.insight.dashboard.conftest import warehouse as warehouse


def client_of(role: str) -> Client:
    """Somebody of that role; the head's laboratory is 长度室."""
    place = unit("长度室", UnitKind.LABORATORY) if role == Role.LABORATORY_HEAD else None
    client = Client()
    client.force_login(person(f"p-{role}", role, place))
    return client


def declared(**values: object) -> CostRates:
    """Half of what is billed goes into the work, and the rates of `values`."""
    return CostRates.objects.create(**{"direct": [["", "50.00", "0.00"]]} | values)

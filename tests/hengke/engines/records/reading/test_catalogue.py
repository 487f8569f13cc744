"""What somebody may do with an object in hand is what the list of such objects says."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from tests.factories import customers as make
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db
ACTIONS = ("add", "change", "delete", "assign", "share", "export")


@pytest.mark.parametrize("role", list(Role))
def test_allowed_is_what_the_rows_say(role: Role) -> None:
    own = unit("长度室", kind="laboratory")
    me = person("me", role, own)
    mine = make.customer("甲公司", owner=me)
    make.customer("乙公司")
    make.summary(mine, laboratory="长度室")
    catalogue = Catalogue(registry.by_slug("customers"), Actor.of(me))
    for target in catalogue.rows():
        for action in ACTIONS:
            reached = catalogue.rows(action).filter(pk=target.pk).exists()
            assert catalogue.allows(action, target) == reached


def test_who_reaches_everything_is_not_looked_up() -> None:
    customer = make.customer()
    catalogue = Catalogue(registry.by_slug("customers"), actor("boss"))
    with CaptureQueriesContext(connection) as seen:
        assert all(catalogue.allows(action, customer) for action in ("view", "change", "delete"))
    assert len(seen) == 0

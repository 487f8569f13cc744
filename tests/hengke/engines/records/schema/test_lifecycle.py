"""Every way to change a state asks the lifecycle: form, API, board, bulk change."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import lifecycle, registry
from hengke.engines.records.schema.lifecycle import Lifecycle
from hengke.engines.records.writing import many
from hengke.kernel.errors import Conflict, InputError
from hengke.modules.customers.models import Instrument
from tests.factories import customers as make
from tests.factories.people import actor, person

pytestmark = pytest.mark.django_db
IN_USE, AT_LABORATORY, STOPPED, SCRAPPED = "in_use", "at_laboratory", "stopped", "scrapped"


@pytest.fixture
def instrument() -> Instrument:
    return make.instrument(make.customer(), state=AT_LABORATORY)


def test_a_step_that_there_is_not_is_refused_with_the_steps_that_there_are(instrument: Instrument) -> None:
    record, boss = registry.by_slug("instruments"), actor("boss")
    with pytest.raises(InputError) as refused:
        record.update(actor=boss, target=instrument, values={"state": STOPPED}, version=1)
    assert "在用" in str(refused.value.params["words"])
    record.update(actor=boss, target=instrument, values={"state": IN_USE}, version=1)
    assert Instrument.objects.get().state == IN_USE


def test_the_api_refuses_it_too(instrument: Instrument) -> None:
    client = Client()
    client.force_login(person("boss"))
    answer = client.patch(
        f"/api/v1/instruments/{instrument.pk}",
        json.dumps({"state": SCRAPPED, "version": 1}),
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert Instrument.objects.get().state == AT_LABORATORY


def test_a_change_of_many_leaves_those_alone_that_cannot_take_the_step(instrument: Instrument) -> None:
    other = make.instrument(make.customer("另一家"), state=IN_USE)
    catalogue = Catalogue(registry.by_slug("instruments"), actor("boss"))
    selection = many.Selection(catalogue, (instrument.pk, other.pk))
    changes = many.read_changes(catalogue, [{"field": "state", "how": "set", "value": STOPPED}])
    found = many.edit(selection, changes)
    assert (found["changed"], found["refused"]) == (1, 1)
    assert Instrument.objects.get(pk=instrument.pk).state == AT_LABORATORY
    assert Instrument.objects.get(pk=other.pk).state == STOPPED


def test_what_must_be_filled_in_and_which_right_a_step_takes(instrument: Instrument) -> None:
    record = registry.by_slug("instruments")
    cycle = Lifecycle(
        "state", {AT_LABORATORY: (IN_USE, STOPPED)}, required={IN_USE: ("maker",)}, rights={STOPPED: "merge"}
    )
    boss, desk = actor("boss"), Actor.of(person("desk", "business_desk"))
    assert "制造" in str(cycle.refusal(record, boss, instrument, AT_LABORATORY, IN_USE))
    instrument.maker = "上量"
    assert cycle.refusal(record, boss, instrument, AT_LABORATORY, IN_USE) == ""
    assert cycle.refusal(record, boss, instrument, AT_LABORATORY, STOPPED) == ""
    assert cycle.refusal(record, desk, instrument, AT_LABORATORY, STOPPED) == lifecycle.NO_RIGHT


def test_an_action_is_refused_as_a_conflict(instrument: Instrument) -> None:
    record, boss = registry.by_slug("instruments"), actor("boss")
    with pytest.raises(Conflict) as refused:
        lifecycle.require_step(record, boss, instrument, AT_LABORATORY)
    assert refused.value.code == "not_now"
    with pytest.raises(Conflict) as refused:
        lifecycle.require_step(record, boss, instrument, SCRAPPED)
    assert refused.value.code == "no_such_step"

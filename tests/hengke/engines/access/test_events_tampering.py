"""Whatever is changed in the stream by hand, verification names the first event that does not hold."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from hengke.engines.access import events, origin
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, EventSeal
from tests.factories.people import person
from tests.support.byhand import gapless, sql

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
# Every column of an event, with a value that differs from the stored one.
COLUMNS = {
    "id": 9_000_000, "at": "2020-01-01 00:00:00", "kind": "other", "actor_id": None, "channel": "api",
    "subject_type": "x.y", "subject_id": 77, "party_id": 78, "audience": "电学室", "address": "10.9.9.9",
    "device": "curl/8", "payload": '{"n": 99}', "salt": "0" * 32, "digest": "0" * 64,
}  # fmt: skip


@pytest.fixture
def five() -> list[Event]:
    """Five sealed events of a person, each with all columns filled."""
    actor = Actor.of(person("boss"))
    made = [
        events.record(
            "note", actor=actor, subject=person(f"p{n}"), party_id=n + 1, payload={"n": n}, audience="长度室"
        )
        for n in range(5)
    ]
    Event.objects.update(address="10.0.0.1", device="Firefox/130")
    assert events.seal_pending() == 5
    assert events.verify().broken is None
    return made


def test_the_list_of_columns_is_whole() -> None:
    assert {field.column for field in Event._meta.concrete_fields} == COLUMNS.keys()


@pytest.mark.parametrize("column", COLUMNS)
def test_every_changed_column_is_named(column: str, five: list[Event]) -> None:
    third = five[2].pk
    sql(f"UPDATE access_event SET {column} = %s WHERE id = %s", COLUMNS[column], third)
    verdict = events.verify()
    assert (verdict.broken, verdict.verified) == (third, 2)
    sql("DELETE FROM access_eventseal")  # references must hold at a test's end


@pytest.mark.parametrize("column", ["address", "device"])
def test_an_origin_that_was_wiped_is_named(column: str, five: list[Event]) -> None:
    sql(f"UPDATE access_event SET {column} = '' WHERE id = %s", five[1].pk)
    assert events.verify().broken == five[1].pk


def test_a_deleted_event_is_named_with_its_seal_left_behind(five: list[Event]) -> None:
    sql("DELETE FROM access_event WHERE id = %s", five[2].pk)
    assert events.verify().broken == five[2].pk
    sql("DELETE FROM access_eventseal")


def test_a_deleted_event_is_noticed_with_its_seal_gone_too(five: list[Event]) -> None:
    sql("DELETE FROM access_eventseal WHERE event_id = %s", five[2].pk)
    sql("DELETE FROM access_event WHERE id = %s", five[2].pk)
    assert events.verify().broken == five[3].pk


@gapless
def test_the_last_events_cannot_be_cut_off(five: list[Event]) -> None:
    sql("DELETE FROM access_eventseal WHERE event_id >= %s", five[3].pk)
    sql("DELETE FROM access_event WHERE id >= %s", five[3].pk)
    assert events.verify().broken == five[4].pk


def test_a_deleted_seal_is_noticed(five: list[Event]) -> None:
    sql("DELETE FROM access_eventseal WHERE event_id = %s", five[1].pk)
    assert events.verify().broken == five[2].pk


@gapless
def test_the_last_seal_deleted_and_made_again_is_noticed(five: list[Event]) -> None:
    sql("DELETE FROM access_eventseal WHERE event_id = %s", five[4].pk)
    events.seal_pending()
    assert events.verify().broken == five[4].pk


def test_a_swapped_order_is_named(five: list[Event]) -> None:
    first, second = five[1].pk, five[2].pk
    for old, new in ((first, -1), (second, first), (-1, second)):
        sql("UPDATE access_event SET id = %s WHERE id = %s", new, old)
    assert events.verify().broken == first


def test_swapped_seals_are_named(five: list[Event]) -> None:
    seals = EventSeal.objects.in_bulk([five[1].pk, five[2].pk], field_name="event_id")
    one, two = seals[five[1].pk], seals[five[2].pk]
    sql("UPDATE access_eventseal SET chain = %s WHERE id = %s", two.chain, one.pk)
    sql("UPDATE access_eventseal SET chain = %s WHERE id = %s", one.chain, two.pk)
    assert events.verify().broken == five[1].pk


def _copy(pk: int, source: int, digest: str) -> None:
    names = ", ".join(
        f'"{field.column}"' for field in Event._meta.concrete_fields if field.column not in ("id", "digest")
    )
    sql(f"INSERT INTO access_event (id, digest, {names}) SELECT %s, %s, {names} FROM access_event WHERE id = %s",
        pk, digest, source)  # fmt: skip


def test_an_inserted_event_with_a_wrong_digest_is_named_before_and_after_sealing(five: list[Event]) -> None:
    _copy(five[4].pk + 1, five[0].pk, "f" * 64)
    assert events.verify().broken == five[4].pk + 1
    events.seal_pending()
    assert events.verify().broken == five[4].pk + 1


@gapless
def test_an_event_inserted_into_the_past_is_named(five: list[Event]) -> None:
    _copy(five[0].pk - 1, five[1].pk, five[1].digest)
    assert events.verify().broken == five[0].pk - 1
    events.seal_pending()
    assert events.verify().broken == five[0].pk - 1


@gapless
def test_an_unsealed_event_taken_out_is_noticed(five: list[Event]) -> None:
    first = events.record("note", actor=SYSTEM)
    second = events.record("note", actor=SYSTEM)
    assert events.verify() == events.Verdict(verified=5, broken=None, unsealed=2)
    sql("DELETE FROM access_event WHERE id = %s", first.pk)
    assert events.verify().broken == second.pk


def test_the_command_ends_with_one_and_names_the_event(five: list[Event]) -> None:
    out = StringIO()
    call_command("audit", "verify", stdout=out)
    assert "5" in out.getvalue()
    (head,) = re.findall(r"\d+:[0-9a-f]{64}", out.getvalue())
    call_command("audit", "verify", "--head", head, stdout=out)
    with pytest.raises(CommandError):
        call_command("audit", "verify", "--head", f"1:{'0' * 64}", stdout=out)
    sql("UPDATE access_event SET kind = 'x' WHERE id = %s", five[3].pk)
    with pytest.raises(CommandError, match=str(five[3].pk)) as error:
        call_command("audit", "verify", stdout=out)
    assert error.value.returncode == 1


def test_a_redaction_holds_only_while_a_sealed_event_vouches_for_it(five: list[Event]) -> None:
    digest = events.redact(five[1], {"n": "***"})
    assert events.verify().broken == five[1].pk
    vouching = events.record(events.REDACTED, actor=SYSTEM, payload={"digests": {str(five[1].pk): digest}})
    events.seal_pending()
    assert events.verify().broken is None
    sql("UPDATE access_event SET payload = %s WHERE id = %s", '{"n": "+++"}', five[1].pk)
    assert events.verify().broken == five[1].pk
    sql("UPDATE access_event SET payload = %s WHERE id = %s", '{"n": "***"}', five[1].pk)
    assert events.verify().broken is None
    forged = f'{{"digests": {{"{five[1].pk}": "{"0" * 64}"}}}}'
    sql("UPDATE access_event SET payload = %s WHERE id = %s", forged, vouching.pk)
    assert events.verify().broken in (five[1].pk, vouching.pk)


def test_events_of_a_request_know_where_it_came_from(rf: object) -> None:
    request = rf.get(
        "/", REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/128.0"
    )  # type: ignore[attr-defined]
    with origin.of(request):
        event = events.record("note", actor=SYSTEM)
    assert (event.address, origin.device_name(event.device)) == ("192.0.2.7", "Chrome 128 · Windows")
    assert events.record("note", actor=SYSTEM).address == ""

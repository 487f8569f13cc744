"""Prepared imports that nobody went on with."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.files import store as files
from hengke.engines.jobs import queue
from hengke.kernel import clock
from hengke.kernel.errors import NotAllowed
from hengke.modules.insight.models import Import, Source
from hengke.modules.insight.services import drafts
from tests.factories import people
from tests.factories.ledgers import bring, ledger, prepare, row

pytestmark = pytest.mark.django_db(transaction=True)
OLD = timedelta(days=drafts.KEPT_DAYS, minutes=1)


def aged(draft: Import, age: timedelta = OLD) -> Import:
    Import.objects.filter(pk=draft.pk).update(created_at=clock.now() - age)
    if draft.digest:
        then = clock.now().timestamp() - age.total_seconds()
        os.utime(files.folder() / draft.digest, (then, then))
    return draft


def test_old_drafts_go_with_their_files_and_nothing_else_does() -> None:
    done = aged(bring([row("W1")], name="done.csv"))
    old = aged(prepare([row("W2")], name="old.csv"))
    shared = aged(prepare(ledger([row("W1")]), name="same as done.csv"))
    young = aged(prepare([row("W3")], name="young.csv"), OLD - timedelta(hours=1))
    queue.enqueue("insight.discard_old_drafts", title="x", actor=Actor.system())
    (job,) = [job for job in iter(queue.claim, None) if job.kind == "insight.discard_old_drafts"]
    assert queue.run(job).result == {"discarded": 2}
    assert set(Import.objects.values_list("file_name", flat=True)) == {"done.csv", "young.csv"}
    assert shared.digest == done.digest
    there = {path.name for path in files.folder().iterdir()}
    assert {done.digest, young.digest} <= there
    assert old.digest not in there


def test_throwing_away_is_told_as_an_event_and_needs_the_right() -> None:
    draft = prepare([row("W1")])
    with pytest.raises(NotAllowed):
        drafts.discard([draft], actor=people.actor("desk", "business_desk"))
    assert drafts.discard([draft], actor=Actor.system()) == 1
    event = Event.objects.get(kind="import.discarded")
    assert (event.subject_id, event.payload) == (draft.pk, {"file": "台账.csv"})
    # The file was handed in just now: somebody may be handing the same one in again.
    assert (files.folder() / draft.digest).exists()


def test_what_has_begun_is_no_draft() -> None:
    done = aged(bring([row("W1")]))
    assert drafts.discard([done], actor=Actor.system()) == 0
    assert Import.objects.get() == done


def test_the_password_of_a_database_that_was_never_read_goes_too() -> None:
    source = Source.objects.create(name="MIS", kind="postgresql", connection={"sealed": "x"})
    draft = Import.objects.create(source=source, file_name="ledger")
    drafts.discard([draft], actor=Actor.system())
    source.refresh_from_db()
    assert source.connection == {}

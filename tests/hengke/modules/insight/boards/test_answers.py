"""Answers are remembered per build and rights, and never shown to whom they do not belong."""

from __future__ import annotations

from typing import Any

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.kernel.errors import InputError, NotAllowed
from hengke.modules.insight.boards import answers
from hengke.modules.insight.boards.answers import Asker
from hengke.modules.insight.pivot.state import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]
BILLED = State(rows=("laboratory",), values=(("billed", "value"),))


def _total(asker: Asker, state: State = BILLED) -> Any:
    found = asker.ask(state)
    assert found is not None
    return found[0].grid.parts((), ())["billed"]


def test_an_answer_is_asked_once(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _total(Asker.of(actor)) == 1_000
    monkeypatch.setattr(Asker, "_answered", lambda *_: pytest.fail("asked again"))
    assert _total(Asker.of(actor)) == 1_000


def test_another_scope_has_its_own_answer(actor: Actor) -> None:
    assert _total(Asker.of(actor)) == 1_000
    assert _total(Asker.of(Actor(user_id=9, role=Role.LABORATORY_HEAD, laboratory="长度室"))) == 550


def test_a_new_build_is_asked_anew(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    _total(Asker.of(actor))
    asked = Asker.of(actor)
    asked.build = 2
    ran: list[Any] = []
    own = Asker._answered
    monkeypatch.setattr(
        Asker, "_answered", lambda self, question: ran.append(question) or own(self, question)
    )
    _total(asked)
    assert len(ran) == 1


def test_hidden_words_are_refused_even_when_the_answer_is_known(actor: Actor) -> None:
    tier = State(rows=("tier",), values=(("billed", "value"),))
    _total(Asker.of(actor), tier)
    with pytest.raises(InputError, match="Unknown field"):
        Asker.of(Actor(user_id=9, role=Role.LABORATORY_HEAD, laboratory="长度室")).ask(tier)


def test_beyond_the_budget_only_what_is_known_is_answered(actor: Actor) -> None:
    asker = Asker.of(actor)
    asker.until = 0
    assert asker.ask(BILLED) is None
    assert asker.ask(BILLED, patient=True) is not None
    assert asker.ask(BILLED) is not None


def test_few_answers_are_kept(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_KEPT", 1)
    asker = Asker.of(actor)
    _total(asker)
    _total(asker, State(rows=("city",), values=(("billed", "value"),)))
    asker.until = 0
    assert asker.ask(BILLED) is None


def test_an_asker_needs_the_right_to_boards(db: None) -> None:
    with pytest.raises(NotAllowed):
        Asker.of(Actor(user_id=3, role=Role.SYSTEM_ADMINISTRATOR))

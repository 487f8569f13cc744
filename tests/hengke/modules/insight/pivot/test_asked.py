"""What a request asks: its state, words by right, and the days with data."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import RequestFactory

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.kernel.errors import InputError, NotAllowed, NotFound
from hengke.modules.insight.pivot.asked import Asked
from tests.factories.people import person

pytestmark = pytest.mark.django_db
DIRECTOR = Actor(user_id=1, role=Role.DIRECTOR)
HEAD = Actor(user_id=2, role=Role.LABORATORY_HEAD, laboratory="长度室")


def _request(actor: Actor, query: str = "") -> Any:
    request: Any = RequestFactory().get(f"/pivot?{query}")
    request.actor = actor
    return request


@pytest.mark.usefixtures("warehouse")
def test_an_empty_address_asks_the_first_question() -> None:
    asked = Asked.of(_request(DIRECTOR))
    assert (asked.state.rows, asked.state.compare) == (("laboratory",), "yoy")
    assert (asked.span.first, asked.span.last) == (date(2024, 2, 11), date(2025, 7, 1))


@pytest.mark.usefixtures("warehouse")
def test_the_days_and_the_words_are_those_of_the_person() -> None:
    asked = Asked.of(_request(HEAD))
    assert asked.span.last == date(2025, 6, 1)
    assert "tier" not in asked.catalogue.dimensions


@pytest.mark.usefixtures("warehouse")
def test_the_answer_is_that_of_the_own_lines() -> None:
    request = _request(HEAD, "rows=laboratory&values=billed&period=2025")
    answer, partial = Asked.of(request).answer(request)
    assert answer.grid.parts((), ())["billed"] == 550
    assert not partial or answer.question.period.end == date(2025, 6, 2)


@pytest.mark.usefixtures("warehouse")
def test_members_of_grid_and_filters_are_named() -> None:
    owner = person("li")
    request = _request(DIRECTOR, f"rows=laboratory&values=billed&f=owner:{owner.pk}")
    asked = Asked.of(request)
    answer, _partial = asked.answer(request)
    assert asked.names(answer)(asked.catalogue.dimension("owner"), owner.pk) == owner.name


@pytest.mark.usefixtures("warehouse")
def test_an_address_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises(InputError):
        Asked.of(_request(DIRECTOR, "chart=film"))


def test_without_the_right_or_without_data_there_is_nothing_to_ask(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    with pytest.raises(NotAllowed):
        Asked.of(_request(Actor(user_id=3, role=Role.BUSINESS_DESK)))
    with pytest.raises(NotFound):
        Asked.of(_request(DIRECTOR))

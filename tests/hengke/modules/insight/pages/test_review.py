"""Names to review: what a decision does, and that every one of them can be taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access import journal
from hengke.engines.access.enums import Role
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.modules.customers.models import Customer, CustomerName
from hengke.modules.insight.models import IdentityRun, ReviewPair, Thresholds
from hengke.modules.insight.pages.pairs import marked
from hengke.modules.insight.services import thresholds
from tests.factories.ledgers import bring, row

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("蚌埠淮河玻璃厂", "淮河特种玻璃股份有限公司", "淮河特玻")
REASONS = [
    {"code": "phone_same", "weight": 8.8, "left": "13900000000", "right": "13900000000"},
    {"code": "place_differs", "weight": -8.4, "left": "蚌埠", "right": ""},
]


def customer(name: str, lines: int) -> CustomerName:
    """A customer with one name and some lines on it."""
    found = Customer.objects.create(name=name, origin="ledger")
    alias = CustomerName.objects.get(customer=found)
    CustomerName.objects.filter(pk=alias.pk).update(lines=lines, decided=False)
    done = bring(
        [row(f"{name}{n}", 单位名称=name, 联系电话="13900000000") for n in range(lines)], name=f"{name}.csv"
    )
    done.lines.update(alias=alias)
    return alias


@pytest.fixture
def pairs() -> list[ReviewPair]:
    """Three names of three customers, compared each with each."""
    a, b, c = (customer(name, lines) for name, lines in zip(NAMES, (3, 2, 1), strict=True))
    chances = {(a, b): 0.92, (a, c): 0.85, (b, c): 0.5}
    return [
        ReviewPair.objects.create(left=left, right=right, probability=chance, reasons=REASONS)
        for (left, right), chance in chances.items()
    ]


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def say(client: Client, pair: ReviewPair, verdict: str) -> str:
    answer = client.post(f"/review/{pair.pk}/decide", {"verdict": verdict})
    assert answer.status_code == 302
    pair.refresh_from_db()
    return str(answer["Location"])


def picture() -> dict[int, dict[str, object]]:
    """Every name with its customer, without bookkeeping."""
    return {
        pk: state | {"updated_at": ""} for pk, state in journal.states(CustomerName.objects.all()).items()
    }


def test_the_likeliest_pair_comes_first_with_its_evidence(admin: Client, pairs: list[ReviewPair]) -> None:
    page = text(admin, "/review")
    assert f'action="/review/{pairs[0].pk}/decide"' in page
    assert [page.index(f'href="/review/{pair.pk}"') for pair in pairs] == sorted(
        page.index(f'href="/review/{pair.pk}"') for pair in pairs
    )
    assert "+8.8" in page
    assert "−8.4" in page
    assert all(f'data-key="{key}"' in page for key in "ARNSU")
    assert "300.00" in page


def test_a_pair_that_is_likely_enough_to_link_says_why_it_is_asked(
    admin: Client, pairs: list[ReviewPair]
) -> None:
    words = "所以请您判断"
    automatic, _review = thresholds.current()
    assert pairs[0].probability >= automatic > pairs[2].probability
    assert words in text(admin, f"/review/{pairs[0].pk}")
    assert words not in text(admin, f"/review/{pairs[2].pk}")
    say(admin, pairs[0], "different")
    assert words not in text(admin, f"/review/{pairs[0].pk}")


def test_the_desk_reviews_without_seeing_amounts(
    at: Callable[[str], Client], pairs: list[ReviewPair]
) -> None:
    desk = at(Role.BUSINESS_DESK)
    assert "300.00" not in text(desk, "/review")
    say(desk, pairs[0], "same")
    assert pairs[0].left.customer_id == CustomerName.objects.get(pk=pairs[0].right_id).customer_id


def test_same_merges_into_the_one_with_more_lines_and_goes_on(admin: Client, pairs: list[ReviewPair]) -> None:
    following = say(admin, pairs[0], "same")
    assert following == f"/review/{pairs[1].pk}"
    assert Customer.objects.get(name=NAMES[1]).merged_into == Customer.objects.get(name=NAMES[0])
    assert (pairs[0].state, pairs[0].decided_by.username) == ("same", Role.ADMINISTRATOR)
    assert Job.objects.filter(kind="insight.follow", state="queued").count() == 1


@pytest.mark.parametrize("verdict", ["same", "different", "never", "skipped"])
def test_every_decision_can_be_taken_back_exactly(
    admin: Client, pairs: list[ReviewPair], verdict: str
) -> None:
    before = picture()
    say(admin, pairs[0], verdict)
    assert pairs[0].state == verdict
    answer = admin.post("/review/undo")
    assert answer["Location"] == f"/review/{pairs[0].pk}"
    pairs[0].refresh_from_db()
    assert (pairs[0].state, pairs[0].decided_by, pairs[0].event) == ("open", None, None)
    assert picture() == before
    assert admin.post("/review/undo").status_code == 404


def test_a_skipped_pair_waits_in_its_own_list(admin: Client, pairs: list[ReviewPair]) -> None:
    say(admin, pairs[0], "skipped")
    assert f'href="/review/{pairs[0].pk}"' not in text(admin, "/review")
    assert f'href="/review/{pairs[0].pk}"' in text(admin, "/review?tab=skipped")
    say(admin, pairs[0], "different")
    assert pairs[0].state == "different"


def test_a_decided_pair_cannot_be_decided_again(admin: Client, pairs: list[ReviewPair]) -> None:
    say(admin, pairs[0], "never")
    assert admin.post(f"/review/{pairs[0].pk}/decide", {"verdict": "same"}).status_code == 409
    assert admin.post(f"/review/{pairs[1].pk}/decide", {"verdict": "perhaps"}).status_code == 400
    assert 'data-key="A"' not in text(admin, f"/review/{pairs[0].pk}")


def test_what_was_said_to_be_apart_is_not_merged_by_a_detour(admin: Client, pairs: list[ReviewPair]) -> None:
    ab, ac, bc = pairs
    say(admin, ab, "same")
    say(admin, bc, "different")
    answer = admin.post(f"/review/{ac.pk}/decide", {"verdict": "same"})
    assert answer.status_code == 409
    assert NAMES[2] in answer.content.decode()
    assert Customer.objects.filter(deleted_at=None).count() == 2


def test_many_are_accepted_and_undone_together(admin: Client, pairs: list[ReviewPair]) -> None:
    before = picture()
    page = text(admin, "/review/bulk?least=80")
    assert page.count('class="link grow"') == 2
    job = admin.post("/review/bulk", {"least": "80"})["Location"]
    queue.run_waiting()
    assert Customer.objects.filter(deleted_at=None).count() == 1
    assert ReviewPair.objects.filter(state="same").count() == 2
    assert "2" in text(admin, job)
    number = Job.objects.get(kind="insight.accept_pairs").pk
    admin.post(f"/review/bulk/{number}/undo")
    queue.run_waiting()
    assert Customer.objects.filter(deleted_at=None).count() == 3
    owners = {pk: state["customer_id"] for pk, state in picture().items()}
    assert owners == {pk: state["customer_id"] for pk, state in before.items()}


@pytest.mark.parametrize("least", ["0", "101", "viel", "-5"])
def test_a_senseless_probability_is_refused(admin: Client, least: str) -> None:
    assert admin.get(f"/review/bulk?least={least}").status_code == 400


def test_thresholds_show_the_expected_error_before_they_hold(admin: Client) -> None:
    histogram = [[100, 80, 8.0], [500, 10, 5.0], [970, 30, 29.1], [990, 60, 59.4]]
    IdentityRun.objects.create(expected_error={"histogram": histogram, "bands": {}})
    page = text(admin, "/review/thresholds?automatic=98&review=30")
    assert "1.67%" in page  # now: (30 - 29.1 + 60 - 59.4) / 90 linked wrongly
    assert "1.00%" in page  # proposed: 0.6 / 60
    assert not Thresholds.objects.exists()
    admin.post("/review/thresholds", {"automatic": "98", "review": "30"})
    assert (Thresholds.objects.get().automatic, Thresholds.objects.get().review) == (0.98, 0.3)
    assert Job.objects.get().kind == "insight.refresh"
    assert admin.post("/review/thresholds", {"automatic": "20", "review": "30"}).status_code == 400


def test_the_page_asks_the_same_number_of_queries_for_one_and_three(
    admin: Client, pairs: list[ReviewPair]
) -> None:
    with CaptureQueriesContext(connection) as three:
        text(admin, f"/review/{pairs[0].pk}")
    ReviewPair.objects.exclude(pk=pairs[0].pk).delete()
    with CaptureQueriesContext(connection) as one:
        text(admin, f"/review/{pairs[0].pk}")
    assert len(three) == len(one)


def test_who_decided_and_when_is_kept(admin: Client, pairs: list[ReviewPair]) -> None:
    say(admin, pairs[0], "different")
    page = text(admin, "/review/decided")
    assert NAMES[0] in page
    assert Role.ADMINISTRATOR in page
    admin.post(f"/review/{pairs[0].pk}/reopen")
    assert NAMES[0] not in text(admin, "/review/decided")


def test_differing_characters_are_marked_and_escaped() -> None:
    left, right = marked("淮河<玻璃厂", "淮河玻璃")
    assert left == "淮河<mark>&lt;</mark>玻璃<mark>厂</mark>"
    assert right == "淮河玻璃"

"""Experts' grades: proposed evenly, entered on the page or brought in, and learned from once there are enough."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.kernel.errors import InputError
from hengke.modules.customers.models import Customer, CustomerSummary
from hengke.modules.insight.models import ExpertGrade
from hengke.modules.insight.services.scoring import grades, running
from tests.factories import customers as make
from tests.factories.people import person

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def _customers(count: int) -> list[Customer]:
    made = [make.customer(f"客户{n:03}") for n in range(count)]
    for place, one in enumerate(made):
        CustomerSummary.objects.filter(customer=one, laboratory="").update(lines=1, credit=place / count)
        make.summary(one, "长度室", lines=1)
    return made


def test_proposals_are_spread_over_the_scores_and_leave_out_the_graded() -> None:
    made = _customers(40)
    proposed = grades.proposals(SYSTEM)
    assert proposed == made[::2]
    grades.grade({one.pk: "good" for one in proposed}, actor=SYSTEM)
    assert not set(grades.proposals(SYSTEM)) & set(proposed)


def test_the_newest_grade_of_a_customer_holds() -> None:
    one = make.customer()
    grades.grade({one.pk: "good"}, actor=SYSTEM)
    grades.grade({one.pk: "poor", 99_999: "good"}, actor=SYSTEM)
    assert grades.newest() == {one.pk: "poor"}
    assert ExpertGrade.objects.count() == 2, "the history stays"
    assert Event.objects.filter(kind="score.graded").count() == 2
    with pytest.raises(InputError):
        grades.grade({one.pk: "gone"}, actor=SYSTEM)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_brings_grades_and_tells_the_lines_it_could_not_use(encoding: str) -> None:
    one, two = make.customer("甲"), make.customer("乙")
    text = f"客户编号,等级\n{one.number},良好\n{two.number.lower()},C\nC-999999,差\n{one.number},极好\n"
    done = grades.bring(text.encode(encoding), actor=SYSTEM)
    assert (done.taken, done.refused) == (2, (4, 5))
    assert grades.newest() == {one.pk: "good", two.pk: "poor"}


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"\xff\xff\xff", b"x" * (grades.LARGEST_FILE + 1)])
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        grades.bring(data, actor=SYSTEM)


def test_enough_means_sixty_with_ten_good_and_ten_poor() -> None:
    given: dict[int, str] = dict.fromkeys(range(50), "fair") | dict.fromkeys(range(50, 60), "good")
    assert not grades.enough(given)
    given |= dict.fromkeys(range(60, 69), "poor")
    assert not grades.enough(given)
    assert grades.enough(given | {69: "poor"})


def test_the_page_shows_takes_and_counts(client: Client) -> None:
    made = _customers(3)
    client.force_login(person("boss"))
    text = client.get("/models/grades").content.decode()
    assert all(one.name in text for one in made)
    assert text.count('type="radio"') == 9
    client.post("/models/grades/save", {f"grade-{made[0].pk}": "poor", "grade-x": "good", "other": "1"})
    assert grades.newest() == {made[0].pk: "poor"}
    text = client.get("/models/grades").content.decode()
    assert "已评定 1 个客户" in text
    handed = SimpleUploadedFile("g.csv", f"number,grade\n{made[1].number},good\nnobody,good\n".encode())
    answer = client.post("/models/grades/file", {"file": handed}, follow=True).content.decode()
    assert "以下行没有可识别的编号和等级，已跳过：3" in answer
    assert client.post("/models/grades/file").status_code == 400


def test_nobody_to_grade_says_what_to_do(client: Client) -> None:
    client.force_login(person("boss"))
    assert "没有待评定的客户" in client.get("/models/grades").content.decode()


@pytest.mark.slow
def test_credit_learns_from_grades_as_soon_as_there_are_enough(warehouse: Any) -> None:
    from hengke.modules.insight.models import ModelVersion
    from hengke.modules.insight.services.scoring import registry

    grades.grade({pk: "poor" if pk % 5 == 0 else "good" for pk in range(1, 100)}, actor=SYSTEM)
    assert running._basis("credit") == "grades"
    assert running._basis("late") == "outcome"
    from tests.factories.scores import version

    for kind in ("churn", "late", "credit"):
        version(kind)
    done = running.run(actor=SYSTEM, report=lambda *_: None)
    assert done["trained"] == {"credit": 2}, "the basis is another one now"
    row = registry.champion("credit")
    assert row is not None
    assert (row.basis, row.rows, row.why["code"]) == ("grades", 99, "other_basis")
    assert row.card["kept"] == "other_customers"
    assert row.card["figures"][row.algorithm]["auc"]["value"] > 0.9, "grades follow payment here"
    assert ModelVersion.objects.filter(kind="credit", state="champion").count() == 1

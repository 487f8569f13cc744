"""What is detected in a file can be chosen instead, and the choice serves the next file."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook

from hengke.engines.access.actor import Actor
from hengke.engines.files import store as files
from hengke.kernel.errors import Conflict, InputError, NotAllowed
from hengke.modules.insight.models import Import, LedgerLine, Source
from hengke.modules.insight.services import imports, sources
from hengke.modules.insight.services.looking import Look
from tests.factories import people
from tests.factories.ledgers import HEADERS, ledger, prepare, row, work

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system()
TEXT = ledger([row("W1")]).decode("gb18030")


def titled(*titles: str) -> bytes:
    return ("".join(f"{title}\r\n" for title in titles) + TEXT).encode("gb18030")


def run(draft: Import) -> Import:
    imports.start(draft, actor=SYSTEM)
    work(refresh=False)
    draft.refresh_from_db()
    return draft


def headers(draft: Import) -> list[str]:
    return [header for header, *_ in draft.mapping["columns"]]


def test_an_encoding_is_chosen_and_serves_the_next_file() -> None:
    draft = prepare(TEXT.encode("big5hkscs", "replace"), name="a.csv")
    assert draft.inspection["found"]["encoding"] == "big5hkscs"
    sources.look_again(draft, Look(encoding="gb18030", sheet=""), actor=SYSTEM)
    assert headers(draft) != list(HEADERS)
    assert [p["code"] for p in draft.inspection["found"]["problems"]] == ["other_encoding"]
    sources.look_again(draft, Look(encoding="big5hkscs", sheet=""), actor=SYSTEM)
    assert headers(draft)[0] == "委托單號" or "order_no" in [
        target for _, target, _ in draft.mapping["columns"]
    ]
    sources.look_again(draft, Look(sheet=""), actor=SYSTEM)
    assert draft.inspection["look"]["encoding"] == ""


def test_a_choice_that_cannot_be_changes_nothing() -> None:
    draft = prepare([row("W1")])
    before = (draft.mapping, draft.inspection)
    for look, code in (
        (Look(encoding="utf-8"), "wrong_encoding"),
        (Look(encoding="utf-16"), "wrong_encoding"),
        (Look(encoding="klingon"), "unknown_encoding_name"),
        (Look(header_line=9), "no_such_header"),
        (Look(sheet="Tabelle1"), "no_such_sheet"),
        (Look(date_order="yyy"), "unknown_order"),
        (Look(decimal=";"), "unknown_decimal"),
    ):
        with pytest.raises(InputError) as caught:
            sources.look_again(Import.objects.get(), look, actor=SYSTEM)
        assert caught.value.code == code
    stored = Import.objects.get()
    assert (stored.mapping, stored.inspection) == before
    with pytest.raises(NotAllowed):
        sources.look_again(draft, Look(), actor=people.actor("desk", "business_desk"))
    imports.start(draft, actor=SYSTEM)
    with pytest.raises(Conflict):
        sources.look_again(Import.objects.get(), Look(), actor=SYSTEM)


def test_a_header_row_is_chosen_or_there_is_none() -> None:
    draft = prepare(titled("序,月,甲,乙,丙,丁,戊,己,庚,辛,壬,癸,子,丑"))
    assert draft.inspection["found"]["sheets"][0]["header_line"] == 1
    sources.look_again(draft, Look(header_line=2, sheet=""), actor=SYSTEM)
    assert headers(draft) == list(HEADERS)
    assert run(draft).added == 1
    assert Source.objects.get().reading["header_line"] == 2
    following = prepare(titled("序,月,甲,乙,丙,丁,戊,己,庚,辛,壬,癸,子,丑"), name="b.csv")
    assert headers(following) == list(HEADERS)
    # The usual line holds something else here, so the headings are looked for.
    other = prepare(ledger([row("W2")]), name="c.csv")
    assert headers(other) == list(HEADERS)
    assert other.inspection["look"]["header_line"] is None
    sources.look_again(other, Look(header_line=0, sheet=""), actor=SYSTEM)
    assert headers(other)[:2] == ["#1", "#2"]
    assert len(other.inspection["found"]["sheets"][0]["sample"]) == 2


def test_the_choice_of_a_header_row_keeps_the_columns_of_a_person() -> None:
    draft = prepare([row("W1")])
    sources.choose(draft, sources.Choice({HEADERS.index("检定室"): "project_group"}), actor=SYSTEM)
    sources.look_again(draft, Look(header_line=1, date_order="ymd", sheet=""), actor=SYSTEM)
    assert draft.mapping["columns"][HEADERS.index("检定室")][1] == "project_group"
    assert draft.mapping["date_order"] == "ymd"


@pytest.mark.parametrize(
    ("order", "day"), [("", date(2024, 5, 6)), ("mdy", date(2024, 5, 6)), ("dmy", date(2024, 6, 5))]
)
def test_the_order_of_dates_is_chosen(order: str, day: date) -> None:
    draft = prepare([row("W1", 送检日期="05/06/2024")])
    sources.look_again(draft, Look(date_order=order, sheet=""), actor=SYSTEM)
    run(draft)
    assert LedgerLine.objects.get().submitted_on == day
    following = prepare([row("W2", 送检日期="05/07/2024")], name="b.csv")
    assert following.mapping.get("date_order", "") == order


def test_a_wrong_order_rejects_with_the_reason_instead_of_guessing() -> None:
    draft = prepare([row("W1", 送检日期="25/12/2024"), row("W2", 送检日期="05/06/2024")])
    sources.look_again(draft, Look(date_order="mdy", sheet=""), actor=SYSTEM)
    run(draft)
    assert (draft.added, draft.rejected) == (1, 1)
    assert draft.rejects.get().reason == "bad_date"


def test_a_decimal_comma_is_detected_and_may_be_chosen() -> None:
    lines = [row("W1", 应收费="1.234,50", 实收费="30"), row("W2", 应收费="7,05", 实收费="1.000")]
    draft = prepare(ledger(lines).decode("gb18030").encode())
    assert draft.mapping["decimal_comma"] is True
    run(draft)
    found = LedgerLine.objects.order_by("order_no").values_list("billed", "received")
    assert list(found) == [(Decimal("1234.50"), Decimal(30)), (Decimal("7.05"), Decimal(1000))]
    wrong = prepare(ledger(lines).decode("gb18030").encode(), source="zwei")
    sources.look_again(wrong, Look(decimal=".", sheet=""), actor=SYSTEM)
    assert run(wrong).rejected == 2


def test_the_same_file_read_in_another_way_is_read() -> None:
    data = titled("序,月,甲,乙,丙,丁,戊,己,庚,辛,壬,癸,子,丑", "月报,2025,,,,,,,,,,,,")
    looks = (Look(header_line=3), Look(header_line=3, date_order="ymd"), Look(header_line=3))
    found = []
    for look in looks:
        source = sources.source_named("台账", actor=SYSTEM)
        draft = sources.prepare_file(
            actor=SYSTEM, source=source, digest=files.store([data]), name="a.csv", look=look
        )
        found.append(run(draft))
    assert [(done.added, done.unchanged) for done in found] == [(1, 0), (0, 1), (0, 1)]


def test_a_sheet_with_titles_is_chosen_and_serves_the_next_workbook() -> None:
    book = Workbook()
    book.active.append(["说明", "无"])
    sheet = book.create_sheet("台账")
    sheet.append(["某某计量院业务台账"])
    sheet.merge_cells("A1:N1")
    sheet.append(["制表：张三"])
    sheet.append(list(HEADERS))
    sheet.append([row("W1").get(name, "") for name in HEADERS])
    data = io.BytesIO()
    book.save(data)
    draft = prepare(data.getvalue(), name="a.xlsx")
    sources.look_again(draft, Look(sheet="台账"), actor=SYSTEM)
    assert draft.inspection["found"]["sheets"][1]["header_line"] == 3
    assert [line for line, _ in draft.inspection["found"]["sheets"][1]["above"]] == [1, 2, 3]
    assert run(draft).added == 1
    assert prepare(data.getvalue(), name="b.xlsx").inspection["sheet"] == "台账"

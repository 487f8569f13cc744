"""Imports: list, result, rejects as a file, undo, unclear rows, demo banner."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.models import Event
from hengke.modules.insight.models import Import, LedgerCorrection, LedgerLine, Reject, Source
from tests.factories.ledgers import bring, ledger, prepare, row, work

pytestmark = pytest.mark.django_db(transaction=True)


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_says_counts_and_totals(admin: Client) -> None:
    rows = [row("W1"), row("W2", 应收费="23.45"), {"委托单号": "合计", "应收费": "123.45"}]
    bring(ledger(rows), name="stimmt.csv")
    bring(ledger([row("W9"), {"委托单号": "合计", "应收费": "77.00"}]), name="falsch.csv")
    page = text(admin, "/imports")
    assert "123.45" in page
    good, bad = (page[page.index(name) :].split("</tr>")[0] for name in ("stimmt.csv", "falsch.csv"))
    assert 'class="bdg ok"><svg' in good.replace("  ", " ")
    assert 'class="bdg bad"><svg' in bad.replace("  ", " ")


def test_the_list_asks_the_same_number_of_queries_for_one_and_three(admin: Client) -> None:
    bring([row("W1")], name="1.csv")
    with CaptureQueriesContext(connection) as one:
        text(admin, "/imports")
    for n in (2, 3):
        bring([row(f"W{n}")], name=f"{n}.csv")
    with CaptureQueriesContext(connection) as three:
        text(admin, "/imports")
    assert len(three) == len(one)


def test_a_difference_is_shown_to_the_cent(admin: Client) -> None:
    done = bring(ledger([row("W1", 应收费="100.00"), {"委托单号": "合计", "应收费": "100.01"}]))
    page = text(admin, f"/imports/{done.pk}")
    assert "100.01" in page
    assert "−0.01" in page


def test_rejects_are_listed_and_come_back_as_a_harmless_file(admin: Client) -> None:
    done = bring(
        ledger([row("W1"), row("W2", 送检日期="=cmd()"), row("W3", 单位名称="<b>x</b>", 应收费="abc")])
    )
    page = text(admin, f"/imports/{done.pk}")
    assert "<b>x</b>" not in page
    assert "=cmd()" in page
    answer = admin.get(f"/imports/{done.pk}/rejects.csv")
    data = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data)))
    assert [line[:2] for line in rows[1:]] == [["台账.csv", "3"], ["台账.csv", "4"]]
    assert "'=cmd()" in rows[1]
    assert not any(cell.startswith(("=", "+", "@")) for line in rows for cell in line)
    assert "attachment" in answer["Content-Disposition"]
    assert Event.objects.filter(kind="rejects.exported").count() == 1


def test_corrections_show_before_and_now(admin: Client) -> None:
    bring([row("W1", 应收费="100.00")])
    done = bring([row("W1", 应收费="120.00")], name="neu.csv")
    page = text(admin, f"/imports/{done.pk}")
    assert "<del>100.00</del> → <ins>120.00</ins>" in page


def test_an_import_is_undone_and_brought_in_again(admin: Client) -> None:
    done = bring([row("W1")])
    answer = admin.post(f"/imports/{done.pk}/undo")
    work(refresh=False)
    assert not LedgerLine.objects.exists()
    assert f"/imports/{done.pk}" in text(admin, answer["Location"])
    assert Import.objects.get().state == "undone"
    admin.post(f"/imports/{done.pk}/start")
    work(refresh=False)
    assert LedgerLine.objects.count() == 1


def test_undo_of_what_is_not_done_is_a_conflict(admin: Client) -> None:
    draft = prepare([row("W1")])
    assert admin.post(f"/imports/{draft.pk}/undo").status_code == 409
    assert draft.state == "draft"


def test_a_waiting_import_that_is_cancelled_can_be_started_again(admin: Client) -> None:
    draft = prepare([row("W1")])
    admin.post(f"/imports/{draft.pk}/start")
    draft.refresh_from_db()
    admin.post(f"/jobs/{draft.job_id}/cancel")
    draft.refresh_from_db()
    assert draft.state == "cancelled"
    again = admin.post(f"/jobs/{draft.job_id}/retry")
    work(refresh=False)
    draft.refresh_from_db()
    assert (draft.state, LedgerLine.objects.count()) == ("done", 1)
    assert again["Location"] == f"/jobs/{draft.job_id}"


def test_a_cancelled_undo_leaves_the_import_done(admin: Client) -> None:
    done = bring([row("W1")])
    admin.post(f"/imports/{done.pk}/undo")
    done.refresh_from_db()
    admin.post(f"/jobs/{done.job_id}/cancel")
    done.refresh_from_db()
    assert (done.state, LedgerLine.objects.count()) == ("done", 1)


def test_a_line_of_the_file_leads_to_its_record(admin: Client) -> None:
    done = bring([row("W1"), row("W2", 单位名称="蚌埠玻璃有限公司")])
    page = text(admin, f"/imports/{done.pk}/lines?line=3")
    assert "蚌埠玻璃有限公司" in page
    assert "合肥供水" not in page


def unclear_row() -> Reject:
    """A row that could correct either of two stored lines."""
    bring([row("W1", 应收费="100"), row("W1", 应收费="200")])
    done = bring(
        [row("W1", 应收费="150", 单位名称="合肥自来水公司", 检定室="长度室", 实收费="1")], name="unklar.csv"
    )
    return Reject.objects.get(origin=done, reason="line_unclear")


def test_an_unclear_row_is_decided_on_its_page(admin: Client) -> None:
    reject = unclear_row()
    url = f"/imports/unclear/{reject.pk}"
    assert url in text(admin, f"/imports/{reject.origin_id}")
    page = text(admin, url)
    assert "合肥自来水公司" in page
    line = LedgerLine.objects.order_by("pk").last()
    assert line is not None
    assert admin.post(url, {"line": "999999"}).status_code == 404
    admin.post(url, {"line": line.pk})
    line.refresh_from_db()
    assert line.customer_name == "合肥自来水公司"
    assert LedgerCorrection.objects.get().line == line
    assert admin.get(url).status_code == 404


def test_an_unclear_row_can_be_new(admin: Client) -> None:
    reject = unclear_row()
    admin.post(f"/imports/unclear/{reject.pk}", {})
    assert LedgerLine.objects.count() == 3


def test_the_demo_is_put_away_and_brought_back(admin: Client) -> None:
    bring([row("W1")], source="演示")
    Source.objects.update(is_demo=True)
    answer = admin.post("/demo/clear", follow=True)
    assert answer.redirect_chain[-1][0] == "/imports/new"
    assert 'action="/demo/restore"' in answer.content.decode()
    assert not LedgerLine.objects.filter(LedgerLine.live).exists()
    admin.post("/demo/restore")
    assert LedgerLine.objects.filter(LedgerLine.live).count() == 1
    assert admin.post("/demo/restore").status_code == 409

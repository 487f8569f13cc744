"""Data quality: every number of the page against a small ledger known by heart."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role
from hengke.modules.insight.models import Source
from tests.factories.ledgers import HEADERS, bring, ledger, row

pytestmark = pytest.mark.django_db(transaction=True)


def text(client: Client) -> str:
    answer = client.get("/quality")
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_house_says_so(admin: Client) -> None:
    assert "empty" in text(admin)


def test_sums_rejects_unused_columns_and_empty_cells(admin: Client) -> None:
    rows = [row("W1", 应收费="100.10", 联系人="赵工"), row("W2", 应收费="23.35"), row("W3", 送检日期="x"),
            {"委托单号": "合计", "应收费": "123.45"}]  # fmt: skip
    bring(ledger(rows, (*HEADERS, "奇怪的列")), refresh=True)
    page = text(admin)
    assert "123.45" in page
    assert "奇怪的列" in page
    contact = page[page.index('tbl tight plain"><caption class="sr">', page.index("/imports?source=")) :]
    assert "50.0%" in contact
    assert "bdg ok" in page


def test_only_files_that_count_are_told(admin: Client) -> None:
    bring(ledger([row("W1"), row("W2", 送检日期="x")]), source="alt")
    Source.objects.filter(name="alt").update(archived_at="2025-01-01T00:00:00Z")
    answer = admin.get("/quality/rejects.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 1
    bring(ledger([row("W1"), row("W2", 送检日期="@x")]), source="neu")
    answer = admin.get("/quality/rejects.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert "'@x" in rows[1]


def test_more_sources_ask_no_more_queries(admin: Client) -> None:
    bring([row("W1")], source="a")
    with CaptureQueriesContext(connection) as one:
        text(admin)
    bring([row("W1")], source="b")
    bring([row("W1")], source="c")
    with CaptureQueriesContext(connection) as three:
        text(admin)
    assert len(three) == len(one)


def test_the_director_reads_it_without_doors_to_imports(at: Callable[[str], Client]) -> None:
    bring([row("W1")], source="a")
    page = text(at(Role.DIRECTOR))
    assert "/imports" not in page

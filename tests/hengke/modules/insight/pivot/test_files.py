"""The grid as a file: exact, within rights and limits, never a formula."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from tests.factories.people import person, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def test_a_file_holds_exact_figures_and_no_formula(boss: Client) -> None:
    response = boss.get("/pivot.xlsx?rows=laboratory&values=billed,arrival_rate&period=2025")
    with zipfile.ZipFile(io.BytesIO(response.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>550</v>" in sheet
    assert Event.objects.get(kind="exported").payload["rows"] == 3
    text = boss.get("/pivot.csv?rows=laboratory&values=billed&period=2025").content.decode("utf-8-sig")
    assert text.splitlines() == ["检定室,应收", "长度室,550.00", "热工室,450.00", "合计,1000.00"]


def test_texts_of_a_file_are_never_formulas() -> None:
    from hengke.modules.insight.dashboard.workbook import Sheet
    from hengke.modules.insight.pivot import files

    found = Sheet("x", ["=head"], [["=cmd()", 5], ["@sum", None]])
    assert files._csv(found).decode("utf-8-sig").splitlines() == ["'=head", "'=cmd(),5", "'@sum,"]


def test_only_what_may_be_exported_is_exported(client: Client) -> None:
    client.force_login(person("me", Role.ACCOUNT_MANAGER, unit("mine")))
    assert (
        client.get("/pivot.csv?rows=customer&values=billed").status_code == 404
    )  # nothing is this person's own

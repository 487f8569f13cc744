"""The same choices on the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hengke.modules.insight.models import Import, LedgerLine
from tests.factories.ledgers import ledger, row

pytestmark = pytest.mark.django_db(transaction=True)


def test_encoding_header_row_and_order_are_said_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        "标题,一,二,三,四,五,六,七,八,九,十,甲,乙,丙\r\n".encode("gb18030")
        + ledger([row("W1", 送检日期="05/06/2024")])
    )
    call_command(
        "import", str(path), source="台账", encoding="GBK", header_row=2, date_order="dmy", decimal="point", yes=True
    )  # fmt: skip
    assert LedgerLine.objects.get().submitted_on == date(2024, 6, 5)
    done = Import.objects.get()
    assert done.inspection["look"] == {
        "encoding": "gb18030", "header_line": 2, "sheet": "", "date_order": "dmy", "decimal": ".",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--encoding", "utf-8"], "UTF-8"),
        (["--encoding", "klingon"], "klingon"),
        (["--header-row", "0"], "1"),
        (["--header-row", "77"], "77"),
        (["--date-order", "ydm"], "ydm"),
        (["--sheet", "二月"], "二月"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(tmp_path: Path, words: list[str], said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(ledger([row("W1")]))
    with pytest.raises(CommandError, match=said):
        call_command("import", str(path), "--source", "台账", "--yes", *words)
    assert not Import.objects.exists()

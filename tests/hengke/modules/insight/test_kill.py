"""The worker is killed in the middle of an import, again and again: nothing is lost, nothing is doubled."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.ledgers import ledger, row
from tests.support.commands import command, environment, manage
from tests.support.processes import eventually

KILLS = 4
LINES = 12_000


@pytest.fixture
def data(tmp_path: Path) -> Path:
    manage(tmp_path, "migrate")
    return tmp_path


@pytest.fixture
def database(data: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(data / "hengke.sqlite3", timeout=30, isolation_level=None)
    yield connection
    connection.close()


def started(data: Path, *words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(*words), env=environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def step(database: sqlite3.Connection, kind: str) -> tuple[str, str, int]:
    """State, step and progress of the newest job of a kind."""
    found = database.execute(
        "SELECT state, step, done FROM jobs_job WHERE kind = ? ORDER BY id DESC LIMIT 1", (kind,)
    ).fetchone()
    return found or ("", "", 0)


def lines(database: sqlite3.Connection) -> int:
    return int(database.execute("SELECT count(*) FROM insight_ledgerline").fetchone()[0])


def write(path: Path, first: int, count: int) -> Path:
    """A ledger of `count` lines of 40 customers with one junk row in the middle."""
    cores = [a + b for a in "恒皖江淮庐泰瑞嘉" for b in "达源丰铄屹"]
    lines = [
        row(f"W{n}", 单位名称=f"合肥{cores[n % 40]}机械有限公司", 出厂编号=f"S{n}", 应收费=f"{n}.07")
        for n in range(first, first + count)
    ]
    lines.insert(count // 2, row("W", 送检日期="2025-13-45"))
    path.write_bytes(ledger(lines))
    return path


def test_an_import_survives_kills_at_any_point(data: Path, database: sqlite3.Connection) -> None:
    chance = random.Random(7)
    file = write(data / "ledger.csv", 0, LINES)
    worker = started(data, "import", file, "--source", "台账", "--yes")
    killed_in: list[str] = []
    for kill in range(KILLS):
        # The first while the file is read, the others while it is written, each a little further.
        phase, wanted = ("Reading", 0) if kill == 0 else ("Writing", lines(database) + 1)
        assert eventually(
            lambda p=phase, w=wanted: (
                (step(database, "insight.import")[:2] == ("running", p) and lines(database) >= w)
                or step(database, "insight.import")[0] == "done"
            ),
            seconds=300,
        )
        time.sleep(chance.random() * 0.05)
        worker.kill()
        worker.wait()
        killed_in.append(step(database, "insight.import")[0])
        worker = started(data, "work", "--once")
    assert worker.wait(timeout=300) == 0
    assert killed_in[:2] == ["running", "running"], "at least two kills came in time"
    billed = database.execute("SELECT sum(round(billed * 100)) FROM insight_ledgerline").fetchone()[0]
    assert (lines(database), billed) == (LINES, sum(n * 100 + 7 for n in range(LINES)))
    doubled = database.execute(
        "SELECT count(*) FROM (SELECT 1 FROM insight_ledgerline GROUP BY line_no HAVING count(*) > 1)"
    )
    assert doubled.fetchone() == (0,)
    told = database.execute("SELECT state, added, corrected, unchanged, rejected FROM insight_import")
    assert told.fetchall() == [("done", LINES, 0, 0, 1)]
    assert database.execute("SELECT reason FROM insight_reject").fetchall() == [("bad_date",)]
    built = database.execute("SELECT lines FROM insight_warehousebuild ORDER BY number DESC LIMIT 1")
    assert built.fetchone() == (LINES,)


def test_a_warehouse_build_that_is_killed_leaves_readers_on_the_old_one(
    data: Path, database: sqlite3.Connection
) -> None:
    from hengke_analytics import engine
    from hengke_analytics.warehouse import swap

    def seen() -> tuple[int | None, object]:
        facts = swap.open_current(data / "warehouse").table("facts")
        return swap.current_number(data / "warehouse"), engine.rows(facts.aggregate(n=facts.count()))

    manage(data, "import", write(data / "one.csv", 0, 500), "--source", "台账", "--yes")
    assert seen() == (1, [{"n": 500}])
    second = write(data / "two.csv", 500, 500)
    worker = started(data, "import", second, "--source", "台账", "--yes")
    assert eventually((data / "warehouse" / "draft-2.duckdb").exists, seconds=300)
    worker.kill()
    worker.wait()
    assert seen() == (1, [{"n": 500}])
    manage(data, "work", "--once")
    assert seen() == (2, [{"n": 1_000}])
    assert not list((data / "warehouse").glob("draft-*"))

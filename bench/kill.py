"""Kill -9 in the middle of an import of more than 100,000 rows, 50 times: rows lost, rows doubled, time to resume.

python bench/kill.py [KILLS]

Half of the kills fall anywhere, half while lines are being written. Needs the shared ledgers.
"""

from __future__ import annotations

import gzip
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from _folder import ROOT, data_folder, shared_ledgers

TOTAL = "合计"


def main() -> None:
    """Print the figures."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    chance = random.Random(1)
    if not shared_ledgers():
        sys.exit("The shared ledgers are absent: set HENGKE_SHARED.")
    with data_folder() as folder:
        path = folder / "all.csv"
        expected = _joined(path)
        database = sqlite3.connect(folder / "hengke.sqlite3", timeout=60, isolation_level=None)
        worker = _manage("import", str(path), "--source", "bench", "--yes")
        resumed, killed = [], 0
        while killed < kills and _wait(database, worker, chance, writing=bool(killed % 2)):
            worker.kill()
            worker.wait()
            killed += 1
            began = time.perf_counter()
            attempts = _attempts(database)
            worker = _manage("work", "--once")
            while worker.poll() is None and _attempts(database) == attempts:
                time.sleep(0.02)
            resumed.append(time.perf_counter() - began)
        worker.wait()
        _print(database, expected, killed, resumed)


def _joined(path: Path) -> tuple[int, int]:
    """One file of all ledgers; (lines that must arrive, junk rows)."""
    lines, junk = 0, 0
    with path.open("wb") as out:
        for number, ledger in enumerate(shared_ledgers()):
            with gzip.open(ledger) as rows:
                header = next(rows)
                out.write(header if number == 0 else b"")
                for row in rows:
                    if row.decode("gb18030").startswith(TOTAL):
                        continue
                    out.write(row)
                    bad = b"2099-13-45" in row
                    lines, junk = lines + (not bad), junk + bad
    return lines, junk


def _manage(*words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "hengke.config.manage", *words]
    return subprocess.Popen(command, cwd=ROOT / "src", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait(
    database: sqlite3.Connection, worker: subprocess.Popen[bytes], chance: random.Random, *, writing: bool
) -> bool:
    """Wait for a moment to kill; False when the import is done."""
    until = time.monotonic() + chance.uniform(0.5, 6)
    while worker.poll() is None:
        state, step = _job(database)
        if state == "done":
            return False
        if state == "running" and (step == "Writing" if writing else time.monotonic() > until):
            time.sleep(chance.random() * 0.3)
            return True
        time.sleep(0.02)
    return False


def _job(database: sqlite3.Connection) -> tuple[str, str]:
    found = database.execute("SELECT state, step FROM jobs_job WHERE kind = 'insight.import'").fetchone()
    return found or ("", "")


def _attempts(database: sqlite3.Connection) -> int:
    return int(database.execute("SELECT coalesce(max(attempts), 0) FROM jobs_job").fetchone()[0])


def _print(
    database: sqlite3.Connection, expected: tuple[int, int], killed: int, resumed: list[float]
) -> None:
    lines, doubled = database.execute(
        "SELECT count(*), count(*) - count(DISTINCT line_no) FROM insight_ledgerline"
    ).fetchone()
    rejects = database.execute("SELECT count(*) FROM insight_reject").fetchone()[0]
    print(f"{killed} kills during an import of {sum(expected):,} rows")
    print(f"lost: {expected[0] - lines + doubled}, doubled: {doubled}, rejects: {rejects} of {expected[1]}")
    if resumed:
        print(f"resumed after {max(resumed):.1f} s at most (the figure: 10 s)")


if __name__ == "__main__":
    main()

"""Eight programs count on one counter through HTTP: no error, no number twice, none left out (R7).

HENGKE_COUNTER_UPDATES asks each of them for more: 300 for the full figure.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands import manage
from tests.support.site import Site, running

PROGRAMS = 8
UPDATES = int(os.environ.get("HENGKE_COUNTER_UPDATES", "10"))
TOKEN = """
from hengke.engines.access.models import User
from hengke.engines.access.tokens import issue
print(issue(User.objects.create(username="erp", name="erp", role="director"), "erp", writes=True))
"""
PROGRAM = """
import json, sys, time, urllib.request
url, token, name, count = sys.argv[1:]
waits = []
for number in range(int(count)):
    body = json.dumps({"name": f"{name}-{number}"}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    begun = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=120) as answer:
        assert answer.status == 201
        print(json.load(answer)["number"])
    waits.append(time.perf_counter() - begun)
print(sorted(waits)[int(len(waits) * 0.99)], file=sys.stderr)
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The web server, which answers as often as it can."""
    with running(tmp_path, HENGKE_API_REQUESTS_PER_MINUTE="1000000") as found:
        yield found


@pytest.mark.slow
def test_eight_programs_get_every_number_once(site: Site) -> None:
    url, data = site.url, site.data
    token = manage(data, "shell", "-v", "0", "-c", TOKEN).stdout.strip()
    command = [sys.executable, "-c", PROGRAM, f"{url}/api/v1/customers", token]
    programs = [
        subprocess.Popen(
            [*command, f"厂{n}", str(UPDATES)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for n in range(PROGRAMS)
    ]
    said = [program.communicate(timeout=1_800) for program in programs]
    assert [program.returncode for program in programs] == [0] * PROGRAMS, [err for _out, err in said]
    numbers = sorted(number for out, _err in said for number in out.split())
    assert numbers == [f"C-{n:06}" for n in range(1, PROGRAMS * UPDATES + 1)]
    print(json.dumps({"p99 of each, seconds": [err.strip() for _out, err in said]}))
    with sqlite3.connect(data / "hengke.sqlite3") as database:
        counted = database.execute("SELECT value FROM records_counter WHERE name = 'customer'").fetchone()
        rows = database.execute("SELECT count(*), count(DISTINCT number) FROM customers_customer").fetchone()
        told = database.execute(
            "SELECT count(*) FROM access_event WHERE kind = 'customer.created'"
        ).fetchone()
    assert (*counted, *rows, *told) == (PROGRAMS * UPDATES,) * 4

"""One at a time; a killed holder blocks nobody; files change in one step."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from launcher.locking import exclusive, write_whole

ROOT = Path(__file__).resolve().parents[2]
TAKE = """
import sys, time
from pathlib import Path
from launcher.locking import exclusive
with exclusive(Path(sys.argv[1]), on_wait=lambda: print("waiting", flush=True)):
    print("got it", Path(sys.argv[1]).read_text(), flush=True)
    time.sleep(float(sys.argv[2]))
"""


def taker(lock: Path, hold: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", TAKE, lock, str(hold)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_the_second_waits_until_the_first_is_done(tmp_path) -> None:
    lock = tmp_path / "new" / "lock"
    with exclusive(lock, on_wait=lambda: None):
        other = taker(lock, 0)
        assert other.stdout is not None
        assert other.stdout.readline() == "waiting\n"
        time.sleep(0.5)  # the time in which one that does not wait would go on
        lock.write_text("after the first")
    assert other.stdout.readline() == "got it after the first\n"
    assert other.wait() == 0


def test_a_killed_holder_blocks_nobody(tmp_path) -> None:
    holder = taker(tmp_path / "lock", 600)
    assert holder.stdout is not None
    assert holder.stdout.readline().startswith("got it")
    holder.kill()
    holder.wait()
    waited: list[bool] = []
    with exclusive(tmp_path / "lock", on_wait=lambda: waited.append(True)):
        assert not waited


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path) -> None:
    path = tmp_path / "state.json"
    path.write_text("old")
    write_whole(path, "新")
    assert path.read_text("utf-8") == "新"
    assert list(tmp_path.iterdir()) == [path]

"""One running Hengke per data folder; a dead one's claim does not count."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.instance import Instance
from launcher.say import LauncherError

ROOT = Path(__file__).resolve().parents[2]
HOLD = (
    "import sys, time; from pathlib import Path; from launcher.instance import Instance; "
    "mine = Instance(Path(sys.argv[1])); print(mine.claim(), flush=True); mine.publish('http://there/'); "
    "time.sleep(600)"
)


def test_a_second_one_learns_where_the_first_answers(tmp_path) -> None:
    first, second = Instance(tmp_path / "var"), Instance(tmp_path / "var")
    assert first.claim()
    assert not second.claim()
    assert second.holder()["url"] is None
    first.publish("http://127.0.0.1:8000/")
    assert second.holder()["url"] == "http://127.0.0.1:8000/"
    first.release()
    assert second.claim()
    assert not second.follows_a_kill


def test_the_claim_of_a_killed_one_is_free_at_once(tmp_path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    mine = Instance(tmp_path)
    assert not mine.claim()
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert mine.claim()
    assert mine.follows_a_kill
    assert mine.holder()["url"] is None


def test_a_folder_that_cannot_be_made_is_said(tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LauncherError) as caught:
        Instance(tmp_path / "file" / "var").claim()
    assert caught.value.exit_code == 2


def test_a_folder_remembers_its_port(tmp_path) -> None:
    (tmp_path / "var").mkdir()
    instance = Instance(tmp_path / "var")
    assert instance.usual_port() is None
    instance.keep_port(8017)
    assert Instance(tmp_path / "var").usual_port() == 8017
    (tmp_path / "var" / "up.port").write_text("x", "ascii")
    assert instance.usual_port() is None

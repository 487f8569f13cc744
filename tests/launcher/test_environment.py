"""The environment is made once, follows its lock files, and is repaired whatever happened to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

from launcher import environment
from launcher.layout import Layout
from launcher.say import LauncherError

ROOT = Path(__file__).resolve().parents[2]
ENSURE = (
    "import sys; from pathlib import Path; from launcher import environment; "
    "from launcher.layout import Layout; "
    "environment.ensure(Layout(Path(sys.argv[1])), 'runtime')"
)


def probe_version(layout: Layout) -> str:
    # -B: a version that is replaced within the second would be hidden by the first one's compiled file.
    command = [layout.python, "-B", "-c", "import probe; print(probe.version)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def ensure_elsewhere(layout: Layout) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", ENSURE, str(layout.root)], cwd=ROOT)


def test_it_is_made_once_and_then_follows_the_lock_file_in_place(checkout) -> None:
    layout = checkout.layout
    environment.ensure(layout, "runtime")
    assert probe_version(layout) == "1.0"
    made = layout.marker.stat()
    environment.ensure(layout, "runtime")
    assert layout.marker.stat().st_mtime_ns == made.st_mtime_ns

    kept = layout.venv / "kept"
    kept.touch()
    checkout.lock("runtime", "2.0")
    assert not environment.is_current(layout, ("runtime",))
    environment.ensure(layout, "runtime")
    assert probe_version(layout) == "2.0"
    assert kept.exists()


def test_sources_are_on_its_path(checkout) -> None:
    (checkout.layout.root / "src" / "here.py").write_text("")
    environment.ensure(checkout.layout, "runtime")
    assert subprocess.run([checkout.layout.python, "-c", "import here"], cwd="/", check=False).returncode == 0


def test_one_purpose_is_added_to_another(checkout) -> None:
    environment.ensure(checkout.layout, "runtime")
    checkout.lock("test", "1.0")
    assert not environment.is_current(checkout.layout, ("runtime", "test"))
    environment.ensure(checkout.layout, "runtime", "test")
    assert environment.is_current(checkout.layout, ("runtime", "test"))
    assert environment.is_current(checkout.layout, ("runtime",))


def test_a_run_killed_at_any_point_is_repaired_by_the_next(checkout) -> None:
    layout = checkout.layout
    for pause in (0.0, 0.1, 0.2):
        child = ensure_elsewhere(layout)
        while not layout.marker.exists() and child.poll() is None:
            time.sleep(0.01)
        time.sleep(pause)
        child.send_signal(signal.SIGKILL)
        child.wait()
        (layout.venv / "half").touch()
    assert not environment.is_current(layout, ("runtime",))
    environment.ensure(layout, "runtime")
    assert probe_version(layout) == "1.0"
    assert not (layout.venv / "half").exists()


@pytest.mark.parametrize("damage", ["moved", "python removed", "marker unreadable and python broken"])
def test_damage_is_found_and_mended(checkout, damage: str) -> None:
    layout = checkout.layout
    environment.ensure(layout, "runtime")
    if damage == "moved":
        layout = Layout(layout.root.rename(layout.root.with_name("moved")))
    else:
        layout.python.unlink()
        layout.python.symlink_to("/nowhere/python")
        if damage != "python removed":
            layout.marker.write_text("{")
    assert not environment.is_current(layout, ("runtime",))
    environment.ensure(layout, "runtime")
    assert probe_version(layout) == "1.0"
    assert json.loads(layout.marker.read_text())["root"] == str(layout.root)


def test_two_at_a_time_do_not_trample_each_other(checkout) -> None:
    both = [ensure_elsewhere(checkout.layout) for _ in range(2)]
    assert [child.wait() for child in both] == [0, 0]
    assert probe_version(checkout.layout) == "1.0"


def test_a_venv_of_the_persons_own_is_kept(checkout) -> None:
    venv.create(checkout.layout.venv, with_pip=True)
    (checkout.layout.venv / "mine").touch()
    environment.ensure(checkout.layout, "runtime")
    assert probe_version(checkout.layout) == "1.0"
    assert (checkout.layout.venv / "mine").exists()


def test_a_package_with_another_hash_is_refused_by_uv_and_by_pip(checkout) -> None:
    checkout.lock("runtime", "1.0", digest="0" * 64)
    with pytest.raises(LauncherError) as caught:
        environment.ensure(checkout.layout, "runtime")
    assert "hash" in str(caught.value).lower()
    assert not environment.is_current(checkout.layout, ("runtime",))


def test_a_package_without_a_hash_is_refused(checkout) -> None:
    checkout.layout.lock("runtime").write_text("probe==1.0\n")
    with pytest.raises(LauncherError, match="hash"):
        environment.ensure(checkout.layout, "runtime")


def test_pip_takes_over_when_uv_fails(checkout, tmp_path, monkeypatch, capsys) -> None:
    broken = tmp_path / "bin" / "uv"
    broken.parent.mkdir()
    broken.write_text('#!/bin/sh\n[ "$1" = --version ] || exit 3\n')
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}{os.pathsep}{os.environ['PATH']}")
    environment.ensure(checkout.layout, "runtime")
    assert probe_version(checkout.layout) == "1.0"
    assert str(broken) in capsys.readouterr().err


def test_a_shim_that_does_not_run_is_no_uv(checkout, tmp_path, monkeypatch) -> None:
    shim = tmp_path / "uv"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment.find_uv(checkout.layout) is None

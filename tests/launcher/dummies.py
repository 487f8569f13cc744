"""Starts a supervisor over one child that ignores SIGTERM when asked to: `dummies.py LOGS [stubborn]`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from launcher.supervisor import Service, Supervisor

IGNORING = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
CHILD = (
    "import subprocess, time; subprocess.Popen(['sleep', '600']); print('up', flush=True); time.sleep(600)"
)

if __name__ == "__main__":
    code = (IGNORING if "stubborn" in sys.argv else "") + CHILD
    supervisor = Supervisor(
        [Service("dummy", [sys.executable, "-c", code], dict(os.environ))], Path(sys.argv[1]), grace=1.0
    )
    supervisor.install_signals()
    supervisor.tick()
    print(supervisor.pids()["dummy"], flush=True)
    supervisor.run()
    supervisor.stop()

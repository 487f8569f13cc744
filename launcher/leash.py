"""Start a program that the kernel ends together with its parent: `leash.py PARENT PROGRAM ARGUMENT…`.

A supervisor that is killed with -9 cannot tidy up; Linux then sends its children the signal they asked for.
A program of its own rather than a hook between fork and exec, because the supervisor has threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Ask for the signal, make sure that the parent is still there, and become the program."""
    parent, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() == int(parent):
        os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])

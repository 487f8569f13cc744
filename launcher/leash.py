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


def tie(parent: int) -> bool:
    """Let this process die with its parent; False when the parent is gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    return os.getppid() == parent


def main(arguments: list[str]) -> None:
    """Become the program, unless nobody is left to run it for."""
    parent, *command = arguments
    if tie(int(parent)):
        os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])

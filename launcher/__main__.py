"""Entry point of `./hengke`; the shell script starts this file in isolated mode."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from launcher.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

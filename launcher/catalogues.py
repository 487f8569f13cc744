"""Compile gettext catalogues named on the command line; runs inside `.venv`, where Babel is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogue(source: Path) -> None:
    """Write the .mo beside a .po in one step; fuzzy entries are left out, as gettext does."""
    with source.open("rb") as handle:
        catalogue = read_po(handle)
    draft = source.with_name(f".{source.stem}.{os.getpid()}")
    with draft.open("wb") as handle:
        write_mo(handle, catalogue)
    draft.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_catalogue(Path(name))

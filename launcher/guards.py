"""Rules of the repository that no linter knows."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

LONGEST_SOURCE = 400  # lines
_LONGEST_SCRIPT_LINE = 1000  # characters; hand-written scripts and styles stay far below, bundles do not
_SCRIPTS = (".js", ".mjs", ".css")

# Registries are the reader's choice (pip and npm settings); written so as not to find itself.
_REGISTRIES = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|registry\.yarnpkg\.com|npmmirror\.com"
    r"|(?:mirrors?|pypi)\.[a-z.]+\.(?:edu\.cn|com/pypi|cn/simple)|deb\.debian\.org|unpkg\.com|jsdelivr\.net"
)


def violations(root: Path) -> list[str]:
    """One line for each tracked file that breaks a rule."""
    return [f"{name}: {complaint}" for name in tracked(root) for complaint in complaints(root, name)]


def tracked(root: Path) -> list[str]:
    """The files that git would publish: committed or staged."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    return [name for name in listing.split("\0") if name and (root / name).is_file()]


def complaints(root: Path, name: str) -> Iterator[str]:
    """What is wrong with one file."""
    try:
        text = (root / name).read_text("utf-8")
    except UnicodeDecodeError:
        return  # pictures and data
    found = _REGISTRIES.search(text)
    if found:
        yield f"names the package registry or mirror {found[0]}"
    if name.endswith(_SCRIPTS) and (
        ".min." in name or any(len(line) > _LONGEST_SCRIPT_LINE for line in text.splitlines())
    ):
        yield "looks like a built or third-party bundle; build it instead of committing it"
    length = text.count("\n")
    if (
        name.startswith("src/")
        and name.endswith(".py")
        and "/migrations/" not in name
        and length > LONGEST_SOURCE
    ):
        yield f"has {length} lines; split it (at most {LONGEST_SOURCE})"

"""Rules of the repository that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

LONGEST_SOURCE = 400  # lines
_LONGEST_SCRIPT_LINE = 1000  # characters; hand-written scripts and styles stay far below, bundles do not
_SCRIPTS = (".js", ".mjs", ".css")

# Start-up stays under a second: modules of the site import these only inside the function that needs them.
_HEAVY = {"pandas", "pyarrow", "duckdb", "ibis", "splink", "sklearn", "scipy", "python_calamine", "openpyxl"}

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
    if name.endswith(_SCRIPTS) and _looks_bundled(name, text):
        yield "looks like a built or third-party bundle; build it instead of committing it"
    if name.startswith("src/") and name.endswith(".py"):
        yield from _source_complaints(root, name, text)


def heavy_imports(text: str) -> set[str]:
    """Heavy libraries that a module loads as soon as it is imported itself."""
    return {name for node in ast.parse(text).body for name in _imported(node)} & _HEAVY


def _looks_bundled(name: str, text: str) -> bool:
    return ".min." in name or any(len(line) > _LONGEST_SCRIPT_LINE for line in text.splitlines())


def _source_complaints(root: Path, name: str, text: str) -> Iterator[str]:
    length = text.count("\n")
    if "/migrations/" not in name and length > LONGEST_SOURCE:
        yield f"has {length} lines; split it (at most {LONGEST_SOURCE})"
    if not (root / name).with_name("__init__.py").exists():
        yield "lies in a folder without __init__.py, which the import rules do not see"
    heavy = heavy_imports(text) if name.startswith("src/hengke/") else set()
    if heavy:
        yield f"imports {', '.join(sorted(heavy))} at module top; import it where it is used"


def _imported(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and not node.level:
        return {(node.module or "").split(".")[0]}
    return set()

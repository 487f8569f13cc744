"""What is built is built once; catalogues are compiled without gettext."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest

from launcher import catalogues, frontend

CATALOGUE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Customer"
msgstr "客户"

#, fuzzy
msgid "Order"
msgstr "猜测"
"""


@pytest.fixture
def catalogue(checkout) -> Path:
    path: Path = checkout.layout.root / "src" / "app" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, "utf-8")
    return path


def test_a_catalogue_is_compiled_when_it_is_newer(checkout, catalogue: Path) -> None:
    assert frontend.stale_catalogues(checkout.layout) == [catalogue]
    catalogues.compile_catalogue(catalogue)
    assert frontend.stale_catalogues(checkout.layout) == []
    later = catalogue.stat().st_mtime + 10
    os.utime(catalogue, (later, later))
    assert frontend.stale_catalogues(checkout.layout) == [catalogue]


def test_the_compiled_catalogue_translates_and_leaves_guesses_out(catalogue: Path) -> None:
    catalogues.compile_catalogue(catalogue)
    with catalogue.with_suffix(".mo").open("rb") as handle:
        translations = gettext.GNUTranslations(handle)
    assert translations.gettext("Customer") == "客户"
    assert translations.gettext("Order") == "Order"


@pytest.mark.parametrize(("said", "version"), [("v20.11.1", 20), ("v8.1.0", 8), ("nonsense", 0)])
def test_the_version_of_node_is_read(tmp_path: Path, said: str, version: int) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {said}\n")
    node.chmod(0o755)
    assert frontend.node_version(node) == version


def test_a_node_that_does_not_exist_has_no_version(tmp_path: Path) -> None:
    assert frontend.node_version(tmp_path / "node") == 0

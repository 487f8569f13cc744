"""File names as people gave them, without what could mean a place, an order of reading, or nothing at all."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _

LONGEST = 200
_LONGEST_ENDING = 20


def safe_name(name: str) -> str:
    """The last part of a path, without control characters and marks that turn the text round; never empty."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in " ".join(last.split()) if unicodedata.category(c) not in _UNSEEN).strip(". ")
    if len(clean) > LONGEST:
        stem, dot, ending = clean.rpartition(".")
        ending = f"{dot}{ending}" if stem and len(ending) <= _LONGEST_ENDING else ""
        clean = f"{clean[: LONGEST - len(ending) - 1]}…{ending}"
    return clean or _("file")


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})

"""Addresses of the pages of a record type: declared ones have names of their own, made ones share theirs."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse

MADE = "made"
MADE_SLUG = re.compile("o[1-9][0-9]{0,9}")
"""What an institution's own object is called in addresses and in the API: "o" and the key of its definition."""


def address(slug: str, name: str, *args: Any) -> str:
    """The address of one of the generated pages of the record type `slug`."""
    if MADE_SLUG.fullmatch(slug):
        return reverse(f"{MADE}:{name}", args=(slug, *args))
    return reverse(f"{slug}:{name}", args=args)

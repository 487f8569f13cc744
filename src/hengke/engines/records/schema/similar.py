"""While a name is typed: who may be the same? A module above knows; this is where it says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hengke.engines.access.actor import Actor


@dataclass(frozen=True)
class Similar:
    """An object that may be the one being typed, and who in the institution works with it.

    `url` is empty when the person asking may not open it.
    """

    name: str
    note: str = ""
    works_with: str = ""
    url: str = ""
    probability: float | None = None


# (actor, the form's values by field name) -> the likeliest first, at most five.
SimilarProvider = Callable[[Actor, dict[str, str]], Sequence[Similar]]
_providers: dict[str, SimilarProvider] = {}


def register_similar(slug: str, provider: SimilarProvider) -> None:
    """Let `provider` answer for the record type `slug`."""
    _providers[slug] = provider


def provider_of(slug: str) -> SimilarProvider | None:
    """Who answers for a record type, if anybody."""
    return _providers.get(slug)

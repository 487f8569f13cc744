"""Errors that a person may read: a stable code, a sentence that says what to do, and its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class HengkeError(Exception):
    """Base of every expected error; anything else is a bug.

    `message` is an English sentence with `{name}` places that `params` fill; faces translate it by `code`.
    """

    def __init__(self, code: str, message: str, **params: Any) -> None:
        self.code = code
        self.message = message.format(**params) if params else message
        self.template = message
        self.params = params
        super().__init__(self.message)


def sentence(text: str) -> str:
    """The text itself: marks a sentence that stands in a table, so that it reaches the catalogues too."""
    return text


class InputError(HengkeError):
    """What was handed in cannot be used: CLI exit 2, HTTP 400."""


class FieldErrors(InputError):
    """Values that cannot be used: `fields` says for each what is wrong with it, all at once."""

    def __init__(
        self, code: str, message: str, *, fields: Mapping[str, Sequence[str]], **params: Any
    ) -> None:
        super().__init__(code, message, **params)
        self.fields = fields


class KeyReused(InputError):
    """The key of a request that must be done once came with another request: HTTP 422."""


class TooLarge(InputError):
    """More was sent than is taken: HTTP 413."""


class WrongType(InputError):
    """Sent in a form that is not read here: HTTP 415."""


class TooOften(HengkeError):
    """Tried more often than anybody needs to: HTTP 429."""


class NotLoggedIn(HengkeError):
    """Nobody is known to ask: HTTP 401."""


class NotAllowed(HengkeError):
    """The actor may see the thing but not do this with it: HTTP 403."""


class NotFound(HengkeError):
    """It does not exist, or the actor may not know that it does: HTTP 404."""


class Conflict(HengkeError):
    """Somebody else changed it meanwhile: HTTP 409."""


class Stale(Conflict):
    """The version that the client has read is not the present one: HTTP 412."""


class VersionMissing(InputError):
    """A change must say which version it changes: HTTP 428."""

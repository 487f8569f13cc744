"""How far an API token goes, where that is less than its person: which objects it reads, and which it also changes.

`Actor.scope` is None for a person and for a token without bounds. An object out of scope does not exist for the
token anywhere, not as a condition or a name beside another object either; changes are asked about where they happen.
"""

from __future__ import annotations

from collections.abc import Mapping

from hengke.engines.access.actor import Actor
from hengke.engines.access.audit import words
from hengke.engines.access.models import ApiToken
from hengke.kernel.errors import InputError, NotAllowed

READ, WRITE = "read", "write"
LEVELS = (READ, WRITE)


def offered() -> list[tuple[str, str]]:
    """The objects that a scope can name, with their words."""
    return [(label, name) for label, name in words.types() if not label.startswith("access.")]


def checked(scopes: Mapping[str, str]) -> dict[str, str]:
    """A scope as it is stored; InputError for an object or a level that there is not."""
    known = dict(offered())
    for subject, level in scopes.items():
        if subject not in known or level not in LEVELS:
            raise InputError(
                "token_scope_unknown", "A token cannot be made for this: {what}.", what=subject[:60]
            )
    return dict(scopes)


def narrowed(actor: Actor, token: ApiToken) -> Actor:
    """The token's person within the token's scope."""
    return actor.within(tuple(sorted(token.scopes.items())) if token.scopes else None, token=token.pk)


def require(actor: Actor, subject: str, level: str, what: str = "") -> None:
    """NotAllowed, in words, when the actor asks through a token whose scope does not go so far; `what` names the
    object where the model's own name is not one for people.
    """
    if actor.scope is None or _goes(actor, subject, level):
        return
    what = what or words.of_type(subject) or subject
    if level == READ:
        raise NotAllowed(
            "token_scope",
            "The scope of this token does not include: {what}. Make one that may read it.",
            what=what,
        )
    raise NotAllowed(
        "token_scope",
        "The scope of this token does not include changing: {what}. Make one that may.",
        what=what,
    )


def _goes(actor: Actor, subject: str, level: str) -> bool:
    found = dict(actor.scope or ()).get(subject)
    return found == WRITE or (found == READ and level == READ)

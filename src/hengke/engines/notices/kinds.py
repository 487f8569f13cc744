"""The kinds of notices, declared in code: what each is called, looks like and says."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Kind:
    """`sentence` has the places %(who)s, %(title)s, %(count)s; `several` is said from two events on."""

    key: str
    label: Text
    icon: str
    sentence: Text
    several: Text = ""


_kinds: dict[str, Kind] = {}


def declare(*kinds: Kind) -> None:
    """Add kinds; a later one of the same key replaces."""
    _kinds.update({kind.key: kind for kind in kinds})


def all_kinds() -> list[Kind]:
    """Every kind, in the order of declaration."""
    return list(_kinds.values())


def of(key: str) -> Kind:
    """The kind called `key`; one that was retired still has a place in the list."""
    return _kinds.get(key) or Kind(key, key, "info", "%(title)s")


MENTION, FOLLOWED, ASSIGNED, COMMENT = "mention", "followed", "assigned", "comment"
JOB, IMPORT, SHARED = "job", "import", "shared"
declare(
    Kind(MENTION, _("Somebody mentions me"), "user", _("%(who)s mentioned you: %(title)s"),
         _("%(who)s mentioned you %(count)s times: %(title)s")),
    Kind(ASSIGNED, _("Something is handed over to me"), "users", _("%(who)s handed over to you: %(title)s")),
    Kind(COMMENT, _("A comment on something I follow"), "comment", _("%(who)s commented on %(title)s"),
         _("%(count)s new comments on %(title)s, the last by %(who)s")),
    Kind(FOLLOWED, _("A change of something I follow"), "edit", _("%(who)s changed %(title)s"),
         _("%(count)s changes of %(title)s, the last by %(who)s")),
    Kind(SHARED, _("Something is shared with me"), "link", _("%(who)s shared with you: %(title)s")),
    Kind(IMPORT, _("My import has ended"), "import", "%(title)s"),
    Kind(JOB, _("My background work has ended"), "job", "%(title)s"),
)  # fmt: skip

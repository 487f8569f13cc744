"""How much room people's files may take together; modules say which of their rows take some."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from hengke.kernel.errors import InputError

_used: list[Callable[[], int]] = []


def declare_used(used: Callable[[], int]) -> None:
    """State how many bytes the rows of a module stand for."""
    if used not in _used:
        _used.append(used)


def require_room(size: int) -> None:
    """InputError `files_full` when `size` more bytes are more than the setting ATTACHMENTS_BYTES allows."""
    if sum(used() for used in _used) + size > settings.ATTACHMENTS_BYTES:
        raise InputError(
            "files_full",
            "There is no room left for files. Ask an administrator to delete some or to raise the limit.",
        )

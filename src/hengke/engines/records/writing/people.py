"""A control for a person who works here: chosen from a list, named by name or user name, or by key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from hengke.engines.access.models import User
from hengke.kernel.numbers import is_whole

MOST = 1_000


class PersonField(forms.Field):
    """The key of a person; whoever is named already may stay, also after leaving."""

    default_error_messages = {
        "unknown": gettext_lazy("Nobody of this name works here."),
        "several": gettext_lazy("Several people have this name: enter the user name instead."),
    }

    def __init__(self, *, current: int | None = None, **options: Any) -> None:
        super().__init__(widget=forms.Select, **options)
        self.current = current
        # Read when the control is shown, not when it is made.
        self.widget.choices = self._choices

    def clean(self, value: Any) -> int | None:
        """The key."""
        value = super().clean(value)
        text = str(value or "").strip()
        if not text:
            return None
        if is_whole(text) and len(text) < 19:
            known = _working().filter(pk=int(text)).exists() or int(text) == self.current
            return int(text) if known else self._unknown()
        found = self.named((text,)).get(text, set())
        return found.pop() if len(found) == 1 else self._unknown("several" if found else "unknown")

    def named(self, texts: Iterable[str]) -> dict[str, set[int]]:
        """Keys of those who work here by name and user name; two queries."""
        wanted, found = set(texts), dict[str, set[int]]()
        for path in ("name", "username"):
            for text, pk in _working().filter(**{f"{path}__in": wanted}).values_list(path, "pk"):
                found.setdefault(text, set()).add(pk)
        return found

    def words(self, value: Any) -> str:
        """The name of a person."""
        return User.objects.filter(pk=value).values_list("name", flat=True).first() or ""

    def _choices(self) -> list[tuple[Any, str]]:
        people = list(_working().order_by("name").values_list("pk", "name")[:MOST])
        if self.current is not None and all(pk != self.current for pk, _name in people):
            people.append((self.current, self.words(self.current)))
        return [("", "–"), *people]

    def _unknown(self, word: str = "unknown") -> int:
        raise ValidationError(self.error_messages[word])


def _working() -> Any:
    return User.objects.filter(is_active=True)

"""The one gate of every export: limits of the role, the reason, the event, and the mark on the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.leaks import usage
from hengke.engines.access.leaks.policy import export_policy
from hengke.engines.access.models import Event
from hengke.engines.access.requests import StaffRequest
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotAllowed, TooOften

REASON = "export_reason"
"""The parameter that carries the reason; no field of a record is called so."""
SHORTEST_REASON = 4
PER_MINUTE = 20
"""Exports of one person; each keeps a thread of the server busy."""


@dataclass(frozen=True)
class Mark:
    """Who took a file out, when, how much and why; written into files that can carry it."""

    name: str
    at: str
    rows: int
    reason: str
    event: int

    @property
    def line(self) -> str:
        """One line for a page's foot."""
        return f"{self.name} {self.at} #{self.event}"


def ask_reason(request: StaffRequest) -> HttpResponse | None:
    """The page that asks for a reason when the role needs one and the request brings none; None to go on.

    Everything else of the request goes through the page unchanged, and the form sends it to the same address.
    """
    given = _given(request)
    if not export_policy(request.actor).reason or len(reason_of(request)) >= SHORTEST_REASON:
        return None
    parameters = given.copy()
    parameters.pop("csrfmiddlewaretoken", None)
    tried = parameters.pop(REASON, None) is not None
    hidden = [(name, value) for name, values in parameters.lists() for value in values]
    context = {"title": _("Reason for the export"), "hidden": hidden, "parameter": REASON, "tried": tried,
               "shortest": SHORTEST_REASON, "method": request.method, "action": request.path}  # fmt: skip
    return render(request, "leaks/reason.html", context)


def reason_of(request: HttpRequest) -> str:
    """The reason that the request gives, "" for none."""
    return str(_given(request).get(REASON, "")).strip()[:300]


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else request.GET


def allow(
    kind: str,
    *,
    actor: Actor,
    rows: int,
    reason: str = "",
    subject: models.Model | None = None,
    payload: dict[str, Any],
) -> Mark:
    """Check an export of `rows` rows against the role's limits and record it under `kind`.

    InputError `export_too_large`, `export_day_full`, `export_reason`, TooOften `export_pace`; the file is written
    afterwards, and the event tells of the attempt even if it fails half-way.
    """
    policy = export_policy(actor)
    if rows > policy.rows:
        raise InputError(
            "export_too_large",
            "This would export {rows} rows; your role may export {most} at once. Narrow the list and try again.",
            rows=f"{rows:,}", most=f"{policy.rows:,}",
        )  # fmt: skip
    if policy.reason and len(reason) < SHORTEST_REASON:
        raise InputError("export_reason", "Your role must give a reason for an export.")
    _require_pace(actor)
    with transaction.atomic():
        if usage.exported_today(actor) + rows > policy.rows_per_day:
            raise NotAllowed(
                "export_day_full",
                "Your role may export {most} rows a day. Go on tomorrow, or ask an administrator.",
                most=f"{policy.rows_per_day:,}",
            )
        more = {"rows": rows} | ({"reason": reason} if reason else {})
        event = events.record(kind, actor=actor, subject=subject, payload=payload | more)
        usage.exported(actor, rows)
    return Mark(actor.name, f"{localtime(clock.now()):%Y-%m-%d %H:%M}", rows, reason, event.pk)


def _require_pace(actor: Actor) -> None:
    """TooOften when the person has exported so often within a minute that others would wait."""
    since = clock.now() - timedelta(minutes=1)
    own = Event.objects.filter(actor_id=actor.user_id, kind__endswith=".exported", at__gte=since)
    if actor.user_id is not None and own.count() >= PER_MINUTE:
        raise TooOften(
            "export_pace",
            "You have exported {n} times within a minute. Wait a minute and go on.",
            seconds=60,
            n=PER_MINUTE,
        )  # fmt: skip


def mark_book(book: Any, sheets: list[Any], mark: Mark) -> None:
    """Write the mark into an xlsxwriter workbook: printed foot of every sheet, properties, a last sheet."""
    for sheet in sheets:
        sheet.set_footer(f"&L{_escaped(mark.line)}&R&P / &N")
    book.set_properties({"author": mark.name, "comments": mark.line})
    note = book.add_worksheet(_("Export note"))
    rows = [(_("Exported by"), mark.name), (_("Time"), mark.at), (_("Rows"), mark.rows),
            (_("Reason"), mark.reason), (_("Number in the audit log"), mark.event)]  # fmt: skip
    for number, (label, value) in enumerate(rows):
        note.write_string(number, 0, label)
        note.write_string(number, 1, str(value))
    note.set_column(0, 1, 24)


def _escaped(text: str) -> str:
    return text.replace("&", "&&")

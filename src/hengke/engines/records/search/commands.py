"""What the palette offers besides records: pages, new records, views, actions on the record in sight, settings.

Modules above bring their own by `register`. A command leads to an address, or presses what is on the page already, so
that it does exactly what its button does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q
from django.utils.translation import gettext as _

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.models import SavedView
from hengke.engines.records.reading import saved
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import actions, registry
from hengke.engines.records.schema.declarations import RecordType, View
from hengke.engines.records.search.nearness import Place
from hengke.engines.records.search.tokens import SOUND, START, index_tokens, query_runs
from hengke.engines.records.views.common import address

SHOWN = 6


@dataclass(frozen=True)
class Command:
    """`kind` is its group; `press` selects what to press on the page, and `url` is the way without it."""

    kind: str
    label: str
    icon: str
    url: str = ""
    press: str = ""


Source = Callable[[StaffRequest], Iterable[Command]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Offer the commands of `source` too."""
    if source not in _sources:
        _sources.append(source)
    return source


def find(request: StaffRequest, text: str, here: Place | None, kind: str = "") -> list[Command]:
    """Commands whose words hold the text, written or by sound; without one, what is at hand here."""
    sources: list[Iterable[Command]] = [_acts(request, here) if here else ()]
    sources += [*(source(request) for source in _sources), _new(request)]
    if text or kind == "view":
        sources.append(_views(request, text))
    if not text and not kind:
        sources[1:] = [[command for command in each if command.kind == "page"] for each in sources[1:]]
    found: dict[str, list[Command]] = {}
    for command in (command for source in sources for command in source):
        same = found.setdefault(command.kind, [])
        if (
            (not kind or command.kind == kind)
            and fits(text, command.label)
            and len(same) < (40 if kind else SHOWN)
        ):
            same.append(command)
    return [command for same in found.values() for command in same]


def fits(text: str, label: str) -> bool:
    """Whether a label holds the text: any part of it, its pinyin or its initials."""
    whole = "".join(query_runs(text))
    return not whole or any(whole in part or part.startswith(SOUND + whole) for part in _parts(label))


@lru_cache(maxsize=2_000)
def _parts(label: str) -> tuple[str, ...]:
    tokens = index_tokens([label], [])
    return tuple(token.removeprefix(START) for token in tokens if token[0] in START + SOUND)


def _acts(request: StaffRequest, here: Place) -> Iterator[Command]:
    """What may be done with the record in sight; each presses its own button."""
    slug, pk = here
    if all(record.slug != slug for record in registry.all_records()):
        return
    record = registry.by_slug(slug)
    if not grants.may(request.actor, "view", record.subject):
        return
    catalogue = Catalogue(record, request.actor)
    target = catalogue.rows().filter(pk=pk).first()
    if target is None:
        return
    can = {
        right: catalogue.rows(right).filter(pk=pk).exists()
        for right in {"change"} | actions.needed_rights(slug)
    }
    for act in actions.offered(record, target, can):
        url = address(record, "do", pk, act.key)
        yield Command("action", str(act.label), act.icon, url, f'[data-act="{act.key}"]')
    if can["change"]:
        yield Command("action", _("Edit"), "edit", address(record, "edit", pk), "[data-edit]")


def _new(request: StaffRequest) -> Iterator[Command]:
    for record in registry.all_records():
        if grants.may(request.actor, "add", record.subject):
            label = _("New: %(what)s") % {"what": record.label}
            yield Command("page", label, "plus", address(record, "new"))


def _views(request: StaffRequest, text: str) -> Iterator[Command]:
    """Shipped and saved views whose name fits; one query, and no more for those that do not fit."""
    of: dict[str, list[View]] = {}
    rows = SavedView.objects.filter(Q(owner_id=request.actor.user_id) | Q(shared=True), deleted_at=None)
    names = {record for record, name in rows.values_list("record", "name") if fits(text, name)}
    for record in registry.all_records():
        if grants.may(request.actor, "view", record.subject):
            catalogue = Catalogue(record, request.actor)
            of[record.slug] = [view for view in record.views if saved.usable(catalogue, view)]
            if record.slug in names:
                of[record.slug] += saved.views_of(catalogue)
    for slug, views in of.items():
        for view in views:
            if fits(text, str(view.label)):
                yield _view(registry.by_slug(slug), view)


def _view(record: RecordType, view: View) -> Command:
    url = f"{address(record, view.shape or 'list')}?view={view.key}"
    return Command("view", f"{record.label_plural} · {view.label}", "filter", url)

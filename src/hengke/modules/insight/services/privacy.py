"""A person in the ledger: lines, previews, rejects, handed-in files, and the warehouse built from them."""

from __future__ import annotations

import gzip
import hashlib
import logging
import os
import secrets
from contextlib import ExitStack
from functools import reduce
from operator import or_
from pathlib import Path
from typing import IO, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hengke.engines.files import store as files
from hengke.engines.records.privacy import files as cleaning
from hengke.engines.records.privacy import places
from hengke.engines.records.privacy.places import Finding, Person, Step
from hengke.modules.insight.models import Import, LedgerLine
from hengke.modules.insight.services import increment, warehouse

log = logging.getLogger("hengke.privacy")


def declare() -> None:
    """Tell the privacy engine where insight keeps people."""
    places.declare_values(_phones)
    for label, scope in _SCOPES.items():
        places.declare_scope(label, scope, _WORDS.get(label, ""))
    places.declare_step(Step("files", _find_files, _erase_files))
    places.declare_step(Step("warehouse", _find_warehouses, _rebuild))
    places.declare_step(Step("identity", _find_memory, _forget))


def _phones(person: Person) -> list[str]:
    """Numbers that stand beside the name in the customer's lines."""
    lines = LedgerLine.objects.filter(alias__customer=person.party, contact=person.name).exclude(phone="")
    return list(lines.order_by("phone").values_list("phone", flat=True).distinct()[:20])


def _beside_alias(column: str) -> places.Scope:
    """Rows whose JSON column names the customer."""

    def scope(person: Person) -> Q:
        named = [Q(**{f"text_{column}__contains": form}) for a in person.aliases for form in places.forms(a)]
        return reduce(or_, named) if named else Q(pk__in=())

    return scope


_SCOPES: dict[str, places.Scope] = {
    "insight.ledgerline": lambda person: (
        Q(alias__customer=person.party)
        # A line that nobody has assigned yet is known by the name it came with.
        | Q(alias=None, customer_name__in=person.aliases)
    ),
    "insight.ledgercorrection": lambda person: (
        Q(line__alias__customer=person.party) | Q(line__alias=None, line__customer_name__in=person.aliases)
    ),
    "insight.scoreoverride": lambda person: Q(customer=person.party),
    "insight.profilingrefusal": lambda person: Q(customer=person.party),
    "insight.reject": _beside_alias("cells"),
    "insight.import": _beside_alias("inspection"),
}

_WORDS: dict[str, places.Words] = {
    "insight.ledgercorrection": _("Ledger lines before corrections"),
    "insight.reject": _("Rejected rows"),
    "insight.import": _("Previews of imports"),
}


def _held() -> list[Path]:
    folder = files.folder()
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _find_files(person: Person) -> list[Finding]:
    names = dict(Import.objects.values_list("digest", "file_name"))
    return [
        Finding(str(_("Imported files")), names.get(path.name, path.name), 1)
        for path in _held()
        if cleaning.holds(path, person)
    ]


def _erase_files(person: Person, pseudonym: str) -> int:
    """Rewrite every handed-in file without the person; one that cannot be rewritten is removed."""
    count = 0
    for path in _held():
        if cleaning.holds(path, person):
            _replace(path, person, pseudonym)
            count += 1
    return count


def _replace(path: Path, person: Person, pseudonym: str) -> None:
    known = Import.objects.filter(digest=path.name)
    row = known.first()
    draft = path.with_name(f"upload-{secrets.token_hex(8)}")
    try:
        with draft.open("w+b") as target:
            written = row is not None and _rewrite(
                path, target, row.inspection.get("found", {}), person, pseudonym
            )
        if written:
            digest = _digest(draft)
            os.replace(draft, path.with_name(digest))
            known.update(digest=digest)
    finally:
        draft.unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _rewrite(
    path: Path, target: IO[bytes], inspection: dict[str, Any], person: Person, pseudonym: str
) -> bool:
    """Whether the format could be written again."""
    try:
        if inspection.get("kind") in ("csv", "tsv"):
            _rewrite_text(path, target, inspection, person, pseudonym)
            return True
        if inspection.get("kind") == "xlsx":
            cleaning.rewrite_book(path, target, person, pseudonym)
            return True
    except Exception:
        # Whatever a reader trips over, the file must not stay.
        log.exception("%s cannot be rewritten and is removed", path.name)
    return False


def _rewrite_text(
    path: Path, target: IO[bytes], inspection: dict[str, Any], person: Person, pseudonym: str
) -> None:
    with ExitStack() as stack:
        source: Any = stack.enter_context(path.open("rb"))
        out: Any = target
        if inspection.get("compressed"):
            source = stack.enter_context(gzip.open(source))
            out = stack.enter_context(gzip.open(target, "wb"))
        written = {name: inspection[name] for name in ("encoding", "delimiter")}
        cleaning.rewrite_text(source, out, person, pseudonym, **written)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _find_warehouses(person: Person) -> list[Finding]:
    """The warehouse holds names of customers and of files; it is built anew in any case."""
    built = len(list(warehouse.folder().glob("*.duckdb")))
    return [Finding(str(_("Data warehouse")), str(_("files")), built)] if built else []


def _find_memory(person: Person) -> list[Finding]:
    """What a full run of name resolution left holds telephones and contacts, whoever's; it goes in any case."""
    kept = len(increment.files())
    return [Finding(str(_("What the last resolution of names left")), str(_("files")), kept)] if kept else []


def _forget(person: Person, pseudonym: str) -> int:
    """Remove it: the next import resolves all names, and leaves it anew."""
    kept = increment.files()
    for path in kept:
        path.unlink(missing_ok=True)
    return len(kept)


def _rebuild(person: Person, pseudonym: str) -> int:
    """Build the warehouse anew and keep no older one."""
    from hengke_analytics.warehouse import swap

    folder = warehouse.folder()
    if swap.current_number(folder) is None:
        return 0
    warehouse.build()
    return swap.drop_older(folder)

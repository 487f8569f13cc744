"""Sentences for codes that the analytics library speaks in: evidence, rejects, formats, fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from hengke.kernel.errors import HengkeError
from hengke.modules.insight.models import LedgerLine

Text = str | Promise

EVIDENCE: dict[str, Text] = {
    "name_different": gettext_lazy("The names have nothing in common"),
    "name_gapped": gettext_lazy("The short name's characters stand in the long one in the same order"),
    "name_near": gettext_lazy("The names are alike, but strangers may be called so too"),
    "name_slip": gettext_lazy("The names differ by a slip of the pen"),
    "name_core": gettext_lazy("The short name is the core of the long one"),
    "name_short": gettext_lazy("One name is a short form of the other"),
    "name_stem": gettext_lazy("Same core name and same trade"),
    "name_same": gettext_lazy("Same name and same place"),
    "core_common": gettext_lazy("The core name is very common"),
    "core_uncommon": gettext_lazy("The core name is not common"),
    "core_rare": gettext_lazy("The core name is rare"),
    "core_unique": gettext_lazy("Nobody else bears this core name"),
    "place_differs": gettext_lazy("The names state different places"),
    "place_address_differs": gettext_lazy("The addresses lie in different places"),
    "place_contains": gettext_lazy("One place lies within the other"),
    "place_same_address": gettext_lazy("The addresses lie in the same city"),
    "place_same": gettext_lazy("Same city or county"),
    "form_differs": gettext_lazy("Company against works: different legal forms"),
    "form_similar": gettext_lazy("Similar legal forms"),
    "form_same": gettext_lazy("Same legal form"),
    "phone_differs": gettext_lazy("No telephone number in common"),
    "phone_shared_by_many": gettext_lazy("Same telephone, but many customers use it (an agent?)"),
    "phone_shared_by_few": gettext_lazy("Same telephone, used by a few customers"),
    "phone_same": gettext_lazy("Same telephone, used by nobody else"),
    "address_differs": gettext_lazy("No address in common"),
    "address_shared_by_many": gettext_lazy("Same address, but many customers have it (a park?)"),
    "address_shared_by_few": gettext_lazy("Same address, shared by a few customers"),
    "address_same": gettext_lazy("Same address, nobody else has it"),
    "contact_differs": gettext_lazy("No contact in common"),
    "contact_weak": gettext_lazy("Contacts agree a little (a surname, or somebody who acts for many)"),
    "contact_shared_by_few": gettext_lazy("Same contact, who acts for a few customers"),
    "contact_same": gettext_lazy("Same contact, who acts for nobody else"),
    "code_differs": gettext_lazy("Different social credit codes"),
    "code_same": gettext_lazy("Same social credit code"),
}

REJECTS: dict[str, Text] = {
    "no_customer": gettext_lazy("The customer's name is missing"),
    "no_date": gettext_lazy("The submission date is missing"),
    "bad_date": gettext_lazy("A date cannot be read"),
    "future_date": gettext_lazy("The submission date lies in the future"),
    "no_amount": gettext_lazy("The billed amount is missing"),
    "bad_amount": gettext_lazy("An amount cannot be read"),
    "too_long": gettext_lazy("A text is too long"),
    "name_too_long": gettext_lazy("The customer's name is too long"),
    "blank": gettext_lazy("The line holds nothing that could be loaded"),
    "line_unclear": gettext_lazy("It is not clear which stored line is meant"),
}

KINDS: dict[str, Text] = {
    "csv": gettext_lazy("Text with commas (csv)"),
    "tsv": gettext_lazy("Text with tabs (tsv)"),
    "xlsx": gettext_lazy("Workbook (xlsx)"),
    "xls": gettext_lazy("Old workbook (xls)"),
    "dbf": gettext_lazy("dBase table (dbf)"),
    "json": gettext_lazy("Records (json)"),
    "xml": gettext_lazy("Records (xml)"),
    "html": gettext_lazy("Table of a web page (html)"),
    "parquet": gettext_lazy("Parquet file"),
    "sqlite": gettext_lazy("SQLite database"),
    "postgres": gettext_lazy("PostgreSQL database"),
    "mysql": gettext_lazy("MySQL or MariaDB database"),
    "rest": gettext_lazy("Web service"),
}

FORMATS: dict[str, Text] = {
    "serial": gettext_lazy("days counted as in spreadsheets"),
    "other": gettext_lazy("other ways of writing"),
}

LEGAL: dict[str, Text] = {
    "company": gettext_lazy("limited company"),
    "company股份": gettext_lazy("company limited by shares"),
    "company集团": gettext_lazy("group"),
    "company股份集团": gettext_lazy("group limited by shares"),
    "works": gettext_lazy("works"),
    "institution": gettext_lazy("institution"),
}

_PLACE = re.compile(r"\{(\w+)\}")


def error(error: HengkeError) -> str:
    """An expected error's sentence in the language of the page."""
    return sentence(error.template, error.params)


def sentence(template: str, params: dict[str, Any]) -> str:
    """An English sentence with places, translated and filled in."""
    return _(template).format(**params) if params else _(template)


def evidence(code: str) -> str:
    """A reason of identity resolution as a sentence."""
    return str(EVIDENCE.get(code, code))


def legal(form: str) -> str:
    """A legal form as identity resolution tells them apart."""
    return str(LEGAL.get(form, form))


def reject(code: str) -> str:
    """Why a row was not loaded, in few words."""
    return str(REJECTS.get(code, code))


def reject_detail(code: str, message: str) -> str:
    """The stored sentence of a reject in the language of the page, with its cell and field."""
    from hengke_analytics.warehouse.ledger_row import REASONS

    template = REASONS.get(code, message)
    found = _pattern(template).fullmatch(message)
    if found is None:
        return reject(code)
    params = found.groupdict()
    if "field" in params:
        params["field"] = _field_in_english(params["field"])
    return sentence(template, params)


def field(name: str) -> str:
    """What a ledger field is called."""
    return capfirst(str(LedgerLine._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def fields() -> list[tuple[str, str]]:
    """All ledger fields with their labels, in their order."""
    from hengke_analytics.warehouse import ledger_fields

    return [(name, field(name)) for name in ledger_fields.NAMES]


def joined(words: list[str]) -> str:
    """Words as a list within a sentence."""
    return pgettext("between the words of a list", ", ").join(words)


def formats(counts: dict[str, int]) -> str:
    """Ways of writing that were found in a column, the most frequent first."""
    return joined([str(FORMATS.get(name, name)) for name in counts])


def total_lines(counts: Mapping[str, int]) -> str:
    """How many rows of a file were total lines: neither loaded nor rejected; empty for none."""
    became = sum(counts[name] for name in ("added", "corrected", "unchanged", "rejected"))
    count = counts["rows_read"] - became
    return (
        ngettext("%(count)s total line", "%(count)s total lines", count) % {"count": f"{count:,}"}
        if count > 0
        else ""
    )


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = _PLACE.split(template)
    named = (f"(?P<{part}>.*)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    return re.compile("".join(named), re.S)


def _field_in_english(label: str) -> str:
    from hengke_analytics.warehouse import ledger_fields

    found = next((spec.name for spec in ledger_fields.FIELDS if spec.english == label), None)
    return field(found) if found else label

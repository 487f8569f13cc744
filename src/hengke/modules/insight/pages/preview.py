"""The first rows of a file as they would be read, and what a person may choose about that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole
from hengke.modules.insight.pages import words
from hengke.modules.insight.services.looking import Look

if TYPE_CHECKING:
    from hengke_analytics.warehouse.mapping import Mapping as Columns
    from hengke_analytics.warehouse.reading import Inspection, Sheet

LONGEST_CELL = 60
LONGEST_LINE = 50
ORDERS = {"ymd": "2024-12-31", "dmy": "31/12/2024", "mdy": "12/31/2024"}
DECIMALS = {".": "1,234.50", ",": "1.234,50"}
Option = tuple[str, str]


def chosen(said: Mapping[str, str], before: Look) -> Look:
    """What the form says; another sheet has a header of its own, so that is looked for anew."""
    sheet, line = said.get("sheet", before.sheet), said.get("header_line", "")
    if line and not is_whole(line[:9]):
        raise InputError("no_such_header", "Line {line} cannot hold the headings.", line=line[:20])
    look = Look(
        encoding=said.get("encoding", ""),
        header_line=int(line[:9]) if line else None,
        sheet=sheet,
        date_order=said.get("date_order", ""),
        decimal=said.get("decimal", ""),
    )
    return look if sheet == before.sheet else replace(look, header_line=None)


def choices(found: Inspection, sheet: Sheet, mapping: Columns, look: Look) -> list[dict[str, Any]]:
    """The selects above the preview: only what this kind of file leaves open."""
    offered = [
        ("sheet", _("Sheet or table"), _sheets(found), look.sheet),
        ("encoding", _("Encoding"), _encodings(found, look), look.encoding),
        ("header_line", _("Header"), _header_lines(found, sheet, look), _said(look.header_line)),
        ("date_order", _("Order of dates"), _orders(sheet, mapping), look.date_order),
        ("decimal", _("Decimal sign"), _decimals(sheet, mapping), look.decimal),
    ]
    return [
        {"name": name, "label": label, "options": options, "value": value}
        for name, label, options, value in offered
        if len(options) > 1
    ]


def columns(sheet: Sheet, mapping: Columns) -> list[dict[str, Any]]:
    """Each column with its field and what was found in it."""
    return [
        {
            "index": column.index,
            "header": column.header,
            "target": column.target or "",
            **_found_in(column.target, [cells[column.index : column.index + 1] for _, cells in sheet.sample]),
        }
        for column in mapping.columns
    ]


def lines(sheet: Sheet, mapping: Columns) -> list[tuple[int, list[dict[str, str]]]]:
    """The first rows, filled up to the width of the head; dates and amounts with how they are read."""
    width = len(sheet.headers)
    targets = {column.index: column.target for column in mapping.columns}
    return [
        (
            line,
            [_cell(cell, targets.get(i), mapping) for i, cell in enumerate((*cells, *[""] * width)[:width])],
        )
        for line, cells in sheet.sample
    ]


def refusals(sheet: Sheet, mapping: Columns) -> list[dict[str, Any]]:
    """Why rows of the preview would be rejected, most frequent first: a wrong choice shows before the import."""
    from hengke_analytics.warehouse.translate import Reject, Translator

    if mapping.missing:
        return []
    rejected = [said for said in Translator(mapping).translate_all(sheet.sample) if isinstance(said, Reject)]
    examples = {said.code: said for said in reversed(rejected)}
    return [
        {
            "count": count,
            "of": len(sheet.sample),
            "line": examples[code].line_no,
            "text": words.reject_detail(code, examples[code].message),
        }
        for code, count in Counter(said.code for said in rejected).most_common(3)
    ]


def left_out(mapping: Columns) -> dict[str, str] | None:
    """Columns of amounts that feed no field, beside the one that feeds what is billed."""
    headers = {column.index: column.header for column in mapping.columns}
    if "billed" not in mapping.targets or not mapping.rivals:
        return None
    return {
        "headers": words.joined(list(mapping.rivals)),
        "field": words.field("billed"),
        "taken": headers[mapping.targets["billed"]],
    }


def _sheets(found: Inspection) -> list[Option]:
    return [(sheet.name, f"{sheet.name} ({sheet.row_estimate:,})") for sheet in found.sheets]


def _encodings(found: Inspection, look: Look) -> list[Option]:
    from hengke_analytics.warehouse import encoding

    if not found.encoding:
        return []
    seen = _("as detected") if look.encoding else _("detected: %(what)s") % {"what": found.encoding_label}
    return [("", seen), *((codec, encoding.LABELS[codec]) for codec in encoding.CHOICES)]


def _header_lines(found: Inspection, sheet: Sheet, look: Look) -> list[Option]:
    """The lines that may be the header, each with how it begins; tables of databases name their columns."""
    if found.kind not in ("csv", "tsv", "xlsx", "xls", "html"):
        return []
    line = _("line %(line)s") % {"line": sheet.header_line} if sheet.header_line else _("none")
    seen = _("as detected") if look.header_line is not None else _("detected: %(what)s") % {"what": line}
    rows = [(str(number), _line(number, cells)) for number, cells in sheet.candidates]
    return [("", seen), ("0", _("none: the first line is a row")), *rows]


def _line(number: int, cells: tuple[str, ...]) -> str:
    return (
        _("line %(line)s") % {"line": number} + ": " + _short(" · ".join(filter(None, cells)), LONGEST_LINE)
    )


def _orders(sheet: Sheet, mapping: Columns) -> list[Option]:
    from hengke_analytics.warehouse import ledger_fields

    if not set(mapping.targets) & set(ledger_fields.DATES):
        return []
    last = any("01/06/2019" in guess.counts for guess in mapping.detect(_cells(sheet)).formats.values())
    seen = ("dmy" if mapping.day_first else "mdy") if last else "ymd"
    names = {
        "ymd": _("year, month, day"), "dmy": _("day, month, year"), "mdy": _("month, day, year"),
    }  # fmt: skip
    options = [(order, f"{names[order]}: {ORDERS[order]}") for order in ORDERS]
    return [("", _("detected: %(what)s") % {"what": names[seen]}), *options]


def _decimals(sheet: Sheet, mapping: Columns) -> list[Option]:
    from hengke_analytics.warehouse import ledger_fields

    if not set(mapping.targets) & set(ledger_fields.MONEY):
        return []
    seen = DECIMALS[","] if mapping.detect(_cells(sheet)).decimal_comma else DECIMALS["."]
    names = {".": _("point: %(example)s"), ",": _("comma: %(example)s")}
    options = [(sign, names[sign] % {"example": DECIMALS[sign]}) for sign in DECIMALS]
    return [("", _("detected: %(what)s") % {"what": seen}), *options]


def _cells(sheet: Sheet) -> list[tuple[str, ...]]:
    return [cells for _, cells in sheet.sample]


def _said(line: int | None) -> str:
    return "" if line is None else str(line)


def _found_in(target: str | None, cells: list[tuple[str, ...]]) -> dict[str, Any]:
    """How the cells of a column are written, as far as its field is read as dates or numbers."""
    from hengke_analytics.warehouse import formats, ledger_fields

    guess = formats.detect_formats({"": [cell for found in cells for cell in found]})[""]
    kind = str(ledger_fields.BY_NAME[target].kind) if target else guess.kind
    read = {"date": _("dates"), "money": _("amounts"), "rate": _("shares")}.get(kind, _("text"))
    if guess.kind == "empty":
        return {"kind": _("empty"), "formats": "", "doubt": False}
    told = kind == guess.kind and kind != "text"
    return {"kind": read, "formats": words.formats(guess.counts) if told else "", "doubt": guess.doubt}


def _cell(cell: str, target: str | None, mapping: Columns) -> dict[str, str]:
    """A cell as it stands; `read` is what a date or an amount is taken for where that is not plain to see."""
    from hengke_analytics.warehouse import ledger_fields, translate

    shown = {"text": _short(cell, LONGEST_CELL), "read": "", "problem": ""}
    dated = target in ledger_fields.DATES
    if not cell.strip() or not (dated or (mapping.comma and target in ledger_fields.MONEY)):
        return shown
    read = translate.normal_text(cell, str(target), mapping)
    if read is None:
        return shown | {"problem": _("no date") if dated else _("no amount")}
    return shown | {"read": "" if read == cell.strip() else read}


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"

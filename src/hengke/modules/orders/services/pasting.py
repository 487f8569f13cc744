"""Rows pasted from a sheet, or last time's instruments, become lines: columns, items and instruments are found."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from io import StringIO

from django.utils.translation import gettext as _

from hengke.kernel.errors import InputError
from hengke.modules.catalog.enums import Capability
from hengke.modules.catalog.models import ServiceItem
from hengke.modules.customers.models import Customer, Instrument
from hengke.modules.orders.models import Commission
from hengke.modules.orders.services.commissions import MOST_LINES, NOT_SERIAL, Entry

# What people write over a column; without headings, the columns are taken in the order of USUAL.
HEADINGS = {
    "name": ("器具名称", "仪器名称", "名称", "样品名称", "name", "instrument"),
    "model": ("型号", "规格型号", "型号规格", "规格", "model"),
    "serial": ("编号", "出厂编号", "器具编号", "管理编号", "序列号", "serial", "serial number", "no."),
    "maker": ("厂家", "制造厂", "生产厂家", "制造单位", "maker"),
    "quantity": ("数量", "台件", "quantity", "qty"),
    "accessories": ("附件", "accessories"),
    "condition": ("外观", "状态", "condition"),
    "remark": ("备注", "要求", "remark"),
}
USUAL = ("name", "model", "serial", "maker", "quantity", "accessories", "remark")
LENGTHS = {
    "name": 100,
    "model": 100,
    "serial": 100,
    "maker": 100,
    "accessories": 200,
    "condition": 200,
    "remark": 300,
}


def read(text: str) -> list[Entry]:
    """Lines of pasted text, columns parted by tabs (or commas where there is no tab).

    InputError when nothing can be read or there are more than 2,000; what is wrong in a line stands in its `wrong`.
    """
    if "\x00" in text:
        raise InputError("unreadable", "This text cannot be read. Paste it again from the sheet.")
    delimiter = "\t" if "\t" in text else ","
    rows = [[cell.strip() for cell in row] for row in csv.reader(StringIO(text), delimiter=delimiter)]
    rows = [row for row in rows if any(row)]
    if not rows:
        raise InputError("nothing_pasted", "Paste at least one line, with the instrument's name in it.")
    if len(rows) > MOST_LINES + 1:
        raise InputError(
            "lines_missing", "A commission has between 1 and {most} lines.", most=str(MOST_LINES)
        )
    columns = _columns(rows[0])
    body = rows[1:] if columns else rows
    places = columns or dict(enumerate(USUAL))
    return [_entry(row, places) for row in body]


def _columns(first: Sequence[str]) -> dict[int, str]:
    """Which column is what, when the first row is one of headings."""
    found = {
        number: name
        for number, cell in enumerate(first)
        for name, words in HEADINGS.items()
        if cell.lower().replace(" ", "") in words or cell.lower() in words
    }
    return found if "name" in found.values() else {}


def _entry(row: Sequence[str], places: dict[int, str]) -> Entry:
    given = {name: row[number] for number, name in places.items() if number < len(row) and row[number]}
    entry = Entry(name=given.pop("name", "")[:100])
    if not entry.name:
        entry.wrong.append(_("The instrument's name is missing."))
    quantity = given.pop("quantity", "1")
    if quantity.isdecimal() and 0 < int(quantity) <= 10_000:
        entry.quantity = int(quantity)
    else:
        entry.wrong.append(_("“%(text)s” is no quantity.") % {"text": quantity[:20]})
    for name, text in given.items():
        if len(text) > LENGTHS[name]:
            entry.wrong.append(_("“%(text)s…” is too long.") % {"text": text[:20]})
        setattr(entry, name, text[: LENGTHS[name]])
    if entry.quantity > 1 and entry.serial not in NOT_SERIAL:
        entry.wrong.append(_("One serial number stands for one instrument: make it one line each."))
    return entry


def of_instruments(instruments: Iterable[Instrument]) -> list[Entry]:
    """Lines for instruments that are known, matched to items."""
    entries = [
        Entry(
            name=row.name, model=row.model, serial=row.serial, maker=row.maker, laboratory=row.laboratory,
            project_group=row.project_group, instrument=row.pk,
        )
        for row in instruments
    ]  # fmt: skip
    return find_items(entries)


def of_last_time(customer: Customer) -> list[Entry]:
    """What the customer's last commission held."""
    last = (
        Commission.objects.filter(customer=customer, deleted_at=None).order_by("-received_on", "-pk").first()
    )
    lines = last.lines.filter(deleted_at=None).order_by("position") if last else ()
    return [
        Entry(
            name=line.name, model=line.model, serial=line.serial, maker=line.maker, quantity=line.quantity,
            accessories=line.accessories, laboratory=line.laboratory, project_group=line.project_group,
            item=line.item_id, instrument=line.instrument_id,
        )
        for line in lines
    ]  # fmt: skip


def match(entries: Sequence[Entry], customer: Customer) -> list[Entry]:
    """Find each line's instrument by its serial number, and its item by name; two queries each.

    A line that says one thing only may be a code that was scanned: it is taken for a serial number if there is one.
    """
    scanned = [entry for entry in entries if not entry.model and not entry.serial]
    codes = {entry.name for entry in scanned}
    by_serial: dict[str, list[Instrument]] = defaultdict(list)
    serials = {entry.serial for entry in entries if entry.serial not in NOT_SERIAL}
    for row in Instrument.objects.filter(customer=customer, deleted_at=None, serial__in=serials | codes):
        by_serial[row.serial].append(row)
    for entry in scanned:
        if len(found := by_serial.get(entry.name, [])) == 1:
            entry.name, entry.serial = found[0].name, found[0].serial
    for entry in entries:
        fitting = [row for row in by_serial.get(entry.serial, ()) if entry.model in ("", row.model)]
        named = [row for row in fitting if row.name == entry.name] or fitting
        if entry.instrument is None and len(named) == 1:
            known = named[0]
            entry.instrument = known.pk
            entry.model = entry.model or known.model
            entry.laboratory = entry.laboratory or known.laboratory
            entry.project_group = entry.project_group or known.project_group
    return find_items(entries)


def find_items(entries: Sequence[Entry]) -> list[Entry]:
    """The item of each line: the one of its name, in its laboratory when several have it."""
    names = {entry.name for entry in entries if entry.item is None}
    by_name: dict[str, list[ServiceItem]] = defaultdict(list)
    offered = ServiceItem.objects.filter(deleted_at=None).exclude(capability=Capability.NONE)
    for item in offered.filter(name__in=names):
        by_name[item.name].append(item)
    for item in offered.exclude(words=""):
        for word in item.words.replace("，", ",").split(","):
            if word.strip() in names:
                by_name[word.strip()].append(item)
    for entry in entries:
        found = by_name.get(entry.name, [])
        here = [item for item in found if item.laboratory == entry.laboratory] or found
        if entry.item is None and len(here) >= 1 and len({item.pk for item in here}) == 1:
            entry.item = here[0].pk
            entry.laboratory = entry.laboratory or here[0].laboratory
            entry.project_group = entry.project_group or here[0].project_group
    return list(entries)

"""Looks through a workbook's zip before any parser may: counts, sizes as declared and as they are, names."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import limits

BLOCK = 1 << 18
_END = b"PK\x05\x06"
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_BAD_NAME = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|\\|:|[\x00-\x1f]")


def check(path: Path) -> None:
    """Raises InputError when the zip is damaged, no workbook, or built to harm."""
    _count_members(path)
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_names(members)
            _check_declared(members, path.stat().st_size)
            _check_actual(file, members)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError) as error:
        raise InputError(
            "damaged_xlsx", "The workbook is damaged: open it in Excel or WPS and save it again."
        ) from error


def _count_members(path: Path) -> None:
    """From the end record, before zipfile makes an object of each member."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65_557))
        tail = file.read()
    at = tail.rfind(_END)
    count = struct.unpack_from("<H", tail, at + 10)[0] if at >= 0 and len(tail) >= at + 12 else 0
    # The central directory itself bounds a lie: 46 bytes at least per member.
    size = struct.unpack_from("<L", tail, at + 12)[0] if at >= 0 and len(tail) >= at + 16 else 0
    if count > limits.ZIP_MEMBERS or size > limits.ZIP_MEMBERS * 1_024:
        raise InputError(
            "zip_members", "The workbook has too many parts: copy the table into a new workbook."
        )


def _check_names(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(members) > limits.ZIP_MEMBERS:
        raise InputError(
            "zip_members", "The workbook has too many parts: copy the table into a new workbook."
        )
    if any(_BAD_NAME.search(member.orig_filename) for member in members) or len(set(names)) < len(names):
        raise InputError("zip_names", "The workbook holds forbidden part names: it is refused.")
    if "xl/workbook.xml" not in names:
        raise InputError("not_a_workbook", "This is a zip archive but no .xlsx workbook: unpack it first.")


def _check_declared(members: list[zipfile.ZipInfo], packed: int) -> None:
    total = sum(member.file_size for member in members)
    if total > limits.ZIP_UNPACKED or _is_bomb(total, packed):
        raise _bomb()
    if any(member.flag_bits & 1 for member in members):
        raise InputError("password", "The workbook has a password: save it without one.")


def _check_actual(file: BinaryIO, members: list[zipfile.ZipInfo]) -> None:
    """The directory may lie about sizes, so every part is unpacked and counted (and thrown away)."""
    total = 0
    for member in members:
        total += _unpacked_size(file, member, limits.ZIP_UNPACKED - total)
        if total > limits.ZIP_UNPACKED:
            raise _bomb()


def _unpacked_size(file: BinaryIO, member: zipfile.ZipInfo, allowed: int) -> int:
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError
    file.seek(member.header_offset)
    header = file.read(30)
    name_length, extra_length = struct.unpack_from("<HH", header, 26)
    file.seek(name_length + extra_length, 1)
    if member.compress_type == zipfile.ZIP_STORED:
        _refuse_entities(member, file.read(min(member.compress_size, BLOCK)))
        return member.compress_size
    size = 0
    inflate = zlib.decompressobj(-15)
    data = file.read(member.compress_size)
    while data and not inflate.eof:
        block = inflate.decompress(data, BLOCK)
        if size == 0:
            _refuse_entities(member, block)
        size += len(block)
        if size > min(allowed, max(member.file_size, limits.RATIO_FLOOR)) or _is_bomb(
            size, member.compress_size
        ):
            raise _bomb()
        data = inflate.unconsumed_tail
    return size


def _refuse_entities(member: zipfile.ZipInfo, start: bytes) -> None:
    """No workbook program writes a document type; one can multiply text a billion times."""
    if member.filename.endswith((".xml", ".rels")) and _DTD.search(start.replace(b"\0", b"")):
        raise InputError(
            "xml_entities", "The workbook holds XML entities, which no workbook needs: it is refused."
        )


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > max(limits.RATIO_FLOOR, limits.MOST_RATIO * packed)


def _bomb() -> InputError:
    return InputError("zip_bomb", "The workbook unpacks to far more than a table would: it is refused.")

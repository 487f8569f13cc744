"""Which encoding a text file is in: decided by its bytes, shown to the user, never guessed by the machine's
locale."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from hengke.kernel.errors import InputError

LABELS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 (BOM)",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "gb18030": "GB18030",
    "big5hkscs": "Big5",
    "cp1252": "Windows-1252",
}
CHOICES = ("utf-8", "gb18030", "big5hkscs", "utf-16", "cp1252")
"""What a person may choose instead of what the bytes say."""
ALIASES = {"utf8": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "big5": "big5hkscs", "utf16": "utf-16"}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Of a legacy file's lines with Chinese, so much settles GB18030 against Big5.
ENOUGH = 256 * 1024
# One broken character in a hundred is a field cut at a byte width; more is another encoding.
MOST_BROKEN = 0.01
# A person may know better than that, but not when every third character would be lost.
MOST_BROKEN_IF_CHOSEN = 0.3

_GB_COMMON = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")
_BIG5_COMMON = re.compile(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]")


@dataclass(slots=True)
class Scan:
    """What one pass over the bytes tells; `complete` is false when the pass stopped before the end."""

    encoding: str = ""
    lines: int = 0
    size: int = 0
    broken: int = 0
    nul: bool = False
    complete: bool = True
    looks_like: str = ""
    """What the bytes say where a person chose something else."""
    _open_line: bool = False
    _chinese: bytearray = field(default_factory=bytearray)
    _utf8: codecs.IncrementalDecoder | None = field(default_factory=codecs.getincrementaldecoder("utf-8"))

    @property
    def label(self) -> str:
        """The encoding as people call it."""
        return LABELS[self.encoding]

    def take(self, block: bytes) -> None:
        """Look at the next block of the file."""
        self.size += len(block)
        self.lines += block.count(b"\n") or block.count(b"\r")
        self._open_line = not block.endswith((b"\n", b"\r"))
        self.nul = self.nul or b"\0" in block
        if not block.isascii() and len(self._chinese) < ENOUGH:
            self._chinese += b"".join(line for line in block.splitlines(keepends=True) if not line.isascii())[
                :ENOUGH
            ]
        if self._utf8:
            try:
                self._utf8.decode(block)
            except UnicodeDecodeError:
                self._utf8 = None

    def settle(self, head: bytes, chosen: str = "") -> Scan:
        """Decide the encoding; `head` are the first bytes, `chosen` is what a person said.

        Raises InputError for what is no text, and `wrong_encoding` for a choice that cannot be.
        """
        marked = utf16(head) or _by_bom(head)
        self.encoding = self._as_chosen(chosen, marked) if chosen else marked or self._by_bytes()
        if self.encoding.startswith("utf-16"):
            self.nul = False
        elif self._open_line:
            self.lines += 1
        return self

    def _as_chosen(self, chosen: str, marked: str) -> str:
        """The codec of a choice; a choice of UTF-8 or UTF-16 takes the file's own mark into account."""
        wide = chosen.startswith("utf-16")
        if wide != marked.startswith("utf-16"):
            raise _wrong(chosen)
        if wide:
            return marked
        sample = bytes(self._chinese)
        if _broken_share(sample, chosen) > MOST_BROKEN_IF_CHOSEN:
            raise _wrong(chosen)
        if sample:
            with suppress(InputError):
                self.looks_like = self._by_bytes()
        self.broken = sample.decode(chosen, "replace").count("\ufffd")
        return marked if marked == "utf-8-sig" and chosen == "utf-8" else chosen

    def _by_bytes(self) -> str:
        if self._utf8:
            return "utf-8"
        sample = bytes(self._chinese)
        shares = {name: _broken_share(sample, name) for name in ("utf-8", "gb18030", "big5hkscs")}
        possible = [name for name, share in shares.items() if share <= MOST_BROKEN]
        if not possible:
            raise InputError(
                "unknown_encoding",
                "The text is in no known encoding: save the file as “CSV UTF-8” and try again.",
            )
        # Bytes that are almost all valid UTF-8 are UTF-8 by design, the others by chance.
        chosen = (
            "utf-8" if "utf-8" in possible else max(possible, key=lambda name: _common_share(sample, name))
        )
        self.broken = sample.decode(chosen, "replace").count("\ufffd")
        return chosen


def codec_of(name: str) -> str:
    """The codec that a person means by `name` (GBK, Big5, UTF-8 …), "" for "".

    InputError `unknown_encoding_name` for what cannot be chosen.
    """
    plain = name.strip().casefold().replace("_", "-")
    plain = ALIASES.get(plain, plain)
    if plain and plain not in LABELS:
        names = ", ".join(LABELS[codec] for codec in CHOICES)
        raise InputError(
            "unknown_encoding_name", "There is no encoding {name} here; choose one of: {names}.",
            name=name, names=names,
        )  # fmt: skip
    return plain


def scan(blocks: Iterable[bytes], *, limit: int, chosen: str = "") -> Scan:
    """Look through a file's blocks, up to about `limit` bytes; `chosen` is the encoding a person said."""
    seen = Scan()
    head = b""
    for block in blocks:
        head = head or block[:65536]
        seen.take(block)
        if seen.size >= limit:
            seen.complete = False
            break
    return seen.settle(head, chosen)


def utf16(head: bytes) -> str:
    """The kind of UTF-16 that a file beginning with `head` is in, or ""."""
    marked = _by_bom(head)
    return _utf16_without_bom(head) if not marked else marked if marked == "utf-16" else ""


def _wrong(chosen: str) -> InputError:
    return InputError(
        "wrong_encoding",
        "The file is not in {encoding}: too many characters would be lost. Choose another encoding.",
        encoding=LABELS[chosen],
    )


def _by_bom(head: bytes) -> str:
    return next((name for mark, name in _BOMS if head.startswith(mark)), "")


def _utf16_without_bom(head: bytes) -> str:
    """Digits, commas and line ends put a NUL into every second byte of UTF-16, always on the same side."""
    pairs = max(1, len(head) // 2)
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if odd > 0.1 and even < 0.01 and b"\n\0" in head:
        return "utf-16-le"
    return "utf-16-be" if even > 0.1 and odd < 0.01 and b"\0\n" in head else ""


def _broken_share(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, "replace")
    foreign = sum(1 for char in text if char > "\x7f")
    # The sample may end within a character.
    return max(0, text.count("\ufffd") - 1) / max(1, foreign)


def _common_share(sample: bytes, encoding: str) -> float:
    """Share of characters among the encoding's everyday ones (level 1 of GB 2312, of Big5): read wrongly
    they are rare."""
    text = sample.decode(encoding, "ignore")
    common = 0
    for char in text:
        if "\u4e00" <= char <= "\u9fff":
            data = char.encode(encoding)
            pattern = _GB_COMMON if encoding == "gb18030" else _BIG5_COMMON
            common += bool(pattern.fullmatch(data))
    return common / max(1, sum(1 for char in text if char > "\x7f"))

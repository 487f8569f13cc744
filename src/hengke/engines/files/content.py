"""What a file is, told from its bytes and never from its name or from what a browser says of it."""

from __future__ import annotations

from pathlib import Path

HEAD, TAIL = 4_096, 65_536
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
PDF = "application/pdf"
# The types that pages may show; everything else is only handed out.
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"%PDF-", PDF),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (4, b"ftyp", "video/mp4"),
)
_OFFICE = {
    b"word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<head", b"<body", b"<math")


def sniff(path: Path) -> str:
    """The type of the file; UNKNOWN when its bytes do not tell."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] == b"PK\x03\x04":
        return _archive(path)
    for at, mark, kind in _MAGIC:
        if head[at : at + len(mark)] == mark:
            return kind
    return TEXT if _is_text(head) else UNKNOWN


def _archive(path: Path) -> str:
    """A zip file, or the office document in it: the names at its end tell, and nothing is unpacked or parsed."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - TAIL))
        tail = stream.read(TAIL)
    return next((kind for name, kind in _OFFICE.items() if name in tail), "application/zip")


def _is_text(head: bytes) -> bool:
    """Text without control characters; markup is not called text, so that nobody is tempted to show it."""
    if any(byte < 9 or (13 < byte < 32 and byte != 27) for byte in head):
        return False
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        return False
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # the block may end within a character
            try:
                head[: len(head) - cut or None].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False

"""The type of a file comes from its bytes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from hengke.engines.files import content


def _zipped(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return data.getvalue()


@pytest.mark.parametrize(("data", "kind"), [
    (b"\x89PNG\r\n\x1a\n.", "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"GIF89a", "image/gif"),
    (b"RIFF....WEBPVP8 ", "image/webp"), (b"RIFF....WAVE\x00\x01", "application/octet-stream"),
    (b"%PDF-1.7", "application/pdf"),
    ("检定证书".encode(), "text/plain"), ("检定证书".encode("gb18030"), "text/plain"), (b"", "text/plain"),
    (b"a,b\r\n1,2\r\n", "text/plain"), (b"MZ\x90\x00\x03", "application/octet-stream"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"  <!DOCTYPE html>", "application/octet-stream"), (b"\xef\xbb\xbf<svg>", "application/octet-stream"),
    (b"GIF88a", "text/plain"), (_zipped("a.txt"), "application/zip"), (b"PK\x03\x04 broken", "application/zip"),
    (_zipped("[Content_Types].xml", "xl/workbook.xml"),
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (_zipped("[Content_Types].xml", "word/document.xml"),
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
])  # fmt: skip
def test_sniff(tmp_path: Path, data: bytes, kind: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert content.sniff(path) == kind


def test_a_character_cut_by_the_block_is_still_text(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a" * (content.HEAD - 1) + "检".encode())
    assert content.sniff(path) == "text/plain"

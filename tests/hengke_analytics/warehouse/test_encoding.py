from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.encoding import Scan, scan

SIMPLIFIED = "委托单号,送检日期,单位名称\nWT1,2019-01-06,安徽中科食品有限责任公司\n" * 20
TRADITIONAL = "委託單號,送檢日期,單位名稱\nWT1,2019-01-06,臺灣積體電路製造股份有限公司\n" * 20


def seen(data: bytes, block: int = 1000) -> Scan:
    return scan((data[at : at + block] for at in range(0, len(data), block)), limit=10**9)


@pytest.mark.parametrize(
    ("text", "codec", "encoding", "label"),
    [
        (SIMPLIFIED, "utf-8", "utf-8", "UTF-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig", "UTF-8 (BOM)"),
        (SIMPLIFIED, "gb18030", "gb18030", "GB18030"),
        (SIMPLIFIED + "𠮷㐀", "gb18030", "gb18030", "GB18030"),
        (TRADITIONAL, "big5", "big5hkscs", "Big5"),
        (TRADITIONAL, "utf-8", "utf-8", "UTF-8"),
        (SIMPLIFIED, "utf-16", "utf-16", "UTF-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le", "UTF-16 LE"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be", "UTF-16 BE"),
        ("a,b\n1,2\n", "ascii", "utf-8", "UTF-8"),
    ],
)
def test_encodings_are_told_apart(text: str, codec: str, encoding: str, label: str) -> None:
    found = seen(text.encode(codec))
    assert (found.encoding, found.label, found.broken, found.nul) == (encoding, label, 0, False)
    assert text.encode(codec).decode(found.encoding) == text


def test_chinese_behind_a_megabyte_of_ascii_still_counts() -> None:
    data = b"1,2,3\n" * 200_000 + SIMPLIFIED.encode("gb18030")
    assert seen(data, 65_536).encoding == "gb18030"


def test_a_character_cut_in_two_is_reported_and_costs_no_more() -> None:
    data = SIMPLIFIED.encode() + "合肥".encode()[:-1] + b"\n" + SIMPLIFIED.encode()
    found = seen(data)
    assert (found.encoding, found.broken) == ("utf-8", 1)


def test_noise_is_no_encoding() -> None:
    with pytest.raises(InputError) as error:
        seen(bytes(range(128, 256)) * 50)
    assert error.value.code == "unknown_encoding"


def test_nul_bytes_are_seen_except_where_utf_16_has_them() -> None:
    assert seen(b"a,b\n1,\x002\n").nul
    assert not seen("a,b\n1,2\n".encode("utf-16")).nul


def test_lines_are_counted_and_a_limit_ends_the_look() -> None:
    assert seen(b"a\nb\nc").lines == 3
    assert seen(b"a\rb\rc\r").lines == 3
    found = scan(iter([b"a\n"] * 100), limit=10)
    assert (found.lines, found.complete) == (5, False)


@given(
    st.text(st.characters(categories=["L", "N", "P"], max_codepoint=0xFFFF), min_size=1), st.integers(1, 7)
)
def test_utf_8_is_always_recognised_however_it_is_cut(text: str, block: int) -> None:
    assert seen(text.encode(), block).encoding in ("utf-8", "utf-8-sig")

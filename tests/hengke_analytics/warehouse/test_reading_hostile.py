"""Files that try to harm, or are simply broken: each gives an InputError with its code, and the process
lives on."""

from __future__ import annotations

import gzip
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import limits
from hengke_analytics.warehouse.reading import inspect, rows

Build = Callable[[Path], None]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "[Content_Types].xml": (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
        '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def zipped(path: Path, sheet: str | bytes, extra: dict[str, str] | None = None) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in {**PARTS, "xl/worksheets/sheet1.xml": sheet, **(extra or {})}.items():
            archive.writestr(name, content)


def sheet_xml(cells: str, head: str = "") -> str:
    return f'<?xml version="1.0"?>{head}<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def cell(reference: str, text: str) -> str:
    row = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def far_corner(path: Path) -> None:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write("A1", "a")
    sheet.write("XFD1048576", "b")
    book.close()


def xml_of_381_megabytes(path: Path) -> None:
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
    zipped(path, sheet_xml(row + " " * 381_000_000))


def forged_sizes(path: Path) -> None:
    """A bomb whose directory says that it is small."""
    xml_of_381_megabytes(path)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        true = struct.pack("<L", archive.getinfo("xl/worksheets/sheet1.xml").file_size)
    path.write_bytes(data.replace(true, struct.pack("<L", 1_000)))


def many_members(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(100_000):
            archive.writestr(f"{number}", "")


def forged_count(path: Path) -> None:
    """The same, but the end record says three."""
    many_members(path)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x05\x06")
    data[at + 8 : at + 12] = struct.pack("<HH", 3, 3)
    path.write_bytes(data)


def billion_laughs(path: Path) -> None:
    entities = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    zipped(path, sheet_xml(cell("A1", "&l9;"), f"<!DOCTYPE x [{entities}]>"))


def climbing_name(path: Path) -> None:
    zipped(path, sheet_xml(cell("A1", "a")), {"xl/../../etc/x": "x"})


def doubled_name(path: Path) -> None:
    zipped(path, sheet_xml(cell("A1", "a")))
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", "x")


def huge_cell(path: Path) -> None:
    # Random words, or the ratio alone would give it away.
    text = "".join(random.Random(1).choices("abcdefghijklmnop", k=10_000_000))
    zipped(path, sheet_xml(cell("A1", "a") + cell("A2", text)))


def truncated_workbook(path: Path) -> None:
    far_corner(path)
    path.write_bytes(path.read_bytes()[:-500])


def scrambled_workbook(path: Path) -> None:
    zipped(path, sheet_xml(cell("A1", "".join(random.Random(1).choices("abcdefgh", k=20_000)))))
    data = bytearray(path.read_bytes())
    middle = data.index(b"sheet1.xml") + 2_000
    data[middle : middle + 500] = bytes(500)
    path.write_bytes(data)


def other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ledger.csv", "a,b")


def locked_zip(path: Path) -> None:
    zipped(path, sheet_xml(cell("A1", "a")))
    data = bytearray(path.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)


def no_sheet_data(path: Path) -> None:
    zipped(path, sheet_xml(""))


def not_xml(path: Path) -> None:
    zipped(path, "this is no XML <<<", {"xl/workbook.xml": "<no"})


def gz_bomb(path: Path) -> None:
    lines = (b"a," + b" " * 4_000 + b"b\n") * 1_000
    with gzip.open(path, "wb") as file:
        for _ in range(50):
            file.write(lines)


def damaged_parquet(path: Path) -> None:
    pq.write_table(pa.table({"a": list(range(10_000))}), path)
    data = bytearray(path.read_bytes())
    data[50:1_000] = bytes(950)
    path.write_bytes(data)


def wide_lines(path: Path) -> None:
    path.write_bytes((b"," * 2_000 + b"x\n") * 3)


TABLE = "单位名称,送检日期,应收费\n" + "合肥供水,2024-01-05,30\n" * 200


def bytes_of(data: bytes) -> Build:
    return lambda path: path.write_bytes(data) and None


HOSTILE: dict[str, tuple[Build, str]] = {
    "value in XFD1048576": (far_corner, "too_wide"),
    "384 KB to 381 MB": (xml_of_381_megabytes, "zip_bomb"),
    "the same with forged sizes": (forged_sizes, "zip_bomb"),
    "100,000 members": (many_members, "zip_members"),
    "the same with a forged count": (forged_count, "zip_members"),
    "billion laughs": (billion_laughs, "xml_entities"),
    "climbing name": (climbing_name, "zip_names"),
    "doubled name": (doubled_name, "zip_names"),
    "10-MB cell in a workbook": (huge_cell, "cell_too_long"),
    "truncated workbook": (truncated_workbook, "damaged_xlsx"),
    "scrambled workbook": (scrambled_workbook, "damaged_xlsx"),
    "zip that is no workbook": (other_zip, "not_a_workbook"),
    "locked zip": (locked_zip, "password"),
    "workbook without rows": (no_sheet_data, "empty_file"),
    "workbook of nonsense": (not_xml, "damaged_xlsx"),
    "10-MB cell in text": (bytes_of(("a,b\n1," + "x" * 10_000_000 + "\n").encode()), "line_too_long"),
    "10-MB quoted cell": (bytes_of(('a,b\n1,"' + "x\n" * 5_000_000 + '"\n').encode()), "cell_too_long"),
    "quote without end": (bytes_of((TABLE + '"合肥,1,2\n' + TABLE * 100).encode()), "cell_too_long"),
    "NUL bytes": (bytes_of(TABLE.encode() + b"a\x00b,1,2\n"), "nul_bytes"),
    "wide lines": (wide_lines, "too_wide"),
    "truncated gz": (bytes_of(gzip.compress(TABLE.encode())[:-30]), "damaged_gz"),
    "gz of 10 bytes": (bytes_of(gzip.compress(TABLE.encode())[:10]), "damaged_gz"),
    "scrambled gz": (bytes_of(gzip.compress(TABLE.encode())[:40] + bytes(range(200))), "damaged_gz"),
    "gz bomb": (gz_bomb, "gz_bomb"),
    "gz of a workbook": (bytes_of(gzip.compress(b"PK\x03\x04 and more")), "packed_table"),
    "empty file": (bytes_of(b""), "empty_file"),
    "empty gz": (bytes_of(gzip.compress(b"")), "empty_file"),
    "blank lines only": (bytes_of(b"\n,,\n\n"), "empty_file"),
    "binary junk": (bytes_of(random.Random(1).randbytes(50_000)), "binary_file"),
    "no encoding": (bytes_of(bytes(range(128, 256)) * 100), "unknown_encoding"),
    "web page without a table": (bytes_of(b"\n<html><body><p>1</p></body>"), "no_html_table"),
    "XML without records": (bytes_of(b'<?xml version="1.0"?><Workbook/>'), "no_records"),
    "old Excel": (bytes_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000)), "damaged_xls"),
    "PDF": (bytes_of(b"%PDF-1.7\n..."), "not_a_table"),
    "damaged SQLite": (bytes_of(b"SQLite format 3\0" + b"x" * 5_000), "database_refused"),
    "Parquet without end": (bytes_of(b"PAR1" + b"x" * 500), "damaged_parquet"),
    "damaged Parquet": (damaged_parquet, "damaged_parquet"),
}


def memory(kind: str) -> int:
    """This process's memory in KB: VmRSS now, VmHWM at its peak."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind))


def read_all(path: Path) -> int:
    found = inspect(path)
    return sum(1 for sheet in found.sheets for _ in rows(path, found, sheet=sheet.name))


@pytest.mark.parametrize(("build", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_give_a_clear_error(tmp_path: Path, build: Build, code: str) -> None:
    path = tmp_path / "a.xlsx"
    build(path)
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before = memory("VmRSS")
    with pytest.raises(InputError) as error:
        read_all(path)
    assert error.value.code == code
    assert "{" not in error.value.message
    assert memory("VmHWM") - before < 300 * 1024


def test_a_bomb_beyond_the_inspected_part_is_stopped_while_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv.gz"
    gz_bomb(path)
    monkeypatch.setattr(limits, "SCAN_BYTES", 1_000_000)
    found = inspect(path)
    with pytest.raises(InputError) as error:
        sum(1 for _ in rows(path, found))
    assert error.value.code == "gz_bomb"


def test_a_file_that_is_cut_off_after_the_preview_is_reported_while_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv.gz"
    random_rows = random.Random(1)
    data = "a,b\n" + "".join(f"{random_rows.random()},{random_rows.random()}\n" for _ in range(100_000))
    path.write_bytes(gzip.compress(data.encode())[:-1_000])
    monkeypatch.setattr(limits, "SCAN_BYTES", 1_000_000)
    found = inspect(path)
    with pytest.raises(InputError) as error:
        sum(1 for _ in rows(path, found))
    assert error.value.code == "damaged_gz"


def test_a_child_that_needs_too_much_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    zipped(path, sheet_xml(cell("A1", "a")))
    monkeypatch.setattr(limits, "CHILD_SILENCE", 0.0)
    with pytest.raises(InputError) as error:
        inspect(path)
    assert error.value.code == "too_large"


def test_a_parser_that_aborts_is_survived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    far_corner(path)
    monkeypatch.setattr("hengke_analytics.warehouse.readers.workbook.ENGINES", ("calamine",))
    with pytest.raises(InputError) as error:
        inspect(path)
    assert error.value.code == "too_large"


def test_after_all_that_the_next_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    far_corner(path)
    with pytest.raises(InputError):
        inspect(path)
    zipped(path, sheet_xml(cell("A1", "单位名称") + cell("A2", "合肥供水")))
    assert read_all(path) == 1


def test_a_stray_cell_far_below_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    zipped(path, sheet_xml(cell("A1", "单位名称") + cell("A2", "合肥供水") + cell("ZZ1048576", "x")))
    found = inspect(path)
    assert [line for line, _ in rows(path, found)] == [2, 1_048_576]


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        inspect(tmp_path / "none.csv")
    assert error.value.code == "unreadable_file"


def test_a_crc_that_lies_is_noticed(tmp_path: Path) -> None:
    """The part that is counted must be the part that is parsed."""
    path = tmp_path / "a.xlsx"
    zipped(path, sheet_xml(cell("A1", "单位名称") + cell("A2", "合肥供水")))
    with zipfile.ZipFile(path) as archive:
        crc = struct.pack("<L", archive.getinfo("xl/worksheets/sheet1.xml").CRC)
    path.write_bytes(path.read_bytes().replace(crc, struct.pack("<L", zlib.crc32(b"other"))))
    with pytest.raises(InputError) as error:
        inspect(path)
    assert error.value.code == "damaged_xlsx"

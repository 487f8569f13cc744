"""How much a source may demand, and why that much. Beyond it stands an InputError, never a dead server."""

MEGABYTE = 1 << 20

SAMPLE_ROWS = 50
"""The preview: what a person can look over."""

HEADER_WITHIN = 30
"""Title rows above a header: real exports have up to ten."""

SCAN_BYTES = 64 * MEGABYTE
"""Read whole at inspection to settle encoding, damage and row count; beyond it the rest is extrapolated
(half a second)."""

LONGEST_LINE = 256 * 1024
"""Characters in a row: a ledger line has 300; eighty of these in a preview still fit into any memory."""

MOST_COLUMNS = 1_024
"""The widest real export has some 200 columns; XFD (16,384) is a stray cell or an attack."""

LONGEST_CELL = 32_767
"""Characters in a cell: what Excel itself allows."""

RATIO_FLOOR = 16 * MEGABYTE
"""Small files may shrink as they like: unpacked they harm nobody."""

MOST_RATIO = 200
"""Unpacked to packed size: ledgers reach 8 as gz and 40 as xlsx, a bomb 1,000."""

ZIP_MEMBERS = 2_000
"""Parts of a workbook: one per sheet and picture; 100,000 exhaust the reader."""

ZIP_UNPACKED = 1_024 * MEGABYTE
"""All parts of a workbook: a full sheet of 1,048,576 rows x 20 columns needs 0.8 GB."""

CHILD_MEMORY = 2_048 * MEGABYTE
"""Address space of the child that parses: 300,000 rows x 21 columns need 0.6 GB. What needs more is
streamed."""

LOOK_SECONDS = 60
"""Processor time for a preview, which somebody waits for: a workbook of 300,000 rows needs 8 s."""

READ_SECONDS = 1_800
"""Processor time for all rows, which a job reads: a full sheet streamed the slow way needs 300 s."""

CHILD_SILENCE = 120.0
"""Seconds that a child may say nothing while it is asked: laying out 300,000 rows takes 8 s, on a busy
machine 30 s."""

LARGE_WORKBOOK = 4 * MEGABYTE
"""Packed size above which a preview is streamed: calamine would lay out the whole sheet for fifty rows."""

MOST_SHEETS = 50
"""Sheets or tables that are previewed; workbooks with one sheet per month for years stay below."""

SQL_SECONDS = 20
"""A preview query that runs longer would hold the page; the import itself is not limited."""

"""Where the header is: exports often begin with a title, a date and blank lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hengke_analytics.warehouse import values

# A title row fills one or two cells of many; a header nearly all of those that the rows below fill.
LEAST_FILLED = 0.6
LONGEST_HEADER = 60
# 金额 may stand there twice, but a row of equal words is data.
LEAST_UNLIKE = 0.6


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """Index of the header among the first rows, or None when the first row is data already."""
    width = _usual_width(rows)
    for index, row in enumerate(rows):
        filled = [cell.strip() for cell in row if cell.strip()]
        if len(filled) < max(1, LEAST_FILLED * width):
            continue
        return index if _is_header(filled, width) else None
    return None


def name_columns(header: Sequence[str], width: int) -> tuple[str, ...]:
    """One unlike name per column: blank ones are "#3", repeated ones "金额 2"."""
    cells = [values.clean_text(cell) for cell in header]
    cells += [""] * (max(_last_filled(cells), width) - len(cells))
    seen: Counter[str] = Counter()
    names = []
    for index, cell in enumerate(cells, 1):
        name = cell or f"#{index}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return tuple(names)


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Filled cells of a typical row: the upper quartile, since data rows leave optional cells blank."""
    counts = sorted(sum(1 for cell in row if cell.strip()) for row in rows)
    return counts[len(counts) * 3 // 4] if counts else 0


def _is_header(filled: list[str], width: int) -> bool:
    """Words only, all different (a column repeated now and then), none long, none a date or an amount."""
    if width > 1 and len(filled) == 1:
        return False
    unlike = len(set(filled)) >= LEAST_UNLIKE * len(filled)
    return unlike and not any(_is_value(cell) for cell in filled)


def _is_value(cell: str) -> bool:
    if len(cell) > LONGEST_HEADER:
        return True
    # 2024 and 1 are headers of pivoted tables at best; a header that names years still has words beside them.
    return values.parse_date(cell) is not None or values.parse_money(cell) is not None


def _last_filled(cells: Sequence[str]) -> int:
    return max((index for index, cell in enumerate(cells, 1) if cell), default=0)

"""The pivot on 20,000,000 lines beside hand-written SQL on the same tables: p95 in ms, and the ratio.

python bench/pivot.py [LINES] [FILE]        20,000,000 lines by default; FILE keeps the warehouse for the next run

A question has two dimensions, three measures and a comparison; between two runs its period changes, so that nothing
of an answer can be kept. `page` is what a person gets first, the whole way from question to grid with totals, where
very many customers may be estimated; `exact` counts every one, as `SQL` does: the statements that a specialist would
write for the same cells on the same tables. Both exact grids are compared before anything is timed. `CPU` is the time
of both cores. The warehouse is made by the product's own statements. The figures: p95 at most 500 ms, drill page at
most 150 ms, at most 1.3 times the SQL.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import _pivot_facts

from hengke.kernel.period import Period
from hengke_analytics import engine
from hengke_analytics.cube import CATALOGUE, Filter, Question, Source, Value, answer, behind

RUNS = 8
P95, DRILL, RATIO = 500.0, 150.0, 1.3
PERIODS = [Period.parse(f"{year}-{month:02}/{year + 1}-{month - 1:02}") for year in (2022, 2023, 2024)
           for month in range(2, 13)]  # fmt: skip
SUMS = """
SELECT {keys}, sum(amount) FILTER (later), sum(amount) FILTER (NOT later), sum(received) FILTER (later),
    sum(received) FILTER (NOT later), sum(lines) FILTER (later), sum(lines) FILTER (NOT later)
FROM (SELECT *, date >= '{start}' AS later,
        CASE WHEN date >= '{start}' THEN date ELSE CAST(date + INTERVAL 1 YEAR AS DATE) END AS moved
      FROM {table} WHERE date >= '{before}' AND date < '{end}') GROUP BY GROUPING SETS ({sets})
"""
COUNTS = """
WITH each AS (
    SELECT {keys}, customer, sum(amount) FILTER (later) AS a, sum(amount) FILTER (NOT later) AS b
    FROM (SELECT *, date >= '{start}' AS later,
            CASE WHEN date >= '{start}' THEN date ELSE CAST(date + INTERVAL 1 YEAR AS DATE) END AS moved
          FROM {table} WHERE date >= '{before}' AND date < '{end}') GROUP BY GROUPING SETS ({customer_sets})
)
SELECT {names}, count(*) FILTER (a > 0), count(*) FILTER (b > 0) FROM each GROUP BY {names}
"""


@dataclass(frozen=True)
class Case:
    """A question and the SQL for the same cells; `keys` are (name, expression) of both dimensions."""

    name: str
    rows: str
    columns: str
    values: tuple[str, ...]
    table: str
    keys: tuple[tuple[str, str], tuple[str, str]]
    counted: bool = False


SOURCES = ("facts_laboratory", "facts_item", "facts_region", "facts_kind", "facts_work", "facts_whole", "facts_month",
           "facts_day", "facts")  # fmt: skip
COLUMNS = (
    "line_id",
    "customer",
    "date",
    "order_no",
    "instrument_name",
    "model",
    "serial",
    "laboratory",
    "line_no",
)
MONTH = ("at_month", "year(moved) * 100 + month(moved) AS at_month")
QUARTER = ("at_quarter", "year(moved) * 10 + quarter(moved) AS at_quarter")
CASES = (
    Case("laboratory x month, sums", "laboratory", "month", ("billed", "received", "lines"), "facts_laboratory",
         (("laboratory", "laboratory"), MONTH)),
    Case("city x quarter, sums", "city", "quarter", ("billed", "arrival_rate", "lines"), "facts_region",
         (("city", "city"), QUARTER)),
    Case("city x group, sums", "city", "project_group", ("billed", "received", "lines"), "facts_work",
         (("city", "city"), ("project_group", "project_group"))),
    Case("category x city, sums", "category", "city", ("billed", "received", "lines"), "facts_month",
         (("category", "category"), ("city", "city"))),
    Case("city x month, distinct", "city", "month", ("billed", "received", "customers"), "facts_whole",
         (("city", "city"), MONTH), counted=True),
    Case("laboratory x city, distinct", "laboratory", "city", ("billed", "received", "customers"), "facts_month",
         (("laboratory", "laboratory"), ("city", "city")), counted=True),
    Case("group x quarter, distinct", "project_group", "quarter", ("billed", "received", "customers"), "facts",
         (("project_group", "project_group"), QUARTER), counted=True),
    Case("city x item, from lines", "city", "item", ("billed", "received", "lines"), "facts",
         (("city", "city"), ("item", "item"))),
)  # fmt: skip


def main(lines: int, path: Path) -> int:
    if not path.exists():
        begin = time.perf_counter()
        _pivot_facts.made(path, lines)
        print(f"warehouse built in {time.perf_counter() - begin:.0f} s")
    backend = engine.another(engine.connect(path))
    sources = [Source(name, backend.table(name)) for name in SOURCES]
    held = backend.con.execute("SELECT count(*) FROM facts_month").fetchone()[0]
    print(f"{lines:,} lines, {held:,} sums by customer and month, {path.stat().st_size / 1e6:.0f} MB")
    print(
        f"{'':30}{'page':>8}{'p95':>7}{'CPU':>7}{'exact':>9}{'CPU':>7}{'SQL':>8}{'CPU':>7}{'ratio':>7}",
        flush=True,
    )
    short = sum(_report(case, backend, sources) for case in CASES) + _drill(sources)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(f"processor {usage.ru_utime + usage.ru_stime:.0f} s, memory {usage.ru_maxrss / 1024:.0f} MB")
    print("all within the figures" if not short else f"{short} beyond the figures")
    return 0


def _report(case: Case, backend: Any, sources: list[Source]) -> int:
    """`page` is what a person gets first: customers may be estimated, `cube` counts every one like the SQL."""
    catalogue = CATALOGUE.on(sources[-1].table.columns)

    def asked(period: Period, *, exact: bool = True) -> Any:
        values = tuple(Value(name, view) for name in case.values for view in ("value", "change"))
        question = Question((case.rows,), (case.columns,), values, period, compare="yoy", exact=exact)
        return answer(question, sources, catalogue)

    def by_hand(period: Period) -> list[list[tuple[Any, ...]]]:
        return [backend.con.execute(sql).fetchall() for sql in _sql(case, period)]

    _compare(case, asked(PERIODS[0]), by_hand(PERIODS[0]))
    times: dict[str, list[tuple[float, float]]] = {"page": [], "cube": [], "SQL": []}
    for run in range(RUNS):
        period = PERIODS[run % len(PERIODS)]
        times["page"].append(_timed(lambda: asked(period, exact=False)))  # noqa: B023  # called at once
        if case.counted or run == 0:
            times["cube"].append(_timed(lambda: asked(period)))  # noqa: B023
        times["SQL"].append(_timed(lambda: by_hand(period)))  # noqa: B023
    exact = times["cube"] if case.counted else times["page"]
    ratio = _median(exact) / _median(times["SQL"])
    print(f"{case.name:30}{_median(times['page']):8.0f}{_p95(times['page']):7.0f}{_median(times['page'], 1):7.0f}"
          f"{_median(exact):9.0f}{_median(exact, 1):7.0f}{_median(times['SQL']):8.0f}{_median(times['SQL'], 1):7.0f}"
          f"{ratio:7.2f}", flush=True)  # fmt: skip
    return int(_p95(times["page"]) > P95) + int(ratio > RATIO)


def _sql(case: Case, period: Period) -> list[str]:
    names = [name for name, _expression in case.keys]
    words = {
        "keys": ", ".join(expression for _name, expression in case.keys), "names": ", ".join(names),
        "sets": f"({', '.join(names)}), ({names[0]}), ({names[1]}), ()", "table": case.table,
        "customer_sets": f"({', '.join(names)}, customer), ({names[0]}, customer), ({names[1]}, customer), (customer)",
        "start": period.start, "end": period.end, "before": period.last_year().start,
    }  # fmt: skip
    return [SUMS.format(**words), *([COUNTS.format(**words)] if case.counted else [])]


def _compare(case: Case, found: Any, hand: list[list[tuple[Any, ...]]]) -> None:
    """Every cell and total of the sums, and of the counts where there are some."""
    for place, name in ((0, "billed"), *(((1, "customers"),) if case.counted else ())):
        for row, column, now, before, *_rest in hand[place]:
            paths = tuple((key,) if key is not None else () for key in (row, column))
            parts = found.grid.parts(*paths)
            if (parts[name], parts[f"{name}_before"]) != (now or 0, before or 0):
                raise SystemExit(f"{case.name}: {name} of {paths} differs from the SQL")


def _drill(sources: list[Source]) -> int:
    """A page of 50 lines behind a cell, newest first, with count and sum."""
    catalogue = CATALOGUE.on(sources[-1].table.columns)
    times = []
    for run in range(RUNS):
        filters = (Filter("laboratory", (f"lab {run % 8}",)), Filter("city", (f"city {run % 40}",)))
        asked = Question((), (), (Value("billed"),), PERIODS[run % len(PERIODS)], filters)

        def page() -> None:
            behind.page(asked, sources, catalogue, (*COLUMNS, "amount", "received"), 0, 50)  # noqa: B023  # called at once

        times.append(_timed(page))
    print(f"{'lines behind a cell':30}{_median(times):8.0f}{_p95(times):7.0f}{_median(times, 1):7.0f}")
    return int(_p95(times) > DRILL)


def _median(times: list[tuple[float, float]], which: int = 0) -> float:
    """Of the elapsed times, or (1) of the processor's."""
    return statistics.median(time[which] for time in times)


def _p95(times: list[tuple[float, float]]) -> float:
    return sorted(times)[max(round(len(times) * 0.95) - 1, 0)][0]


def _timed(call: Callable[[], Any]) -> tuple[float, float]:
    begin, worked = time.perf_counter(), time.process_time()
    call()
    return (time.perf_counter() - begin) * 1000, (time.process_time() - worked) * 1000


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder, "pivot.duckdb")
        sys.exit(main(int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 20_000_000, kept))

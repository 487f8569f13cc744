"""Small ledgers as an institution would hand them in, and the way in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from hengke.engines.access.actor import Actor
from hengke.engines.files import store as files
from hengke.engines.jobs import queue
from hengke.modules.insight.models import Import
from hengke.modules.insight.services import imports, sources
from hengke.modules.insight.services.refresh import KINDS

HEADERS = (
    "委托单号", "送检日期", "单位名称", "联系人", "联系电话", "单位地址", "器具名称", "规格型号", "出厂编号", "检定室",
    "检定日期", "有效期至", "应收费", "实收费",
)  # fmt: skip
DEFAULTS = {
    "送检日期": "2025-03-01", "单位名称": "合肥供水集团有限公司", "器具名称": "压力表", "规格型号": "Y-100",
    "出厂编号": "A1", "检定室": "压力室", "应收费": "100.00", "实收费": "100.00",
}  # fmt: skip


def row(order: str, **cells: Any) -> dict[str, str]:
    """A line of the ledger; whatever is not said is usual."""
    return {"委托单号": order, **DEFAULTS, **{name: str(value) for name, value in cells.items()}}


def ledger(rows: Iterable[dict[str, str]], headers: Iterable[str] = HEADERS) -> bytes:
    """The file, as an old Windows program writes it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(headers), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("gb18030")


def prepare(
    rows: Iterable[dict[str, str]] | bytes,
    *,
    source: str = "台账",
    name: str = "台账.csv",
    snapshot: bool = False,
) -> Import:
    """A draft import of the file."""
    data = rows if isinstance(rows, bytes) else ledger(rows)
    actor = Actor.system()
    place = sources.source_named(source, actor=actor)
    draft = sources.prepare_file(actor=actor, source=place, digest=files.store([data]), name=name)
    if snapshot:
        draft.snapshot = True
        draft.save(update_fields=["snapshot"])
    return draft


def bring(rows: Iterable[dict[str, str]] | bytes, *, refresh: bool = False, **where: Any) -> Import:
    """The file brought in by its job; with everything that follows from it when `refresh` is on."""
    draft = prepare(rows, **where)
    imports.start(draft, actor=Actor.system())
    work(refresh=refresh)
    draft.refresh_from_db()
    return draft


def take_back(done: Import, *, refresh: bool = False) -> Import:
    """The import undone by its job."""
    imports.undo(done, actor=Actor.system())
    work(refresh=refresh)
    done.refresh_from_db()
    return done


def work(*, refresh: bool) -> None:
    """Run what waits; figures are left alone unless asked for, since they take a second."""
    while (job := queue.claim()) is not None:
        if refresh or job.kind not in KINDS:
            queue.run(job)
            assert job.state == "done", job.error
        else:
            job.delete()

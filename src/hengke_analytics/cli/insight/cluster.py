"""`insight cluster`: groups of alike customers, with a profile in words."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke_analytics import files
from hengke_analytics.cli.answer import Answer, give
from hengke_analytics.cli.columns import header
from hengke_analytics.cli.insight import reading
from hengke_analytics.cli.options import add_files, add_output, whole

if TYPE_CHECKING:
    from hengke_analytics.mining.cluster.profiles import Profile
    from hengke_analytics.mining.cluster.scaling import Floats

_LEVELS = {"very_high": "很高", "high": "偏高", "low": "偏低", "very_low": "很低"}


def add_options(command: argparse.ArgumentParser) -> None:
    """Columns, method, number, and the run whose numbers are kept."""
    add_files(command)
    command.add_argument("--id", metavar="COL", help="编号列，如客户（默认按表头判断）")
    command.add_argument(
        "--feature", action="append", default=[], metavar="COL", help="特征列，可重复（默认所有数值列）"
    )
    command.add_argument(
        "--method",
        choices=("kmeans", "mixture", "hdbscan"),
        default="kmeans",
        help="k 均值、高斯混合或 HDBSCAN",
    )
    command.add_argument("--k", type=whole(2, 50), metavar="N", help="几类（默认由多个准则表决）")
    command.add_argument(
        "--previous", type=Path, metavar="FILE", help="上次 --out 的结果：同一群客户沿用原来的类号"
    )
    add_output(command)


def run(chosen: argparse.Namespace) -> None:
    """Read, cluster, answer."""
    from hengke_analytics.mining.cluster import methods, naming
    from hengke_analytics.mining.cluster.profiles import profiles
    from hengke_analytics.mining.cluster.scaling import comparable

    source = reading.read(chosen)
    key = header(chosen.id, source.column_names) if chosen.id else reading.pick(source, "customer", None)
    names = _features(source, key, chosen.feature)
    columns = np.column_stack([_numbers(source[name]) for name in names])
    scaled = comparable(columns)
    k, advice = (chosen.k, []) if chosen.k or chosen.method == "hdbscan" else methods.advise(scaled)
    labels = methods.cluster(scaled, chosen.method, k or 0)
    rows = [str(each) for each in source[key].to_pylist()]
    if chosen.previous:
        shown = naming.renamed(_previous(chosen.previous), dict(zip(rows, labels.tolist(), strict=True)))
        labels = np.array([shown[label] for label in labels.tolist()], np.int64)
    found = profiles(names, columns, scaled, labels)
    listed = pa.table({"id": pa.array(rows, pa.string()), "cluster": pa.array(labels)})
    payload = {
        "rows": len(rows),
        "features": names,
        "method": chosen.method,
        "k": sum(each.cluster >= 0 for each in found),
        "advice": [asdict(each) for each in advice],
        "clusters": [asdict(each) | {"words": _words(each)} for each in found],
        "list": listed.to_pylist(),
    }
    give(Answer(payload, listed if chosen.out else _table(found), _summary(payload)), chosen)


def _features(source: pa.Table, key: str, named: list[str]) -> list[str]:
    if named:
        return [header(name, source.column_names) for name in named]
    found = [
        name
        for name in source.column_names
        if name != key and np.isfinite(_numbers(source[name])).mean() > 0.5
    ]
    if not found:
        raise InputError("no_features", "No column holds numbers: name the columns with --feature.")
    return found


def _numbers(column: pa.ChunkedArray) -> Floats:
    return np.asarray(reading.numbers(column).to_numpy(), np.float64)


def _previous(path: Path) -> dict[str, int]:
    table = files.read_table([path])
    if not {"id", "cluster"} <= set(table.column_names):
        raise InputError("clusters_unreadable", "The earlier result needs the columns id and cluster.")
    try:
        numbers = [int(each) for each in table["cluster"].to_pylist()]
    except (TypeError, ValueError):
        raise InputError("clusters_unreadable", "The column cluster must hold whole numbers.") from None
    return dict(zip(map(str, table["id"].to_pylist()), numbers, strict=True))


def _words(found: Profile) -> str:
    told = [f"{trait.column}{_LEVELS[trait.level]}" for trait in found.traits]
    return "、".join(told) or "各项接近平均"


def _table(found: list[Profile]) -> pa.Table:
    return pa.table(
        {
            "cluster": pa.array([each.cluster for each in found], pa.int64()),
            "rows": pa.array([each.rows for each in found], pa.int64()),
            "share": pa.array([each.share for each in found], pa.float64()),
            "profile": pa.array([_words(each) for each in found], pa.string()),
        }
    )


def _summary(payload: dict[str, Any]) -> list[str]:
    told = [
        f"{payload['rows']:,} 行，{len(payload['features'])} 个特征，{payload['k']} 类（{payload['method']}）"
    ]
    for each in payload["advice"]:
        told.append(
            f"　{each['k']} 类：轮廓系数 {each['silhouette']:.3f}　CH {each['calinski_harabasz']:,.0f}　"
            f"DB {each['davies_bouldin']:.3f}　BIC {each['bic']:,.0f}"
        )
    return told

"""`insight tree FILE --label COL`: an ID3 or C4.5 tree as rules in words, nested data or a picture."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke_analytics import files
from hengke_analytics.cli import conditions
from hengke_analytics.cli.answer import Answer, give
from hengke_analytics.cli.columns import header
from hengke_analytics.cli.options import add_files, add_output, whole

if TYPE_CHECKING:
    from hengke_analytics.mining.scores.trees.rules import Rule
    from hengke_analytics.mining.scores.trees.study import Studied


def add_options(command: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_files(command)
    command.add_argument("--label", required=True, metavar="COL", help="要说明的列，可以有多个取值")
    command.add_argument("--method", choices=("id3", "c45"), default="id3", help="信息增益，或增益率（C4.5）")
    command.add_argument("--features", metavar="A,B,C", help="只用这些列（默认全部可用的列）")
    command.add_argument("--bins", type=whole(2), default=5, metavar="N", help="数值列分为几段，默认 5")
    command.add_argument("--depth", type=whole(1), metavar="N", help="最多问几次（默认不限）")
    command.add_argument("--min-rows", type=whole(1), default=1, metavar="N", help="分支最少行数，默认 1")
    command.add_argument("--prune", action="store_true", help="留出三分之一的行剪枝（错误率降低剪枝）")
    command.add_argument("--svg", type=Path, metavar="FILE", help="把树画成 SVG 图")
    add_output(command)


def run(chosen: argparse.Namespace) -> None:
    """Read, grow, answer."""
    from hengke_analytics.mining.scores.trees.grow import Limits
    from hengke_analytics.mining.scores.trees.study import study

    table = conditions.keep(files.read_table(chosen.files, sheet=chosen.sheet), chosen.where)
    label = header(chosen.label, table.column_names)
    features = [
        header(text.strip(), table.column_names) for text in (chosen.features or "").split(",") if text
    ]
    found = study(
        table, label, features=features, method=chosen.method, bins=chosen.bins, prune=chosen.prune,
        limits=Limits(chosen.min_rows, chosen.depth or len(table.column_names)),
    )  # fmt: skip
    answer = _answer(label, found, chosen)
    if chosen.svg:
        _draw(answer, label, chosen.svg)
    give(answer, chosen)
    _note(found)


def _answer(label: str, found: Studied, chosen: argparse.Namespace) -> Answer:
    from hengke_analytics.mining.scores.trees.rules import nested, rules

    listed = rules(found.root, found.branches, found.classes)
    payload = {
        "label": label,
        "method": chosen.method,
        "pruned": chosen.prune,
        "rows": found.rows,
        "left_out": found.left_out,
        "classes": list(found.classes),
        "leaves": len(listed),
        "correct": found.correct,
        "dropped": [{"column": name, "reason": why} for name, why in found.dropped],
        "tree": nested(found.root, found.branches, found.classes),
        "rules": [_rule(rule) for rule in listed],
    }
    shown = sorted(listed, key=lambda rule: -rule.rows)
    detail = pa.table(
        {
            "rule": pa.array([rule.words for rule in shown], pa.string()),
            "class": pa.array([rule.outcome for rule in shown], pa.string()),
            "probability": pa.array([rule.probability for rule in shown], pa.float64()),
            "rows": pa.array([rule.rows for rule in shown], pa.int64()),
        }
    )
    words = (
        f"{found.rows:,} 行，{len(found.classes)} 类；{len(listed)} 条规则，判对训练行的 {found.correct:.1%}"
    )
    return Answer(payload, detail if chosen.out else detail.select(["rule"]), [words])


def _rule(rule: Rule) -> dict[str, object]:
    conditions = [{"feature": feature, "value": value} for feature, value in rule.conditions]
    return {
        "conditions": conditions, "class": rule.outcome, "probability": rule.probability,
        "rows": rule.rows, "words": rule.words,
    }  # fmt: skip


def _draw(answer: Answer, label: str, path: Path) -> None:
    from hengke_analytics.mining.scores.trees.drawing import draw

    if path.suffix.lower() != ".svg":
        raise InputError("unknown_ending", "{file} must end in .svg.", file=path.name)
    path.write_text(draw(answer.payload["tree"], title=label), "utf-8")


def _note(found: Studied) -> None:
    from hengke_analytics.mining.scores.screening import WORDS

    if found.dropped:
        names = "，".join(f"{name}（{WORDS[why]}）" for name, why in found.dropped)
        print(f"注意：未使用的列：{names}", file=sys.stderr)
    if found.left_out:
        print(f"注意：{found.left_out} 行没有标签，未计入。", file=sys.stderr)

"""`insight classify FILE --label COL`: how well a label can be predicted, by what, and why for each row."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from hengke_analytics import files
from hengke_analytics.cli import conditions
from hengke_analytics.cli.answer import Answer, give
from hengke_analytics.cli.columns import header
from hengke_analytics.cli.options import add_files, add_output, whole

if TYPE_CHECKING:
    from hengke_analytics.mining.scores.classify import Classified
    from hengke_analytics.mining.scores.metrics import Spread
    from hengke_analytics.mining.scores.reasons import Reason

_MODELS = ("auto", "nn", "logistic", "boosted", "tree")
_NAMES = {
    "nn": "神经网络", "logistic": "逻辑回归", "boosted": "提升树", "tree": "决策树", "plain_logistic": "普通逻辑回归",
}  # fmt: skip
_FIGURES = {
    "auc": "AUC", "brier": "Brier", "log_loss": "对数损失", "lift_10": "前 10% 提升度",
    "calibration_slope": "校准斜率", "calibration_intercept": "校准截距",
}  # fmt: skip
_ORDERS = {"stratified": "分层", "grouped": "按组", "time": "按时间", "time_grouped": "按时间与组"}


def add_options(command: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_files(command)
    command.add_argument("--label", required=True, metavar="COL", help="要预测的列")
    command.add_argument("--positive", metavar="VALUE", help="要预测的取值（标签有两个值时可省略）")
    command.add_argument("--group", metavar="COL", help="同一组的行不拆到训练与检验两边，如客户")
    command.add_argument("--time", metavar="COL", help="按时间先后：只用以前的行预测以后的行")
    command.add_argument("--features", metavar="A,B,C", help="只用这些列（默认全部可用的列）")
    command.add_argument("--model", choices=_MODELS, default="auto", help="模型；auto 在训练折内自行选择")
    command.add_argument("--folds", type=whole(2), default=5, metavar="N", help="折数，默认 5")
    command.add_argument("--repeats", type=whole(1), default=2, metavar="N", help="重复次数，默认 2")
    command.add_argument("--cost-miss", type=_cost, default=1.0, metavar="X", help="漏报一例的代价，默认 1")
    command.add_argument("--cost-alarm", type=_cost, default=1.0, metavar="X", help="误报一例的代价，默认 1")
    add_output(command)


def run(chosen: argparse.Namespace) -> None:
    """Read, classify, answer."""
    from hengke_analytics.mining.scores.classify import Question, classify

    table = conditions.keep(files.read_table(chosen.files, sheet=chosen.sheet), chosen.where)
    named = {
        role: header(text, table.column_names) if (text := getattr(chosen, role)) else None
        for role in ("label", "group", "time")
    }
    features = [
        header(text.strip(), table.column_names) for text in (chosen.features or "").split(",") if text
    ]
    question = Question(
        named["label"] or "", chosen.positive, named["group"], named["time"], features,
        chosen.cost_miss, chosen.cost_alarm,
    )  # fmt: skip
    found = classify(table, question, model=chosen.model, folds=chosen.folds, repeats=chosen.repeats)
    give(_answer(table, question.label, found, chosen), chosen)
    for note in _notes(found):
        print(f"注意：{note}", file=sys.stderr)


def _answer(table: pa.Table, label: str, found: Classified, chosen: argparse.Namespace) -> Answer:
    order = sorted(range(len(found.probability)), key=lambda row: -found.probability[row])
    listed = order[: chosen.limit] if chosen.limit else order
    reasons = dict(zip(listed, _reasons(found, listed), strict=True))
    payload = _payload(label, found, chosen) | {
        "list": [_row(found, row, reasons[row]) for row in listed],
    }
    if chosen.out:
        every = list(range(len(order)))
        detail = _scored(table, found, every, _reasons(found, every))
    else:
        detail = _table(found, order, reasons)
    return Answer(payload, detail, list(_summary(found)))


def _payload(label: str, found: Classified, chosen: argparse.Namespace) -> dict[str, Any]:
    cases, evaluation = found.cases, found.evaluation
    return {
        "label": label,
        "positive": cases.positive,
        "rows": len(cases.target),
        "positives": int(cases.target.sum()),
        "rate": float(cases.target.mean()),
        "left_out": cases.left_out,
        "features": [
            {"name": column.name, "kind": column.kind, "missing": int(column.missing.sum())}
            for column in cases.inputs.columns
        ],
        "dropped": [{"column": name, "reason": why} for name, why in cases.dropped],
        "suspicious": list(cases.suspicious),
        "model": found.model.settings.kind,
        "settings": asdict(found.model.settings),  # type: ignore[call-overload]
        "folds": {
            "order": evaluation.order, "folds": chosen.folds, "repeats": chosen.repeats,
            "tested": evaluation.folds, "chosen": evaluation.chosen,
        },
        **_figures(evaluation.model),
        "baseline": {"model": "plain_logistic", **_figures(evaluation.baseline)},
        "above_baseline": asdict(evaluation.above_baseline),
        "candidates": [
            {"settings": asdict(one.settings), "auc": one.auc, "log_loss": one.log_loss}  # type: ignore[call-overload]
            for one in found.model.tried
        ],
        "threshold": asdict(found.threshold),
        "base": found.model.base,
        "weights": [{"feature": name, "weight": weight} for name, weight in found.weights],
    }  # fmt: skip


def _figures(figures: dict[str, Spread]) -> dict[str, Any]:
    return {name: asdict(figure) for name, figure in figures.items()}


def _row(found: Classified, row: int, reasons: tuple[Reason, ...]) -> dict[str, Any]:
    return {
        "row": int(found.cases.rows[row]) + 1,
        "probability": float(found.probability[row]),
        "tested_probability": _tested(found, row),
        "actual": bool(found.cases.target[row]),
        "reasons": [asdict(reason) | {"words": reason.words} for reason in reasons],
    }


def _tested(found: Classified, row: int) -> float | None:
    probability = float(found.evaluation.probability[row])
    return None if probability != probability else probability  # NaN where the row was never tested


def _reasons(found: Classified, rows: list[int]) -> list[tuple[Reason, ...]]:
    import numpy as np

    return found.explainer.reasons(found.cases.inputs.take(np.array(rows, dtype=np.int64)))


def _table(found: Classified, order: list[int], reasons: dict[int, tuple[Reason, ...]]) -> pa.Table:
    """What the terminal shows; rows beyond the limit only count."""
    return pa.table(
        {
            "row": [int(found.cases.rows[row]) + 1 for row in order],
            "probability": [float(found.probability[row]) for row in order],
            "reasons": ["；".join(reason.words for reason in reasons.get(row, ())[:3]) for row in order],
        }
    )


def _scored(
    table: pa.Table, found: Classified, rows: list[int], reasons: list[tuple[Reason, ...]]
) -> pa.Table:
    """The rows of the file that have a label, with what the model says about each."""
    scored = table.take(pa.array(found.cases.rows))
    added = {
        "probability": [float(p) for p in found.probability],
        "tested_probability": [_tested(found, row) for row in rows],
        "reasons": ["；".join(reason.words for reason in told) for told in reasons],
    }
    for name, cells in added.items():
        free = name if name not in scored.column_names else f"hengke_{name}"
        scored = scored.append_column(free, pa.array(cells))
    return scored


def _summary(found: Classified) -> Iterator[str]:
    cases, evaluation = found.cases, found.evaluation
    yield (
        f"{len(cases.target):,} 行，其中“{cases.positive}” {int(cases.target.sum()):,} 行"
        f"（{cases.target.mean():.1%}）；{len(cases.inputs.columns)} 个特征"
    )
    kind, order = _NAMES[found.model.settings.kind], _ORDERS[evaluation.order]
    yield f"模型：{kind}；{order}检验 {evaluation.folds} 次，均值 ± 标准差（{_NAMES['plain_logistic']}为基线）"
    for name, words in _FIGURES.items():
        figure, plain = evaluation.model[name], evaluation.baseline[name]
        yield f"  {words}　{figure.mean:.3f} ± {figure.sd:.3f}　（基线 {plain.mean:.3f} ± {plain.sd:.3f}）"
    cut = found.threshold
    yield (
        f"阈值：概率 ≥ {cut.probability:.3f} 时处理，涉及 {cut.flagged:.1%} 的行；每行代价 {cut.cost:.3f}"
        f"（从不 {cut.cost_never:.3f}，一律 {cut.cost_always:.3f}）"
    )
    yield "影响最大：" + "，".join(f"{name}（{weight:.2f}）" for name, weight in found.weights[:8])


def _notes(found: Classified) -> Iterator[str]:
    from hengke_analytics.mining.scores.screening import WORDS

    cases = found.cases
    if cases.dropped:
        yield "未使用的列：" + "，".join(f"{name}（{WORDS[why]}）" for name, why in cases.dropped)
    if cases.suspicious:
        yield "单独一列就几乎完全分开两类，请确认预测时已知：" + "，".join(cases.suspicious)
    if cases.left_out:
        yield f"{cases.left_out} 行没有标签或时间，未计入。"


def _cost(text: str) -> float:
    try:
        cost = float(text)
    except ValueError:
        cost = float("nan")
    if not 0 <= cost < float("inf"):
        raise argparse.ArgumentTypeError(f'"{text}" is not a cost')
    return cost

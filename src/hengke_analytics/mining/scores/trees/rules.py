"""A tree as nested data and as rules in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hengke_analytics.mining.scores.trees.cases import Branches
from hengke_analytics.mining.scores.trees.grow import Node


@dataclass(frozen=True)
class Rule:
    """What leads to a leaf, the class it names, the Laplace probability of that, and the cases behind it."""

    conditions: tuple[tuple[str, str], ...]
    outcome: str
    probability: float
    rows: int

    @property
    def words(self) -> str:
        """ "天气为 晴，湿度为 高 → 否（3 行，80%）"."""
        conditions = "，".join(f"{feature} 为 {value}" for feature, value in self.conditions) or "任何情况"
        return f"{conditions} → {self.outcome}（{self.rows:,} 行，{self.probability:.0%}）"


def rules(node: Node, branches: Sequence[Branches], classes: Sequence[str]) -> list[Rule]:
    """One rule for each leaf, in the order of the branches."""
    return _rules(node, branches, classes, ())


def nested(node: Node, branches: Sequence[Branches], classes: Sequence[str]) -> dict[str, Any]:
    """The tree as plain data, from the root down."""
    told: dict[str, Any] = {
        "rows": node.rows,
        "class": classes[node.majority],
        "counts": {name: int(count) for name, count in zip(classes, node.counts, strict=True)},
        "probability": {name: float(p) for name, p in zip(classes, node.probabilities, strict=True)},
    }
    if node.feature is not None and node.children:
        asked = branches[node.feature]
        told |= {"feature": asked.feature, "gain": node.gain}
        told["branches"] = [
            {"value": asked.names[branch], "node": nested(child, branches, classes)}
            for branch, child in node.children.items()
        ]
    return told


def _rules(
    node: Node, branches: Sequence[Branches], classes: Sequence[str], path: tuple[tuple[str, str], ...]
) -> list[Rule]:
    if node.feature is None or not node.children:
        chosen = node.majority
        return [Rule(path, classes[chosen], float(node.probabilities[chosen]), node.rows)]
    asked = branches[node.feature]
    return [
        rule
        for branch, child in node.children.items()
        for rule in _rules(child, branches, classes, (*path, (asked.feature, asked.names[branch])))
    ]

"""Scores on public credit and churn data and on the ledgers, beside published references: AUC with spread.

python bench/scores.py [credit] [churn] [ledgers]      all three by default

Every figure is a mean over 5 folds, twice, ± the standard deviation over the folds; settings are chosen inside the
training folds. The references are those of the data's README (5-fold AUC by scikit-learn and LightGBM). On the ledgers
models are trained on days whose outcome was known by the day they are judged on.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import numpy as np
from _legacy import legacy_facts

from hengke_analytics import files
from hengke_analytics.mining.customer_scores import judge
from hengke_analytics.mining.scores.classify import Question, prepare
from hengke_analytics.mining.scores.evaluate import evaluate

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("HENGKE_SHARED", ROOT.parent / "shared")) / "data"
HEAD = "  day          cases  hits   rule  plain  model  lift  slope   wall  CPU s"
REFERENCES = {
    "credit": ("germancredit.csv.gz", "creditability",
               {"logistic": 0.787, "tree": 0.714, "boosted": 0.797, "nn": 0.768, "auto": 0.797}),
    "churn": ("mlc_churn.csv.gz", "churn",
              {"logistic": 0.82, "tree": None, "boosted": 0.923, "nn": 0.90, "auto": 0.923}),
}  # fmt: skip
DAYS = {
    "churn": (date(2023, 6, 30), date(2023, 12, 31), date(2024, 6, 27)),
    "late": (date(2023, 6, 30), date(2023, 12, 31), date(2024, 6, 30), date(2024, 9, 25)),
}


def main(arguments: list[str]) -> None:
    """Print one block for each data set asked for."""
    print("load at start:", " ".join(f"{load:.1f}" for load in os.getloadavg()))
    for name in arguments or [*REFERENCES, "ledgers"]:
        if name == "ledgers":
            ledgers()
        else:
            public(name)


def public(name: str) -> None:
    """Each kind of model beside its reference."""
    file, label, references = REFERENCES[name]
    cases = prepare(files.read_table([DATA / "credit" / file]), Question(label))
    print(f"\n{name}: {len(cases.target):,} rows, {cases.target.mean():.1%} {cases.positive}")
    print(
        f"  {'model':<9} {'reference':>9} {'AUC':>16} {'Brier':>7} {'slope':>14} {'plain':>7}  wall   CPU s"
    )
    for kind, reference in references.items():
        wall, cpu = time.perf_counter(), time.process_time()
        found = evaluate(kind, cases.inputs, cases.target)
        figures = found.model
        print(
            f"  {kind:<9} {reference or '-':>9} {figures['auc'].mean:>8.3f} ± {figures['auc'].sd:.3f}"
            f" {figures['brier'].mean:>7.4f} {figures['calibration_slope'].mean:>6.2f} ±"
            f" {figures['calibration_slope'].sd:.2f} {found.baseline['auc'].mean:>8.3f}"
            f" {time.perf_counter() - wall:>6.1f} {time.process_time() - cpu:>6.1f}"
            + (f"  chose {found.chosen}" if kind == "auto" else ""),
            flush=True,
        )


def ledgers() -> None:
    """Churn and late payment on the seven ledgers, each judged on several later days."""
    facts = legacy_facts(DATA)
    for outcome, days in DAYS.items():
        print(f"\nledgers, {outcome}: AUC on later days, trained on days whose outcome was known")
        print(HEAD)
        gains, aucs = [], []
        for day in days:
            wall, cpu = time.perf_counter(), time.process_time()
            found = judge(facts, outcome, day)
            aucs.append(found.model.auc)
            gains.append(found.model.auc - found.rule.auc)
            print(
                f"  {day} {found.cases:>6} {found.positives:>5} {found.rule.auc:>6.3f} {found.plain.auc:>6.3f}"
                f" {found.model.auc:>6.3f} {found.model.lift_10:>5.2f} {found.model.calibration_slope:>6.2f}"
                f" {time.perf_counter() - wall:>6.1f} {time.process_time() - cpu:>6.1f}"
                f"  {found.fitted.settings.kind}, {len(found.trained_on)} days",
                flush=True,
            )
        spread = (np.mean(aucs), np.std(aucs, ddof=1), np.mean(gains), np.std(gains, ddof=1))
        print("  mean {:.3f} ± {:.3f}; above the rule {:+.3f} ± {:.3f}".format(*spread))


if __name__ == "__main__":
    main(sys.argv[1:])

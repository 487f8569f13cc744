"""Fitted models as plain text and back: named classes and arrays only, so that reading one can run nothing.

A pickle would do whatever its writer wished; here a name that is not in the list is an error.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import numpy as np

from hengke.kernel.errors import InputError

#: Written with every model; another number is another form.
FORM = 1
#: Of fitted trees only what is needed to walk them is kept, not the library's own object.
_LEFT_OUT = {("Trees", "model")}


def dump(value: Any) -> bytes:
    """Compressed text of a model, an explainer or anything made of these."""
    text = json.dumps({"form": FORM, "value": _plain(value)}, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), 6)


def load(data: bytes) -> Any:
    """What `dump` was given. InputError `model_unreadable` for anything else."""
    try:
        read = json.loads(zlib.decompress(data))
        if read["form"] != FORM:
            raise ValueError(read["form"])
        return _made(read["value"])
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error) as error:
        raise InputError(
            "model_unreadable", "This model was stored by another version or is damaged: train it again."
        ) from error


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {"array": value.dtype.str, "shape": list(value.shape), "data": data}
    if isinstance(value, (tuple, list)):
        return {type(value).__name__: [_plain(one) for one in value]}
    if isinstance(value, dict):
        return {"pairs": [[_plain(key), _plain(one)] for key, one in value.items()]}
    if is_dataclass(value):
        name = type(value).__name__
        kept = [field.name for field in fields(value) if (name, field.name) not in _LEFT_OUT]
        return {"class": name, "fields": {field: _plain(getattr(value, field)) for field in kept}}
    raise TypeError(f"{type(value).__name__} has no plain form")


def _made(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    if "array" in plain:
        kind = np.dtype(plain["array"])
        if kind.hasobject:
            raise ValueError(plain["array"])
        return np.frombuffer(base64.b64decode(plain["data"]), kind).reshape(plain["shape"]).copy()
    if "pairs" in plain:
        return {_made(key): _made(one) for key, one in plain["pairs"]}
    if "class" in plain:
        name = plain["class"]
        missing = {field: None for owner, field in _LEFT_OUT if owner == name}
        return _known()[name](**missing, **{field: _made(one) for field, one in plain["fields"].items()})
    ((kind_of_list, ones),) = plain.items()
    return {"tuple": tuple, "list": list}[kind_of_list](_made(one) for one in ones)


@cache
def _known() -> dict[str, Any]:
    from hengke_analytics.mining.scores import (
        boosted,
        drift,
        fitting,
        logistic,
        neural,
        prepare,
        quantiles,
        reasons,
        single_tree,
    )
    from hengke_analytics.mining.scores.trees import cases, grow
    from hengke_analytics.mining.scoring import artifact

    classes = (
        artifact.Artifact, artifact.Held, boosted.Boosted, boosted.Rates, boosted.Tree, boosted.Trees, cases.Branches,
        drift.Reference, drift.Shares, fitting.Model, fitting.Tried, grow.Node, logistic.Linear, logistic.Logistic,
        logistic.Plain, logistic.Standard, neural.Net, neural.Nets, neural.Neural, prepare.Category, prepare.Dense,
        prepare.Levels, prepare.Number, quantiles.Places, reasons.Explainer, single_tree.Grown, single_tree.SingleTree,
    )  # fmt: skip
    return {one.__name__: one for one in classes}

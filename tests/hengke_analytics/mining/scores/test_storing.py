"""Stored models say exactly what they said before, and reading one can only make known things."""

from __future__ import annotations

import json
import pickle
import zlib

import numpy as np
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.mining.scores import storing
from hengke_analytics.mining.scores.boosted import Boosted
from hengke_analytics.mining.scores.fitting import fit_settings
from hengke_analytics.mining.scores.kinds import Settings
from hengke_analytics.mining.scores.logistic import Logistic, Plain
from hengke_analytics.mining.scores.neural import Neural
from hengke_analytics.mining.scores.reasons import Explainer
from hengke_analytics.mining.scores.single_tree import SingleTree
from tests.support.cases import draw


@pytest.mark.parametrize(
    "settings",
    [Logistic(0.1), Plain(), Neural(3.0, 2), Boosted(20, 4), SingleTree("id3", 10, 3)],
    ids=lambda one: str(one.kind),
)
def test_every_kind_comes_back_to_the_last_digit(settings: Settings) -> None:
    known, new = draw(300), draw(50, seed=1)
    explainer = Explainer.of(fit_settings(settings, known.inputs, known.target), known.inputs)
    back = storing.load(storing.dump(explainer))
    assert back.model.settings == settings
    np.testing.assert_allclose(
        back.model.probability(new.inputs), explainer.model.probability(new.inputs), rtol=1e-12
    )
    assert back.reasons(new.inputs)[:5] == explainer.reasons(new.inputs)[:5]


def _text(value: object) -> bytes:
    return zlib.compress(json.dumps({"form": storing.FORM, "value": value}).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"", b"rubbish", pickle.dumps(print), zlib.compress(b"{}"), zlib.compress(b'{"form":99,"value":1}'),
        _text({"class": "Popen", "fields": {"args": "ls"}}), _text({"class": "Plain", "fields": {"nonsense": 1}}),
        _text({"array": "|O", "shape": [1], "data": ""}), _text({"set": []}),
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(InputError, match="train it again"):
        storing.load(data)

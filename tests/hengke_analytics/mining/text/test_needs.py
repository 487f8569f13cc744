"""What texts ask for."""

from __future__ import annotations

import pytest

from hengke_analytics.mining.text.needs import needs

from .conftest import WISH


@pytest.mark.parametrize(
    ("text", "found"),
    [*zip(WISH, (["on_site"], ["quote", "invoice"], ["reminder"], ["urgent", "certificate"]), strict=True)],
)
def test_wishes(text: str, found: list[str]) -> None:
    assert needs(text) == found


def test_a_complaint_asks_too_and_a_mention_does_not() -> None:
    assert needs("快递太慢") == ["logistics"]
    assert needs("证书已收到。") == []
    assert needs("证书已收到。希望上门服务") == ["on_site"]

"""Words that do not go together are refused before anything is read."""

from __future__ import annotations

import pytest

from hengke.kernel.errors import InputError

from .conftest import Cube


@pytest.mark.parametrize(("words", "code"), [
    ({"rows": "profit"}, "unknown_field"), ({"values": "amount); ATTACH 'x'--"}, "unknown_field"),
    ({"values": "cost"}, "unknown_field"), ({"columns": "read_csv('/etc/passwd')"}, "unknown_field"),
    ({"rows": "city city"}, "axis_twice"), ({"rows": "city", "columns": "city"}, "axis_twice"),
    ({"values": ""}, "no_measure"), ({"rows": "year quarter month week day"}, "too_many_fields"),
    ({"values": "billed:profit"}, "view_unknown"), ({"values": "billed:change"}, "compare_missing"),
    ({"values": "new_customers:before", "compare": "yoy"}, "compare_missing"),
    ({"values": "arrival_rate:share"}, "no_share"), ({"values": "customers:cumulative", "rows": "month"}, "no_running"),
    ({"values": "billed:cumulative", "rows": "city"}, "no_time"), ({"compare": "worst"}, "compare_unknown"),
    ({"sort": "5"}, "sort_unknown"), ({"top": "city:9999", "rows": "city"}, "top_range"),
])  # fmt: skip
def test_refusals(words: dict[str, str], code: str, cube: Cube) -> None:
    with pytest.raises(InputError) as refused:
        cube.ask(**words)  # type: ignore[arg-type]
    assert refused.value.code == code

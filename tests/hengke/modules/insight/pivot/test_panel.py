"""Fields in their places, and the addresses that move them."""

from __future__ import annotations

from urllib.parse import unquote

from hengke.modules.insight.pivot.members import Names
from hengke.modules.insight.pivot.panel import Chip, Link, fields, group_name, hidden, zones
from hengke.modules.insight.pivot.state import State
from hengke_analytics.cube import CATALOGUE


def _chips(state: State, zone: str) -> list[Chip]:
    return list(next(z.chips for z in zones(state, CATALOGUE, Names()) if z.name == zone))


def _by_key(chip: Chip) -> dict[str, str]:
    return {link.key: unquote(link.url) for link in chip.links if link.key}


def _link(chip: Chip, words: str) -> Link:
    return next(link for link in chip.links if link.label == words)


STATE = State(
    rows=("laboratory", "month"), columns=("city",), values=(("billed", "value"), ("lines", "value"))
)


def test_keys_move_a_field_among_its_like_and_across() -> None:
    first, second = _chips(STATE, "rows")
    assert _by_key(first)["ArrowRight"].startswith("/pivot?rows=month,laboratory&")
    assert "ArrowLeft" not in _by_key(first)
    assert _by_key(second)["ArrowLeft"].startswith("/pivot?rows=month,laboratory&")
    assert "rows=month&columns=city,laboratory" in _by_key(first)["ArrowDown"]
    (city,) = _chips(STATE, "columns")
    assert "rows=laboratory,month,city&values" in _by_key(city)["ArrowUp"]


def test_a_field_is_removed_and_filtered() -> None:
    first, _second = _chips(STATE, "rows")
    assert first.remove.startswith("/pivot?rows=month&")
    assert _by_key(first)["F"].endswith("&field=laboratory")


def test_levels_go_down_and_up_in_the_same_place() -> None:
    first, second = _chips(STATE, "rows")
    assert "rows=project_group,month" in _link(first, "下钻到项目组").url
    assert "rows=laboratory,quarter" in _link(second, "上卷到季度").url


def test_a_level_that_stands_already_is_not_offered() -> None:
    both = State(rows=("laboratory", "project_group"), values=(("billed", "value"),))
    assert not [
        link for link in _chips(both, "rows")[0].links if "project_group" in link.url and "下钻" in link.label
    ]


def test_the_largest_are_chosen_and_taken_back() -> None:
    cut = State(rows=("city",), values=(("billed", "value"),), tops=(("city", -10),))
    (chip,) = _chips(cut, "rows")
    assert chip.more == "最小 10 个"
    assert [link.label for link in chip.links if link.current] == ["最小 10 个"]
    assert "top=" not in _link(chip, "全部成员").url


def test_measures_offer_the_views_that_fit() -> None:
    labels = {link.label for link in _chips(STATE, "values")[0].links}
    assert {"占总计", "累计", "三期移动平均", "排名"} <= labels
    assert "变化" not in labels
    compared = State(rows=("laboratory",), values=(("billed", "value"),), compare="yoy")
    labels = {link.label for link in _chips(compared, "values")[0].links}
    assert "差额" in labels
    assert "累计" not in labels


def test_the_last_measure_cannot_be_removed() -> None:
    assert all(chip.remove for chip in _chips(STATE, "values"))
    assert _chips(State(values=(("billed", "value"),)), "values")[0].remove == ""


def test_filters_name_two_members_and_count_the_rest() -> None:
    members = tuple(("laboratory", name, False) for name in ("甲", "乙", "丙"))
    state = State(values=(("billed", "value"),), filters=(*members, ("city", "合肥市", True)))
    chips = {chip.name: chip for chip in _chips(state, "filters")}
    assert chips["laboratory"].more == "甲、乙等，另有 1 个"
    assert "合肥市" in chips["city"].more
    assert "laboratory" not in unquote(chips["laboratory"].remove).split("f=")[-1]


def test_every_word_can_be_put_somewhere() -> None:
    groups = dict(fields(STATE, CATALOGUE))
    measures = groups["指标"]
    assert {choice.name for choice in measures} == set(CATALOGUE.measures)
    shown = {choice.name for choices in groups.values() for choice in choices}
    assert shown == {*CATALOGUE.measures, *CATALOGUE.dimensions}
    used = {choice.name for choices in groups.values() for choice in choices if choice.used}
    assert used == {"laboratory", "month", "city", "billed", "lines"}


def test_a_group_of_a_pack_names_itself() -> None:
    assert group_name("work") == "检定室"
    assert group_name("tides") == "tides"


def test_hidden_fields_leave_out_what_the_form_sets() -> None:
    assert dict(hidden(STATE, "values")) == {"rows": "laboratory,month", "columns": "city"}

"""What was, what is expected, and between which bounds."""

from __future__ import annotations

from hengke.engines.charts import FanAhead, FanNames, fan, fan_line

NAMES = FanNames("月", "实际", "预计", "八成", "九成五", "去年", "修正")
AHEAD = FanAhead([30, 40], ([20, 25], [45, 60]), ([10, 5], [55, 80]), before=[22, None], corrected=[33, 44])
LABELS = ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_the_table_says_history_first_and_then_both_bands() -> None:
    chart = fan(LABELS, [10, 20], AHEAD, NAMES, title="逐月")
    assert list(chart.table.rows[1]) == ["2025-12", "20", "", "", ""]
    assert list(chart.table.rows[2]) == ["2026-01", "", "30", "20 – 45", "10 – 55"]
    assert [key.text for key in chart.legend] == ["实际", "八成", "九成五", "去年", "修正"]


def test_the_drawing_has_two_bands_and_points_for_all_that_is_known() -> None:
    drawn = str(fan(LABELS, [10, 20], AHEAD, NAMES, title="逐月"))
    assert drawn.count('class="band') == 2
    assert "2026-01 去年: 22" in drawn
    assert "2026-02 去年" not in drawn
    assert drawn.count("修正: ") == 2
    assert drawn.count("实际: ") == 2
    assert "nan" not in drawn


def test_without_corrections_and_without_history() -> None:
    bare = FanAhead([1], ([0], [2]), ([0], [3]))
    chart = fan(["2026-01"], [], bare, NAMES, title="逐月")
    assert [key.text for key in chart.legend] == ["实际", "八成", "九成五"]
    assert 'class="trace l4"' not in str(chart)


def test_the_short_one_goes_on_dashed_from_where_it_was() -> None:
    drawn = str(fan_line([10, 20], AHEAD, "走势"))
    assert 'aria-label="走势"' in drawn
    was, will = (part.split('d="M')[1].split('"')[0] for part in drawn.split('class="line')[1:])
    assert was.split("L")[-1] == will.split("L")[0]
    assert "<path" not in str(fan_line([], FanAhead([], ([], []), ([], []))))

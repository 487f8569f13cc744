"""Cards and entries say what the object says, as text and never as markup, and offer moves where one may move."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.safestring import mark_safe

from hengke.engines.records.schema import registry
from hengke.engines.records.shapes.board import Card, Column
from hengke.engines.records.shapes.calendar import Entry
from hengke.engines.records.templatetags.shape_markup import board_cards, calendar_entries

CARD = Card(7, 3, '<b>"甲"</b>', [("客户", "a&b")])
COLUMNS = (Column("open", "待<办>", 1, (), (CARD,)), Column("done", "完成", 0, (), ()))


def _entry(*, conflict: bool) -> Entry:
    return Entry(
        7, 3, "<i>访</i>", "厂&所", date(2026, 3, 1), 540, 570, "09:00", "warn", owner=1, conflict=conflict
    )


def test_a_card_is_text_with_a_link_and_its_facts() -> None:
    shown = board_cards(registry.by_slug("activities"), COLUMNS[0], COLUMNS, "")
    assert shown == (
        '<li class="bcard" data-pk="7" data-version="3"><a href="/activities/7">&lt;b&gt;&quot;甲&quot;&lt;/b&gt;</a>\n'
        '<div class="sub clip" title="客户">a&amp;b</div>\n</li>\n'
    )


def test_a_movable_card_names_itself_and_stands_on_its_own_column() -> None:
    shown = board_cards(registry.by_slug("activities"), COLUMNS[0], COLUMNS, "/move")
    assert ' draggable="true"' in shown
    assert "将&lt;b&gt;&quot;甲&quot;&lt;/b&gt;移到</label>" in shown
    assert (
        '<option value="open" selected>待&lt;办&gt;</option><option value="done">完成</option></select>'
        in shown
    )


@pytest.mark.parametrize("conflict", [True, False])
def test_an_entry_is_text_and_says_when_it_overlaps(conflict: bool) -> None:
    warning = mark_safe("<svg></svg>")
    shown = calendar_entries(registry.by_slug("activities"), [_entry(conflict=conflict)], "/move", warning)
    assert shown.startswith(
        '<li class="ce warn" data-pk="7" data-version="3" draggable="true"><a href="/activities/7"'
        ' title="&lt;i&gt;访&lt;/i&gt; · 厂&amp;所"><b>09:00</b> &lt;i&gt;访&lt;/i&gt;'
        ' <span class="sub">厂&amp;所</span></a>'
    )
    assert ("<svg></svg>" in shown) is conflict

from decimal import Decimal

import pytest

from hengke.engines.charts.svg import Svg, el, figure, grouped, num, percent, scale, ticks


def test_text_and_attributes_are_escaped_and_markup_is_kept():
    inner = el("b", "<&>")
    assert (
        el("a", inner, "x<y", href='"><script>')
        == '<a href="&quot;&gt;&lt;script&gt;"><b>&lt;&amp;&gt;</b>x&lt;y</a>'
    )


def test_names_of_attributes():
    assert el("g", cls="a", data_mark="b", gone=None, x=1.5) == '<g class="a" data-mark="b" x="1.5"/>'


def test_markup_is_safe_only_as_svg():
    assert Svg("<i/>").__html__() == "<i/>"
    assert not hasattr("<i/>", "__html__")


def test_title_names_the_drawing():
    assert 'role="img" aria-label="A &lt; B"' in figure(10, 5, "A < B", [])


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.0, "2"), (0.126, "0.13"), (-0.001, "0"), (Decimal("1.50"), "1.5"), (1e12, "1000000000000")],
)
def test_coordinates(value, text):
    assert num(value) == text


def test_numbers_as_text():
    assert grouped(Decimal("-1234567.5"), 1) == "−1,234,567.5"
    assert percent(0.8) == "80%"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 900, [0, 250, 500, 750, 1000]),
        (-12, 109, [-50, 0, 50, 100, 150]),
        (0, 0, [0, 1]),
        (5, 5, [0, 2, 4, 6]),
        (-3, -1, [-3, -2, -1, 0]),
    ],
)
def test_ticks_are_round_and_enclose_zero_and_the_range(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


def test_ticks_of_huge_and_tiny_ranges():
    assert ticks(0, 4e15)[-1] >= 4e15
    assert len(ticks(0, 4e15)) <= 7
    assert 0 < ticks(0, 0.004)[1] < 0.004


def test_scale_of_an_empty_range_is_the_middle():
    assert scale(3, 3, 0, 10)(3) == 5
    assert scale(0, 4, 100, 0)(1) == 75

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from courses import charts

ROWS = [("October", 131), ("November", 140)]


def drawn(rows=ROWS, **options) -> ElementTree.Element:
    return ElementTree.fromstring(
        charts.draw_bar_chart(rows, title="Passes", desc="They grew.", **options)
    )


@pytest.mark.parametrize(
    ("highest", "lines"),
    [
        pytest.param(0, [0, 1], id="nothing yet"),
        pytest.param(1, [0, 1], id="one, without halves"),
        pytest.param(7, [0, 2, 4, 6, 8], id="a few"),
        pytest.param(140, [0, 50, 100, 150], id="hundreds"),
        pytest.param(4182, [0, 1000, 2000, 3000, 4000, 5000], id="thousands"),
    ],
)
def test_grid_lines_are_round_numbers_up_to_the_highest(highest, lines):
    assert charts.grid_values(highest) == lines


@pytest.mark.parametrize("highest", [*range(1, 60), 99, 101, 0.5, 0.07, 123456])
def test_grid_lines_are_at_most_six_and_cover_the_highest(highest):
    lines = charts.grid_values(highest)
    assert 2 <= len(lines) <= 6
    assert lines[-1] >= highest


def test_bar_heights_follow_the_values():
    first, second = [float(bar.attrib["height"]) for bar in drawn().iter("rect")]
    assert first / second == pytest.approx(131 / 140, abs=0.001)


def test_chart_has_title_and_description():
    chart = drawn()
    named = chart.attrib["aria-labelledby"].split()
    assert [chart.find(f"*[@id='{name}']").text for name in named] == ["Passes", "They grew."]


def test_mirrored_bars_run_from_right_to_left():
    first, second = [float(bar.attrib["x"]) for bar in drawn(mirrored=True).iter("rect")]
    assert first > second


def test_values_use_the_given_formatter():
    texts = [text.text for text in drawn(words=lambda value: f"{value:g} people").iter("text")]
    assert "140 people" in texts


def test_labels_are_thinned_for_many_bars():
    texts = list(drawn([(f"Week {week}", week) for week in range(1, 53)]).iter("text"))
    assert sum(text.text.startswith("Week") for text in texts) <= charts.MOST_LABELS_SHOWN


def test_labels_are_escaped():
    assert [bar.find("title").text for bar in drawn([("<b>", 1)]).iter("rect")] == ["<b>"]


def test_chart_without_rows_is_empty():
    assert charts.draw_bar_chart([], title="Passes", desc="None yet.") == ""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.template import Context, Template
from django.utils import timezone, translation

import pytest

from home.templatetags.site_tags import (
    as_date,
    as_time,
    grouped_code,
    hours_minutes,
    seconds_in_words,
)


def render(text: str, **context: object) -> str:
    return Template("{% load site_tags %}" + text).render(Context(context))


def test_icon_without_label_is_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in render('{% icon "check" %}')


def test_icon_with_label_is_an_image_with_that_name():
    assert 'role="img" aria-label="You &amp; me"' in render(
        '{% icon "check" label=name %}', name="You & me"
    )


def test_icon_with_direction_has_flip_class():
    assert 'class="icon flip"' in render('{% icon "arrow-right" %}')
    assert 'class="icon"' in render('{% icon "arrow-up" %}')


def test_pattern_tag_escapes_its_class():
    drawn = render("{% pattern 'x' class_=name %}", name='"><script>')
    assert "<script>" not in drawn


def test_bar_chart_formats_numbers_in_active_language():
    with translation.override("fi"):
        drawn = render("{% bar_chart rows 'Passes' 'They grew.' %}", rows=[("2026", 4182)])
    assert "4\xa0182" in drawn


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "14 March 2027"), ("fi", "14. maaliskuuta 2027"), ("pt-br", "14 de Março de 2027")],
)
def test_as_date_uses_active_language(language, words):
    with translation.override(language):
        assert as_date(date(2027, 3, 14)) == words


def test_as_date_and_as_time_use_current_time_zone():
    late = datetime(2027, 3, 14, 23, 30, tzinfo=UTC)
    with timezone.override("Europe/Helsinki"):
        assert (as_date(late), as_time(late)) == ("15 March 2027", "01:30")


@pytest.mark.parametrize("empty", [None, ""])
def test_as_date_and_as_time_of_nothing_are_empty(empty):
    assert as_date(empty) == as_time(empty) == ""


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (45, "45 minutes"),
        (60, "1 hour"),
        (80, "1 hour 20 minutes"),
        (121, "2 hours 1 minute"),
        (None, ""),
    ],
)
def test_hours_minutes_spells_out_durations(minutes, words):
    assert hours_minutes(minutes) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (7_300, "2 hours"), (103_252, "1 day")],
)
def test_seconds_in_words_tells_the_largest_whole_unit(seconds, words):
    assert seconds_in_words(seconds) == words


@pytest.mark.parametrize(
    ("code", "grouped"),
    [
        ("7QK2M4XD", "7QK2-M4XD"),
        ("7QK2-M4XD", "7QK2-M4XD"),
        ("7QK2M4XD9", "7QK2-M4XD-9"),
        (None, ""),
    ],
)
def test_grouped_code_inserts_hyphens(code, grouped):
    assert grouped_code(code) == grouped

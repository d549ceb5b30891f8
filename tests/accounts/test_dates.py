"""Dates from people and other systems: plausible ones are read, all others are refused in words, nowhere a crash."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.management import CommandError, CommandParser
from django.urls import get_resolver

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.dates import (
    CLOCK_SKEW,
    EMPTY_CLOCK,
    FIRST_DAY,
    LAST_DAY,
    DateRefusedError,
    read_day,
    require_known_moment,
    require_plausible_day,
    validate_plausible_day,
)
from accounts.importing.cells import END_COLUMNS, CellRefusedError, read_cell
from accounts.importing.columns import COLUMNS, CellKind
from certificates.models import Certification
from channels.timestamps import parse_timestamp
from home.management.commands.load_demo import Command as LoadDemo
from quizzes.authoring.settings_blocks import OpenBlock
from reports.management.commands.export_status import parse_instant
from tests.databases import APPS

DATE_COLUMNS = [column for column in COLUMNS if column.kind == CellKind.DATE]
REFUSED = {
    "0001-01-01": "no plausible day",
    "1899-12-30": "no plausible day",
    "1900-01-01": "no plausible day",
    "1970-01-01": "empty date",
    "2100-01-01": "no plausible day",
    "9999-12-30": "no plausible day",
    "2026-02-30": "There is no day",
    "0000-00-00": "There is no day",
    "2026-03-14T00:00:00": "time of day",
    "2026-03-14 00:00": "time of day",
    "14.03.26": "year of two digits",
    "03/04/26": "year of two digits",
    "46095": "spreadsheet’s number",
    "46095.5": "spreadsheet’s number",
    "14/03/2026": "several ways",
    "٢٠٢٦-٠٣-١٤": "several ways",
}
MOMENTS = ["0001-01-01T00:00:00Z", "1899-12-30T00:00:00Z", "9999-12-31T23:59:59-14:00"]


@pytest.mark.parametrize(("text", "message"), REFUSED.items())
@pytest.mark.parametrize("column", DATE_COLUMNS, ids=lambda column: column.name)
def test_implausible_date_is_refused_in_every_date_column(column, text, message):
    with pytest.raises(CellRefusedError, match=message):
        read_cell(column, text)


@pytest.mark.parametrize("column", DATE_COLUMNS, ids=lambda column: column.name)
def test_day_9999_12_31_means_no_end_where_something_ends(column):
    if column.name in END_COLUMNS:
        assert read_cell(column, "9999-12-31") is None
    else:
        with pytest.raises(CellRefusedError, match="nothing begins then"):
            read_cell(column, "9999-12-31")


@given(st.text(max_size=12) | st.dates().map(str))
def test_read_day_returns_a_plausible_day_or_refuses(text):
    try:
        day = read_day(text)
    except DateRefusedError:
        return
    assert day == date(9999, 12, 31) or 1950 <= day.year <= 2099
    assert str(day) == text


@given(st.dates())
@example(EMPTY_CLOCK)
def test_reason_for_a_refused_day_is_true_of_it(day):
    """Whoever is told to write a day of a span has not written one."""
    for judge in (require_plausible_day, validate_plausible_day):
        try:
            judge(day)
        except (DateRefusedError, ValidationError) as fault:
            told = str(getattr(fault, "message", fault))
            assert ("between" in told) != (FIRST_DAY <= day <= LAST_DAY), told


@pytest.mark.parametrize("text", MOMENTS)
def test_implausible_moment_is_refused_by_api_and_decide_command(text):
    with pytest.raises(ValueError, match="between the years 2000 and 2099"):
        parse_timestamp(text)


@pytest.mark.parametrize("text", [*MOMENTS, "0001-01-01", "9999-12-31"])
def test_implausible_moment_is_refused_by_export_command(text):
    with pytest.raises(CommandError, match="between the years 2000 and 2099"):
        parse_instant(text)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "2026-02-30", "soon"])
def test_implausible_day_is_refused_by_demo_command(text):
    parser = CommandParser()
    LoadDemo().add_arguments(parser)
    day = next(action.type for action in parser._actions if action.dest == "today")
    with pytest.raises(ArgumentTypeError):
        day(text)
    assert day("2026-03-14") == date(2026, 3, 14)


@pytest.mark.parametrize(
    "moment", [datetime(1, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_implausible_moment_is_refused_by_forms_of_authors(moment):
    fields = [Certification._meta.get_field("retired_at"), OpenBlock().child_blocks["opens_at"]]
    with pytest.raises(ValidationError):
        fields[0].clean(moment, None)
    with pytest.raises(ValidationError):
        fields[1].clean(moment)


def test_known_moment_is_at_the_latest_now():
    now, instant = datetime(2026, 6, 15, tzinfo=UTC), timedelta(microseconds=1)
    assert require_known_moment(now - instant, now) == now - instant
    assert require_known_moment(now + CLOCK_SKEW, now) == now
    with pytest.raises(DateRefusedError, match="Nobody knows yet"):
        require_known_moment(now + CLOCK_SKEW + instant, now)


def forms_below(kind: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for below in kind.__subclasses__():
        yield below
        yield from forms_below(below)


@pytest.mark.parametrize("text", ["9999-12-31", "9999-12-30", "1899-12-30", "0001-01-01"])
def test_every_form_refuses_an_implausible_day(text):
    """Whoever writes 9999-12-31 means "no end": such a form has an empty field for it."""
    get_resolver().url_patterns  # noqa: B018 - reading the addresses imports every form
    ours = {form for form in forms_below(forms.BaseForm) if form.__module__.split(".")[0] in APPS}
    days = {
        (form.__name__, name): field
        for form in ours
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.DateField)
    }
    assert len(days) > 15
    taken = []
    for place, field in days.items():
        try:
            field.clean(text)
        except forms.ValidationError:
            continue
        taken.append(place)
    # These ask for a day within a year.
    assert sorted(taken) == [("ConfirmChangeForm", "day"), ("FloorForm", "day")]

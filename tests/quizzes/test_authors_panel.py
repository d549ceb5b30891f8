"""What authors see and may say of a quiz: its kind, what differs in words, and what is always asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from wagtail.blocks import StructBlockValidationError

import pytest

from accounts.models import User
from quizzes import attempts, presets, rules_of
from quizzes.models import QuizPage
from quizzes.models.quizzes import SectionBlock
from quizzes.settings_words import differing, lines
from tests.factories.quizzes import make_bank, make_quiz, make_ready, make_row, take

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("name", presets.PRESETS)
def test_a_preset_differs_from_itself_in_no_words(name: str) -> None:
    assert differing(presets.PRESETS[name]) == []
    assert all(line.label and line.values for line in lines(presets.PRESETS[name]))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"pass_percent": 70}, "Pass mark: 70% (80%)"),
        ({"pass_percent": 0}, "Pass mark: none (80%)"),
        ({"principle_percent": 0}, "In each principle: none (60%)"),
        ({"certifies": False}, "A pass completes the course: no (yes)"),
        ({"attempts_allowed": 0}, "Tries: as many as people like (3 in 24 hours)"),
        ({"attempts_window_hours": 0}, "Tries: 3, for ever (3 in 24 hours)"),
        ({"cool_down_hours": (1, 24)}, "Pause after a failed try: 1, 24 hours (none)"),
        ({"recap_gate": False}, "Recaps before the next try: no (yes)"),
        ({"time_limit_minutes": 40}, "Time: 40 minutes, people can add more (no limit)"),
        (
            {"time_limit_minutes": 40, "time_is_tested": True},
            "Time: 40 minutes, none can be added (no limit)",
        ),
        ({"lessons_first": False}, "Only after all lessons: no (yes)"),
        ({"honour": "I answer alone."}, "Statement to agree to: “I answer alone.” (none)"),
        (
            {"feedback": presets.AFTERWARDS},
            "Told after handing in: everything (score)",
        ),
    ],
)
def test_each_difference_has_its_words(changes: dict[str, Any], told: str) -> None:
    (found,) = differing(replace(presets.PRESETS["exam"], **changes))
    here, usual = (", ".join(map(str, line.values)) for line in (found.here, found.usual))
    assert f"{found.here.label}: {here} ({usual})" == told


def test_every_setting_has_words() -> None:
    other = rules_of.Rules(
        preset="exam",
        certifies=False,
        pass_percent=1,
        principle_percent=2,
        attempts_allowed=9,
        attempts_window_hours=9,
        cool_down_hours=(9,),
        recap_gate=False,
        time_limit_minutes=9,
        opens_at="2026-06-15T09:00:00+00:00",
        closes_at="2026-06-16T09:00:00+00:00",
        feedback=dict.fromkeys(rules_of.PHASES, ()) | {rules_of.DURING: rules_of.ASPECTS},
        one_page=True,
        honour="Alone",
        lessons_first=False,
    )
    assert len(differing(other)) == len(lines(other))


def test_the_handbook_says_what_the_kinds_do() -> None:
    handbook = (Path(settings.BASE_DIR) / "docs" / "authoring.md").read_text(encoding="utf-8")
    for row in zip(*(lines(rules) for rules in presets.PRESETS.values()), strict=True):
        cells = [", ".join(map(str, line.values)) for line in row]
        assert f"| {row[0].label} | {' | '.join(cells)} |" in handbook


@pytest.mark.django_db
class TestInTheEditor:
    def test_the_author_reads_what_differs(self, dana: User, as_: Any) -> None:
        page = make_quiz(pass_percent=70)
        shown = as_(dana).get(f"/cms/pages/{page.pk}/edit/").content.decode()
        assert "As last saved, this quiz differs from “Exam” in:" in shown
        assert "<strong>Pass mark:</strong> 70% (usually 80%)" in " ".join(shown.split())
        assert "What each kind means" in shown

    def test_a_new_quiz_differs_in_nothing_yet(self, dana: User, as_: Any) -> None:
        course = make_quiz().get_parent()
        here = f"/cms/pages/add/quizzes/quizpage/{course.pk}/"
        assert "say only what is different here" in as_(dana).get(here).content.decode()

    @pytest.mark.parametrize(
        ("count", "mandatory", "fault"),
        [(None, False, True), (3, False, False), (None, True, False), (3, True, False)],
    )
    def test_how_many_is_asked_only_where_it_counts(
        self, count: int | None, mandatory: bool, fault: bool
    ) -> None:
        bank = make_bank("POOL", make_row())
        said = {"bank": bank, "count": count, "mandatory": mandatory}
        value = SectionBlock().normalize(said)
        if not fault:
            assert SectionBlock().clean(value)["count"] == count
            return
        with pytest.raises(StructBlockValidationError) as refused:
            SectionBlock().clean(value)
        assert list(refused.value.block_errors) == ["count"]


@pytest.mark.django_db
class TestMandatoryPools:
    @pytest.fixture
    def page(self) -> QuizPage:
        """Two always asked, and three of eight others."""
        always = make_bank("ALWAYS", make_row(code="A-1"), make_row(code="A-2"))
        others = make_bank("OTHERS", *(make_row() for _ in range(8)))
        wanted = [{"bank": always, "mandatory": True}, {"bank": others, "count": 3}]
        return make_quiz(always, draw=[("section", section) for section in wanted])

    def test_the_quiz_says_how_many_it_asks(self, page: QuizPage, ada: User, as_: Any) -> None:
        assert rules_of.read(page.quiz.rules).questions == 5
        assert "<dd>5</dd>" in as_(ada).get(page.get_url()).content.decode()

    def test_they_are_in_every_try(self, page: QuizPage, ada: User, now: datetime) -> None:
        for number in range(3):
            done = take(ada, page, now + number * HOUR, right=False)
            asked = set(done.responses.values_list("version__item__code", flat=True))
            assert {"A-1", "A-2"} <= asked
            assert len(asked) == 5

    def test_an_item_added_to_the_pool_is_asked_at_once(
        self, page: QuizPage, ada: User, now: datetime
    ) -> None:
        make_bank("ALWAYS", make_row(code="A-3"))
        make_ready(ada, page, now)
        attempt = attempts.start(ada, page.quiz, at=now, locale="en")
        assert attempt.responses.filter(version__item__code="A-3").exists()
        assert attempt.responses.count() == 6

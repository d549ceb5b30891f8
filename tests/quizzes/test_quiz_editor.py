"""What authors see and set in the quiz editor: the preset, differences from it, and mandatory pools."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from wagtail.blocks import StructBlockValidationError

import pytest

from accounts.models import User
from quizzes.attempts.starting import start_attempt
from quizzes.models import QuizPage
from quizzes.models.quizzes import SectionBlock
from quizzes.rules import presets
from quizzes.rules.descriptions import describe_differences, describe_settings
from quizzes.rules.settings import ASPECTS, DURING, PHASES, QuizRules, read_rules
from tests.factories.quizzes import make_bank, make_quiz, make_ready, make_row, take

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("name", presets.PRESETS)
def test_preset_lists_no_differences_from_itself(name: str) -> None:
    assert describe_differences(presets.PRESETS[name]) == []
    assert all(line.label and line.values for line in describe_settings(presets.PRESETS[name]))


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
        ({"cool_down_hours": (1,)}, "Pause after a failed try: 1 hour (none)"),
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
def test_preset_difference_is_described_in_words(changes: dict[str, Any], told: str) -> None:
    (found,) = describe_differences(replace(presets.PRESETS["exam"], **changes))
    here, usual = (", ".join(map(str, line.values)) for line in (found.here, found.usual))
    assert f"{found.here.label}: {here} ({usual})" == told


def test_settings_are_all_described_in_words() -> None:
    other = QuizRules(
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
        feedback=dict.fromkeys(PHASES, ()) | {DURING: ASPECTS},
        one_page=True,
        honour="Alone",
        lessons_first=False,
    )
    assert len(describe_differences(other)) == len(describe_settings(other))


def test_handbook_table_matches_the_presets() -> None:
    handbook = (Path(settings.BASE_DIR) / "docs" / "authoring.md").read_text(encoding="utf-8")
    for row in zip(*(describe_settings(rules) for rules in presets.PRESETS.values()), strict=True):
        cells = [", ".join(map(str, line.values)) for line in row]
        assert f"| {row[0].label} | {' | '.join(cells)} |" in handbook


@pytest.mark.django_db
class TestQuizEditor:
    def test_editor_shows_differences_from_the_preset(self, dana: User, as_: Any) -> None:
        page = make_quiz(pass_percent=70)
        shown = as_(dana).get(f"/cms/pages/{page.pk}/edit/").content.decode()
        assert "As last saved, this quiz differs from “Exam” in:" in shown
        assert "<strong>Pass mark:</strong> 70% (usually 80%)" in " ".join(shown.split())
        assert "What each kind means" in shown

    def test_new_quiz_form_shows_no_differences(self, dana: User, as_: Any) -> None:
        course = make_quiz().get_parent()
        here = f"/cms/pages/add/quizzes/quizpage/{course.pk}/"
        assert "say only what is different here" in as_(dana).get(here).content.decode()

    @pytest.mark.parametrize(
        ("count", "mandatory", "fault"),
        [(None, False, True), (3, False, False), (None, True, False), (3, True, False)],
    )
    def test_section_count_is_required_unless_mandatory(
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
        """Two mandatory questions, and three drawn from eight others."""
        always = make_bank("ALWAYS", make_row(code="A-1"), make_row(code="A-2"))
        others = make_bank("OTHERS", *(make_row() for _ in range(8)))
        wanted = [{"bank": always, "mandatory": True}, {"bank": others, "count": 3}]
        return make_quiz(always, draw=[("section", section) for section in wanted])

    def test_quiz_page_shows_the_number_of_questions(
        self, page: QuizPage, ada: User, as_: Any
    ) -> None:
        assert read_rules(page.quiz.rules).questions == 5
        assert "<dd>5</dd>" in as_(ada).get(page.get_url()).content.decode()

    def test_mandatory_items_are_in_every_attempt(
        self, page: QuizPage, ada: User, now: datetime
    ) -> None:
        for number in range(3):
            done = take(ada, page, now + number * HOUR, right=False)
            asked = set(done.responses.values_list("version__item__code", flat=True))
            assert {"A-1", "A-2"} <= asked
            assert len(asked) == 5

    def test_item_added_to_a_mandatory_pool_is_asked_immediately(
        self, page: QuizPage, ada: User, now: datetime
    ) -> None:
        make_bank("ALWAYS", make_row(code="A-3"))
        make_ready(ada, page, now)
        attempt = start_attempt(ada, page.quiz, at=now, locale="en")
        assert attempt.responses.filter(version__item__code="A-3").exists()
        assert attempt.responses.count() == 6

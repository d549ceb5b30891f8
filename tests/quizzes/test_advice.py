from __future__ import annotations

import pytest

from quizzes.statistics import advice
from quizzes.statistics.results import ItemStatistics, OptionStatistics, QuizStatistics


def make_item(**changes: object) -> ItemStatistics:
    sound = {
        "id": "q",
        "attempts": 400,
        "enough": True,
        "facility": 0.7,
        "interval": (0.65, 0.74),
        "discrimination_index": 35.0,
    }
    return ItemStatistics(**sound | changes)  # type: ignore[arg-type]


def make_option(*, right: bool, r: float | None, share: float = 0.3) -> OptionStatistics:
    return OptionStatistics("c", "Option C", right, int(400 * share), share, r)


def codes(item: ItemStatistics) -> list[str]:
    return [found.code for found in advice.advise_on_item(item)]


def test_sound_item_gets_no_advice() -> None:
    assert codes(make_item()) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"facility": 0.97, "interval": (0.94, 0.99)}, "too_easy", id="easy"),
        pytest.param({"facility": 0.2, "interval": (0.16, 0.24)}, "too_hard", id="hard"),
        pytest.param(
            {"facility": 0.3, "interval": (0.26, 0.35), "random_guess_score": 0.5},
            "below_guessing",
            id="below guessing",
        ),
        pytest.param({"discrimination_index": 5.0}, "discriminates_weakly", id="weak"),
        pytest.param({"discrimination_index": -4.0}, "discriminates_weakly", id="about nil"),
        pytest.param({"discrimination_index": -30.0}, "discriminates_backwards", id="backwards"),
    ],
)
def test_faulty_item_gets_the_advice_for_its_fault(changes: dict[str, object], code: str) -> None:
    assert codes(make_item(**changes)) == [code]


@pytest.mark.parametrize(
    "changes",
    [
        {"facility": 0.93, "interval": (0.88, 0.96)},
        {"facility": 0.28, "interval": (0.22, 0.35)},
        {"facility": None, "interval": None, "discrimination_index": None},
    ],
    ids=["maybe easy", "maybe hard", "unknown"],
)
def test_figures_that_chance_may_explain_get_no_advice(changes: dict[str, object]) -> None:
    assert codes(make_item(**changes)) == []


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        pytest.param(make_option(right=False, r=0.2), ["strong_choose_wrong"], id="tempts strong"),
        pytest.param(make_option(right=True, r=-0.2), ["strong_avoid_right"], id="repels strong"),
        pytest.param(make_option(right=False, r=0.09), [], id="within chance"),
        pytest.param(make_option(right=False, r=-0.3), [], id="as it should be"),
        pytest.param(make_option(right=True, r=0.3), [], id="good key"),
        pytest.param(make_option(right=False, r=0.2, share=0.04), [], id="a handful"),
        pytest.param(make_option(right=False, r=None, share=0.0), ["unused_option"], id="unused"),
        pytest.param(make_option(right=True, r=None, share=0.0), [], id="unused key"),
    ],
)
def test_option_advice_depends_on_who_chooses_the_option(
    option: OptionStatistics, expected: list[str]
) -> None:
    assert codes(make_item(options=(option,))) == expected


def test_advice_text_names_the_option() -> None:
    found = advice.advise_on_item(make_item(options=(make_option(right=False, r=0.2),)))
    assert str(found[0].phrase) == "Strong people choose “Option C”: check the key."


def test_advice_about_the_key_comes_before_difficulty() -> None:
    item = make_item(
        discrimination_index=-30.0,
        facility=0.1,
        interval=(0.07, 0.13),
        options=(make_option(right=False, r=0.4),),
    )
    assert codes(item) == ["strong_choose_wrong", "discriminates_backwards", "too_hard"]


@pytest.mark.parametrize(
    ("cic", "expected"),
    [(None, []), (85.0, []), (55.4, ["unreliable"]), (-87.2, ["contradictory"])],
)
def test_quiz_advice_follows_from_its_reliability(cic: float | None, expected: list[str]) -> None:
    quiz = QuizStatistics(400, enough=True, mean=1.0, median=1.0, cic=cic)
    assert [found.code for found in advice.advise_on_quiz(quiz)] == expected


def test_advice_text_may_contain_a_percent_sign() -> None:
    hard = make_item(facility=0.2, interval=(0.16, 0.24))
    assert str(advice.advise_on_item(hard)[0].phrase).startswith("People earn 20% here.")


@pytest.mark.parametrize(
    ("interval", "expected"),
    [((-60.0, -1.0), ["contradictory"]), ((-60.0, 0.0), ["unreliable"]), ((-60.0, 71.0), [])],
)
def test_questions_contradict_one_another_only_with_their_whole_interval(
    interval: tuple[float, float], expected: list[str]
) -> None:
    quiz = QuizStatistics(400, enough=True, mean=1.0, median=1.0, cic=-20.0, cic_interval=interval)
    assert [found.code for found in advice.advise_on_quiz(quiz)] == expected

"""Statistics reproduce numbers others published.

* MOODLE: the marks of the 25 attempts of Moodle's own test quiz 00; expected values computed
  independently in Jamie Pratt's spreadsheet (``qstats00.csv`` and
  ``stats_from_steps_walkthrough_test.php``, tolerances as there). Attempt 1's last two marks
  follow the answers (``steps00.csv``); ``results00.csv`` has them the wrong way round, which
  its expected statistics do not.
* Hand-computed vectors, with the arithmetic beside them.
"""

from __future__ import annotations

import math
from array import array

import pytest

from quizzes.statistics.advice import advise_too_few
from quizzes.statistics.item_analysis import ItemColumn, analyse_quiz
from quizzes.statistics.results import ItemStatistics, QuizAnalysis

THIRD = 0.3333333
MOODLE = [
    (1, 1, 1, 1, 1, 0, 1),
    (1, 1, 1, 1, 0.5, 1, 0),
    (1, 1, 1, 1, 0.5, 0, 1),
    (0, 0, 1, 1, 1, 0, 0),
    (1, 0, 1, 0, 0, 1, 0.5),
    (1, 1, 1, 1, 0.5, 0, 0.5),
    (0, 1, 1, 1, 0.5, 1, 0.5),
    (1, 1, 1, 0, 0.5, 1, 0.5),
    (1, 0, 1, 1, 1, 1, 1),
    (0, 1, 1, 0, 0.5, 1, 0.5),
    (0.8, 0, 1, 1, 0.5, 1, 0.5),
    (1, 1, 1, 0, 0.5, 1, 1),
    (1, 0, 1, 1, 0.5, 1, 0.5),
    (1, 0, 1, 1, 1, 0, 0.5),
    (0, 0, 1, 1, 0, 1, 1),
    (1, 0, 1, 0, 0.5, 1, 1),
    (0.8, 0, 1, 1, 0.5, 0, 1),
    (1, 0, 1, 1, 0, 1, 0.5),
    (1, 0, 1, 1, 0.5, 0, 0.5),
    (0, 1, 1, 0, 0.5, 1, 0),
    (1, 1, THIRD, 1, 0.5, 0, 0.5),
    (1, 1, 1, 0, 0.5, 0, 0.5),
    (1, 1, 1, 1, 0, 1, 0.5),
    (0, 0, 1, 0, 0.5, 1, 1),
    (0, 0, 1, 1, 1, 1, 1),
]
# facility, sd, effective weight, discrimination index, discriminative efficiency
MOODLE_ITEMS = [
    (0.704, 0.4513682901, 21.2922742344, -7.0650767526, -9.4550536967),
    (0.48, 0.5099019514, 18.8979800309, -28.8982125772, -36.7834118938),
    (0.973333332, 0.13333334, 4.443012573, -9.1230674268, -21.6545012165),
    (0.68, 0.4760952286, 18.9347251357, -22.6306444113, -31.4411395613),
    (0.52, 0.3055050463, 11.1450138688, -17.6997047674, -21.1794802584),
    (0.64, 0.4898979486, 9.8081339177, -45.3785178421, -56.9365974439),
    (0.62, 0.331662479, 15.4788602394, -5.6543166602, -6.5043742058),
]


def columns(rows: list[tuple[float, ...]], **changes: object) -> list[ItemColumn]:
    return [
        ItemColumn(f"q{n}", 1.0, array("d", column), **changes)  # type: ignore[arg-type]
        for n, column in enumerate(zip(*rows, strict=True), start=1)
    ]


@pytest.fixture(scope="module")
def moodle() -> QuizAnalysis:
    return analyse_quiz(columns(MOODLE), least=2)


@pytest.mark.parametrize("number", range(7), ids=lambda n: f"slot {n + 1}")
def test_item_statistics_match_moodle(moodle: QuizAnalysis, number: int) -> None:
    item = moodle.items[number]
    found = (
        item.facility,
        item.sd,
        item.effective_weight,
        item.discrimination_index,
        item.discriminative_efficiency,
    )
    assert found == pytest.approx(MOODLE_ITEMS[number], rel=1e-5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("attempts", 25),
        ("median", 4.5),
        ("mean", 4.617333332),
        ("sd", 0.8117265554),
        ("skewness", -0.092502502),
        ("kurtosis", -0.7073968557),
        ("cic", -87.2230935542),
        ("error_ratio", 136.8294900795),
        ("standard_error", 1.1106813066),
    ],
)
def test_quiz_statistics_match_moodle(moodle: QuizAnalysis, name: str, value: float) -> None:
    assert getattr(moodle.quiz, name) == pytest.approx(value, rel=1.5e-5)


def test_negative_reliability_of_few_attempts_gets_the_advice_unreliable(
    moodle: QuizAnalysis,
) -> None:
    """Moodle shows the reliability −87 without a warning. After 25 attempts it may be above 0 as well."""
    assert [advice.code for advice in moodle.quiz.advice] == ["unreliable"]
    assert moodle.quiz.cic_interval[1] > 0


# One item of Moodle's other set (``mdl_question_states.csv``, slot 8 of 20, worth 8 points).
GENERATED_MARKS = [
    *(5.5, 1, 2.5, 4, 3, 4.5, 3, 6, 0.5, 5.5, 2.5),
    *(4, 4, 3, 1, 1, 1.5, 4, 2, 1, 6, 7),
]
GENERATED_TOTALS = [
    *(12, 7.4, 11.7, 8.5, 10.1, 11.3, 11.2, 14.1, 8.6, 11.6, 9.3),
    *(13.1, 11.5, 11.3, 5.5, 4.8, 8.7, 11.8, 6, 5.9, 12.8, 13.8),
]


def test_statistics_of_an_eight_point_item_match_moodle() -> None:
    """Expected values are those of ``statistics_test.php``, from its ``stats.xls``."""
    rest = array("d", (t - x for t, x in zip(GENERATED_TOTALS, GENERATED_MARKS, strict=True)))
    marks = ItemColumn("slot 8", 8.0, array("d", GENERATED_MARKS))
    item = analyse_quiz([marks, ItemColumn("rest", 12.0, rest)], least=2).items[0]
    assert item.facility == pytest.approx(0.4119318182)
    assert item.sd == pytest.approx(1.912733589)
    assert item.discrimination_index == pytest.approx(25.88327077)
    assert item.discriminative_efficiency == pytest.approx(27.23492723)


# Four attempts on three items; the totals are 3, 2, 1, 0.
LADDER = [(1.0, 1.0, 1.0), (1.0, 1.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 0.0)]


def test_discrimination_matches_a_hand_calculation() -> None:
    """x = 1,1,0,0 (var 1/3); o = 2,1,1,0 (var 2/3); cov = (½·1 + ½·0 − ½·0 + ½·1)/3 = 1/3.

    100 · (1/3) ÷ √(2/9) = 70.71; sorted the same way cov_max = 1/3, so efficiency 100.
    """
    item = analyse_quiz(columns(LADDER), least=2).items[0]
    assert item.discrimination_index == pytest.approx(100 / math.sqrt(2))
    assert item.discriminative_efficiency == pytest.approx(100)


def test_effective_weights_match_a_hand_calculation() -> None:
    """cov(x, T) = 2/3, 1/2, 1/2 by hand; weights are shares of the square roots."""
    roots = [math.sqrt(2 / 3), math.sqrt(1 / 2), math.sqrt(1 / 2)]
    weights = [item.effective_weight for item in analyse_quiz(columns(LADDER), least=2).items]
    assert weights == pytest.approx([100 * root / sum(roots) for root in roots])


def test_discrimination_of_a_drawn_item_uses_the_whole_total() -> None:
    """x = 1,1,0,0; T = 3,2,1,0 (var 5/3); cov = 2/3; 100 · (2/3) ÷ √(5/9)."""
    item = analyse_quiz(columns(LADDER, drawn=True), least=2).items[0]
    assert item.discrimination_index == pytest.approx(200 / math.sqrt(5))


def test_effective_weight_is_undefined_for_a_negative_covariance() -> None:
    rows = [(1.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 0.0), (0.0, 1.0, 1.0)]
    item = analyse_quiz(columns(rows), least=2).items[0]
    assert (item.effective_weight, item.negative_covariance) == (None, True)


def test_discrimination_is_undefined_when_everybody_is_right() -> None:
    item = analyse_quiz(columns([(1.0, 1.0), (1.0, 0.0), (1.0, 1.0)]), least=2).items[0]
    assert (item.sd, item.discrimination_index, item.discriminative_efficiency) == (0, None, None)
    assert item.facility == 1


def test_facility_is_undefined_for_an_item_worth_nothing() -> None:
    item = analyse_quiz([ItemColumn("q", 0.0, array("d", [0, 0]))], least=2).items[0]
    assert (item.facility, item.interval) == (None, None)


def test_discrimination_and_facility_do_not_depend_on_points() -> None:
    doubled = [ItemColumn("q", 2.0, array("d", (2 * row[0] for row in MOODLE)))]
    item = analyse_quiz(doubled + columns(MOODLE)[1:], least=2).items[0]
    assert item.facility == pytest.approx(0.704)
    assert item.discrimination_index == pytest.approx(-7.0650767526)


def test_analysis_of_too_few_attempts_has_only_facility() -> None:
    found = analyse_quiz(columns(MOODLE))
    assert (found.quiz.enough, found.quiz.cic, found.quiz.sd) == (False, None, None)
    for item in found.items:
        assert item == ItemStatistics(
            id=item.id,
            attempts=25,
            enough=False,
            facility=item.facility,
            interval=item.interval,
            advice=item.advice,
        )
    words = str(found.items[0].advice[0].phrase)
    assert words == "25 tries so far. Wait for 30 before you judge."
    assert str(advise_too_few(1, 30).phrase) == "1 try so far. Wait for 30 before you judge."


@pytest.mark.parametrize("rows", [[], [(1.0, 0.0)]], ids=["no attempt", "one attempt"])
def test_analysis_of_no_or_one_attempt_does_not_fail(rows: list[tuple[float, ...]]) -> None:
    items = columns(rows) if rows else [ItemColumn("q1", 1.0, array("d"))]
    found = analyse_quiz(items, least=0)
    assert found.quiz.sd is None
    assert found.items[0].discrimination_index is None


def test_analysis_without_items_is_empty() -> None:
    assert analyse_quiz([]).items == ()
    assert analyse_quiz([]).quiz.mean is None


def test_analysis_refuses_columns_of_different_length() -> None:
    items = [ItemColumn("a", 1.0, array("d", [1, 0])), ItemColumn("b", 1.0, array("d", [1]))]
    with pytest.raises(ValueError, match="one entry per attempt"):
        analyse_quiz(items)


def test_item_statistics_count_only_attempts_that_were_asked_it() -> None:
    nan = math.nan
    rows = [(1.0, nan, 1.0), (nan, 1.0, 0.0), (0.0, nan, 1.0), (nan, 0.0, 0.0), (1.0, nan, 0.0)]
    found = analyse_quiz(columns(rows, drawn=True), least=2)
    assert [item.attempts for item in found.items] == [3, 2, 5]
    assert found.items[0].facility == pytest.approx(2 / 3)
    assert found.quiz.mean == pytest.approx(1.0)
    assert found.quiz.cic is None


def test_reliability_of_drawn_items_is_computed_by_slot() -> None:
    nan = math.nan
    rows = [(*row, nan) if n % 2 else (nan, *row) for n, row in enumerate([r[:2] for r in LADDER])]
    places = [array("d", column) for column in zip(*(row[:2] for row in LADDER), strict=True)]
    plain = analyse_quiz(columns([row[:2] for row in LADDER]), least=2)
    found = analyse_quiz(columns(rows, drawn=True), slots=places, least=2)
    assert found.quiz.cic == pytest.approx(plain.quiz.cic)


def test_item_bands_show_facility_of_weak_middle_and_strong() -> None:
    rows = [(1.0 if n >= 5 else 0.0, float(n)) for n in range(11)]
    item = analyse_quiz(columns(rows), least=2).items[0]
    assert item.bands == (0.0, pytest.approx(3 / 5), 1.0)


def test_option_statistics_have_share_and_point_biserial() -> None:
    picks = {"a": bytearray([1, 1, 0, 0]), "b": bytearray([0, 0, 1, 1])}
    marks = array("d", [1, 1, 0, 0])
    labels = {"a": "Ask first"}
    column = ItemColumn("q", 1.0, marks, picks, frozenset("a"), labels)
    first, second = analyse_quiz([column, *columns(LADDER)[1:]], least=2).items[0].options
    assert (first.label, first.right, first.chosen, first.share) == ("Ask first", True, 2, 0.5)
    assert first.point_biserial == pytest.approx(2 / math.sqrt(1.25) / 2)
    assert second.point_biserial == pytest.approx(-2 / math.sqrt(1.25) / 2)

"""Statistics reproduce numbers that others published, set by set; the sources stand beside them.

* Moodle, ``statistics_test.php``: 22 generated attempts on 20 questions (``mdl_question_states.csv``),
  expected values from Jamie Pratt's ``stats.xls``. Questions 1 to 4 are never right, 5 to 7 are worth
  nothing, question 8 is worth 8 points.
* LSAT, section 6: 1,000 people, 5 items (Bock & Lieberman, Psychometrika 35, 1970); expected values are
  what ``descript(LSAT)`` of R's package ltm prints (Rizopoulos, J. Stat. Software 17(5), 2006).
* Canvas, ``summary_spec.rb`` and ``item_spec.rb``: expected values computed there with R.
* Cronbach's alpha with its interval: MRC CBU Cambridge, "R code … for computing confidence intervals for
  Cronbach's alpha" (0.913, 873 people, 20 items).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import pytest

from quizzes.statistics.formulas import mean_and_deviation, point_biserial, split_bands
from quizzes.statistics.intervals import alpha_interval, correlation_interval, f_quantile
from quizzes.statistics.item_analysis import ItemColumn, analyse_quiz
from quizzes.statistics.results import QuizAnalysis

pytestmark = pytest.mark.databases

# Per attempt: the marks on questions 8 to 20, as SLOTS names them; then the total.
SLOTS = (8, 9, 10, 11, 12, 19, 20, 17, 18, 14, 15, 16, 13)
GENERATED = [
    (5.5, 0.3, 0.9, 1, 0.3, 0, 1, 1, 0, 0, 0, 1, 1, 12),
    (1, 0.9, 0.9, 0.3, 0.3, 0, 1, 0, 1, 0, 0, 1, 1, 7.4),
    (2.5, 1, 0.9, 0.3, 1, 1, 1, 1, 1, 0, 1, 1, 0, 11.7),
    (4, 0.3, 0.9, 1, 0.3, 0, 1, 1, 0, 0, 0, 0, 0, 8.5),
    (3, 0.9, 0.3, 0.9, 1, 1, 0, 1, 1, 1, 0, 0, 0, 10.1),
    (4.5, 0.9, 1, 1, 0.9, 0, 0, 0, 0, 1, 1, 1, 0, 11.3),
    (3, 0.3, 0.3, 0.3, 0.3, 1, 1, 1, 1, 0, 1, 1, 1, 11.2),
    (6, 0.9, 0.9, 1, 0.3, 0, 1, 1, 0, 1, 1, 1, 0, 14.1),
    (0.5, 0.9, 1, 0.9, 0.3, 0, 1, 1, 1, 1, 1, 0, 0, 8.6),
    (5.5, 0.9, 1, 0.9, 0.3, 0, 0, 1, 0, 1, 0, 0, 1, 11.6),
    (2.5, 0.9, 1, 1, 0.9, 0, 1, 1, 0, 1, 0, 0, 0, 9.3),
    (4, 0.9, 0.3, 0.9, 1, 0, 1, 1, 1, 1, 1, 1, 0, 13.1),
    (4, 0.9, 0.3, 0.3, 1, 1, 0, 0, 1, 1, 1, 0, 1, 11.5),
    (3, 1, 1, 0.3, 1, 1, 0, 1, 1, 1, 0, 1, 0, 11.3),
    (1, 1, 0.9, 0.3, 0.3, 0, 0, 0, 0, 0, 1, 0, 1, 5.5),
    (1, 0.3, 0.3, 0.3, 0.9, 0, 1, 0, 0, 0, 0, 1, 0, 4.8),
    (1.5, 1, 0.3, 0.9, 1, 0, 0, 1, 0, 1, 0, 1, 1, 8.7),
    (4, 0.9, 1, 0.9, 1, 0, 0, 0, 1, 1, 1, 1, 0, 11.8),
    (2, 0.9, 0.9, 0.3, 0.9, 0, 0, 0, 0, 1, 0, 0, 0, 6),
    (1, 1, 0.3, 0.3, 0.3, 0, 0, 1, 0, 1, 1, 0, 0, 5.9),
    (6, 0.9, 1, 1, 0.9, 1, 1, 0, 0, 0, 0, 1, 0, 12.8),
    (7, 0.9, 0.3, 0.3, 0.3, 0, 0, 1, 1, 0, 1, 1, 1, 13.8),
]
# Percent; None where Moodle has null. Questions 1 to 7 first.
FACILITY = [
    *(0, 0, 0, 0, None, None, None, 41.19318182, 81.36363636, 71.36363636, 65.45454545),
    *(65.90909091, 36.36363636, 59.09090909, 50, 59.09090909, 63.63636364, 45.45454545),
    *(27.27272727, 50),
]
THOUSANDTHS_SD = [
    *(0, 0, 0, 0, 0, 0, 0, 1912.733589, 251.2738111, 322.6312277, 333.4199022, 337.5811591),
    *(492.3659639, 503.2362797, 511.7663157, 503.2362797, 492.3659639, 509.6471914),
    *(455.8423058, 511.7663157),
]
WEIGHT = [
    *(0, 0, 0, 0, 0, 0, 0, 26.58464457, 3.368456046, 3.253955259, 7.584083694, 3.79658376),
    *(3.183278505, 4.532356904, 7.78856243, 10.08351572, 8.381139345, 8.727645713),
    *(7.946277111, 4.769500946),
]
DISCRIMINATION = [
    *[None] * 7,
    *(25.88327077, 1.170256965, -4.207816809, 28.16930644, -2.513606859, -12.99017581),
    *(-8.900638238, 8.670004606, 29.63337745, 15.18945843, 16.21079629, 15.52451404),
    -8.396734802,
]
EFFICIENCY = [
    *[None] * 7,
    *(27.23492723, 1.382386552, -4.691171307, 31.12404354, -2.877487579, -17.5074184),
    *(-10.27568922, 10.86956522, 34.58997279, 17.4790556, 20.14359793, 22.06477733, -10),
]


def question(number: int) -> ItemColumn:
    worth = 8 if number == 8 else 0 if number in (5, 6, 7) else 1
    place = SLOTS.index(number) if number in SLOTS else None
    marks = [0.0 if place is None else float(row[place]) for row in GENERATED]
    return ItemColumn(f"slot {number}", worth, array("d", marks))


@pytest.fixture(scope="module")
def generated() -> QuizAnalysis:
    return analyse_quiz([question(number) for number in range(1, 21)], least=2)


def percent(values: Sequence[float | None]) -> list[float | None]:
    return [None if value is None else 100 * value for value in values]


def test_generated_marks_add_up_to_their_totals() -> None:
    for *marks, total in GENERATED:
        assert sum(marks) == pytest.approx(total)


def test_facility_and_deviation_of_generated_attempts_match_moodle(generated: QuizAnalysis) -> None:
    assert percent([item.facility for item in generated.items]) == approx(FACILITY)
    deviations = [1000 * (item.sd or 0) for item in generated.items]
    assert deviations == pytest.approx(THOUSANDTHS_SD, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("effective_weight", WEIGHT),
        ("discrimination_index", DISCRIMINATION),
        ("discriminative_efficiency", EFFICIENCY),
    ],
)
def test_discrimination_of_generated_attempts_matches_moodle(
    generated: QuizAnalysis, name: str, expected: list[float | None]
) -> None:
    assert [getattr(item, name) for item in generated.items] == approx(expected)


def approx(expected: Sequence[float | None]) -> list[object]:
    return [None if value is None else pytest.approx(value, abs=1e-6) for value in expected]


def test_items_worth_nothing_do_not_affect_reliability(generated: QuizAnalysis) -> None:
    scored = analyse_quiz(
        [question(number) for number in range(1, 21) if number not in (5, 6, 7)], least=2
    )
    assert generated.quiz.cic == pytest.approx(scored.quiz.cic)


# How many of the 1,000 answered so: the five digits are right (1) or wrong (0).
LSAT = {
    "00000": 3, "00001": 6, "00010": 2, "00011": 11, "00100": 1, "00101": 1, "00110": 3, "00111": 4,
    "01000": 1, "01001": 8, "01010": 0, "01011": 16, "01100": 0, "01101": 3, "01110": 2, "01111": 15,
    "10000": 10, "10001": 29, "10010": 14, "10011": 81, "10100": 3, "10101": 28, "10110": 15, "10111": 80,
    "11000": 16, "11001": 56, "11010": 21, "11011": 173, "11100": 11, "11101": 61, "11110": 28, "11111": 298,
}  # fmt: skip


def lsat(without: int | None = None) -> list[ItemColumn]:
    people = [pattern for pattern, count in LSAT.items() for _ in range(count)]
    return [
        ItemColumn(f"item {place + 1}", 1.0, array("d", [float(p[place]) for p in people]))
        for place in range(5)
        if place != without
    ]


def test_lsat_totals_match_the_published_table() -> None:
    totals = [sum(map(int, pattern)) for pattern, count in LSAT.items() for _ in range(count)]
    assert [totals.count(total) for total in range(6)] == [3, 20, 85, 237, 357, 298]


def test_lsat_facility_and_discrimination_match_ltm() -> None:
    items = analyse_quiz(lsat()).items
    assert [item.facility for item in items] == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.870])
    excluded = [item.discrimination_index for item in items]
    assert excluded == pytest.approx([11.28, 15.32, 17.28, 14.45, 12.16], abs=0.02)


def test_lsat_point_biserials_match_ltm() -> None:
    columns = lsat()
    totals = [sum(marks) for marks in zip(*(column.marks for column in columns), strict=True)]
    found = [point_biserial(totals, bytearray(map(int, column.marks))) for column in columns]
    assert found == pytest.approx([0.3620, 0.5668, 0.6184, 0.5344, 0.4354], abs=2e-4)


@pytest.mark.parametrize(
    ("without", "alpha"),
    [(None, 0.2950), (0, 0.2754), (1, 0.2376), (2, 0.2168), (3, 0.2459), (4, 0.2663)],
    ids=["all items", *(f"without item {n}" for n in range(1, 6))],
)
def test_lsat_reliability_matches_ltm(without: int | None, alpha: float) -> None:
    assert analyse_quiz(lsat(without)).quiz.cic == pytest.approx(100 * alpha, abs=0.005)


CANVAS = [(1.0, 1.0, 1.0), (1.0, 1.0, 0.0), (1.0, 0.0, 0.0), (1.0, 0.0, 0.0)]


def canvas() -> list[ItemColumn]:
    return [
        ItemColumn(str(n), 1.0, array("d", column))
        for n, column in enumerate(zip(*CANVAS, strict=True))
    ]


def test_canvas_reliability_is_reproduced() -> None:
    """``cronbach.alpha(mdat)`` of R, printed as 0.545."""
    assert analyse_quiz(canvas(), least=2).quiz.cic == pytest.approx(54.5, abs=0.05)


def test_canvas_deviation_uses_the_population_variance() -> None:
    """3, 2, 1, 1: ``var(v) * 3/4`` is 0.6875."""
    assert mean_and_deviation([3.0, 2.0, 1.0, 1.0])[1] == pytest.approx(0.8291562)


def test_canvas_point_biserials_are_reproduced() -> None:
    """Totals 3, 2, 2: ``cor(x, c(1,1,0))`` is 0.5, ``cor(x, c(0,0,1))`` is −0.5, unchosen is nil."""
    picks = [bytearray([1, 1, 0]), bytearray([0, 0, 1]), bytearray([0, 0, 0])]
    found = [point_biserial([3.0, 2.0, 2.0], picked) for picked in picks]
    assert found == [pytest.approx(0.5), pytest.approx(-0.5), None]


@pytest.mark.parametrize(
    ("totals", "sizes"),
    [
        ([3, 3, 2, 1, 1, 1, 1, 1, 0, 0, 0], (3, 5, 3)),
        ([3, 3], (0, 0, 2)),
        ([3, 2, 2], (0, 2, 1)),
    ],
    ids=["spread out", "all perfect", "a tie in the middle"],
)
def test_canvas_bands_are_reproduced(totals: list[float], sizes: tuple[int, int, int]) -> None:
    bottom, middle, top = split_bands([float(total) for total in totals])
    assert (sum(bottom), sum(middle), sum(top)) == sizes


def test_alpha_interval_matches_published_values() -> None:
    assert alpha_interval(0.913, 873, 20) == pytest.approx((0.9044024, 0.9211588), abs=5e-8)


@pytest.mark.parametrize(
    ("p", "above", "below", "value"),
    [(0.95, 1, 10, 4.965), (0.95, 4, 20, 2.866), (0.99, 5, 5, 10.97), (0.975, 10, 30, 2.511)],
)
def test_f_quantiles_match_published_tables(p: float, above: int, below: int, value: float) -> None:
    assert f_quantile(p, above, below) == pytest.approx(value, rel=3e-4)


def test_correlation_interval_matches_a_hand_calculation() -> None:
    """r = 0.5, n = 28: 0.5493 ± 1.96 ÷ 5 → tanh 0.1573 and tanh 0.9413."""
    assert correlation_interval(0.5, 28) == pytest.approx((0.1560, 0.7358), abs=1e-4)
    assert correlation_interval(1.0, 28) == (1.0, 1.0)
    assert correlation_interval(0.5, 3) is None

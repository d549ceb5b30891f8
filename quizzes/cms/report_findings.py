"""What a report says, most important first: a finding in words, its plot, and the same as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import charts
from items.authoring.registry import FORMS
from quizzes.cms.tables import (
    COUNT,
    PERCENT,
    SHARE,
    TEXT,
    WORDS,
    Cell,
    StatisticsColumn,
    StatisticsTable,
    format_cell,
)
from quizzes.reporting.reports import BINS, AnalysedQuestion, QuizReport, needs_a_look
from quizzes.statistics import plots
from quizzes.statistics.results import ItemStatistics

NAMED = 5
# A language with fewer attempts than this is not compared with the others.
GAP_LEAST = 30


@dataclass(frozen=True)
class FindingPlot:
    """One finding: `heading` says it, `svg` shows it, `table` has the numbers."""

    heading: str
    svg: SafeString
    table: StatisticsTable


def report_headline(report: QuizReport) -> str:
    """The answer to "is this quiz in order?"."""
    quiz = report.analysis.quiz
    if not quiz.enough:
        return too_few_message(quiz.attempts, report.least)
    count = len(report.worth_a_look())
    if not count:
        return _("No question needs a look")
    return ngettext("%(count)s question needs a look", "%(count)s questions need a look", count) % {
        "count": count
    }


def too_few_message(attempts: int, least: int) -> str:
    """How many more attempts are needed before a statistic is shown."""
    return ngettext(
        "Needs %(least)s tries, there is %(attempts)s",
        "Needs %(least)s tries, there are %(attempts)s",
        attempts,
    ) % {"least": least, "attempts": attempts}


def plot_scores(report: QuizReport, title: str) -> FindingPlot:
    """Histogram of the scores."""
    total = report.analysis.quiz.attempts
    heading = ngettext(
        "%(passed)s of %(count)s try passes", "%(passed)s of %(count)s tries pass", total
    ) % {"passed": report.passed, "count": total}
    names = [_bin(number) for number in range(BINS)]
    rows = [
        (name, count, count / total if total else None)
        for name, count in zip(names, report.histogram, strict=True)
    ]
    caption = _("How many tries scored how much")
    svg = charts.draw_bar_chart(
        [(name, count) for name, count, _share in rows],
        title=_("Scores in %(quiz)s") % {"quiz": title},
        desc=_("Tries by score in percent. The table below has the numbers."),
    )
    columns = (
        StatisticsColumn(_("Score, %")),
        StatisticsColumn(_("Tries"), COUNT),
        StatisticsColumn(_("Of all"), SHARE),
    )
    # The SVG is made here, with every word escaped.
    return FindingPlot(heading, mark_safe(svg), StatisticsTable("scores", caption, columns, rows))  # noqa: S308


def plot_questions(
    report: QuizReport, title: str, links: Callable[[AnalysedQuestion], str]
) -> FindingPlot:
    """Scatter plot of the questions: facility against discrimination."""
    table = tabulate_questions(report, links)
    dots = [
        plots.Dot(100 * item.facility, item.discrimination_index, question.code, needs_a_look(item))
        for question, item in report.rows()
        if item.facility is not None and item.discrimination_index is not None
    ]
    lowest = min([0.0, *(dot.y for dot in dots)])
    low = -100.0 if lowest < -50 else -50.0 if lowest < 0 else 0.0
    steps = tuple(float(step) for step in range(int(low), 101, 50 if low < -50 else 25))
    svg = plots.draw_scatter(
        dots,
        plots.Axis(
            _("Facility: the part of the points people earn, %"), 0, 100, (0, 25, 50, 75, 100)
        ),
        plots.Axis(_("Discrimination"), low, 100, steps),
        title=_("Questions of %(quiz)s") % {"quiz": title},
        desc=_("One mark per question; squares are worth a look. The table below has the numbers."),
    )
    return FindingPlot(_worst(report), mark_safe(svg), table)  # noqa: S308


def tabulate_questions(
    report: QuizReport, links: Callable[[AnalysedQuestion], str]
) -> StatisticsTable:
    """Every question with its numbers, as on screen and in the file."""
    columns = (
        *(
            StatisticsColumn(_("Question")),
            StatisticsColumn(_("Version")),
            StatisticsColumn(_("Words"), WORDS),
            StatisticsColumn(_("Kind")),
        ),
        *(StatisticsColumn(_("Asked"), COUNT), StatisticsColumn(_("Facility"), SHARE)),
        *(StatisticsColumn(_("from"), SHARE), StatisticsColumn(_("to"), SHARE)),
        *(
            StatisticsColumn(_("Discrimination"), PERCENT),
            StatisticsColumn(_("Efficiency, %"), PERCENT),
        ),
        *(StatisticsColumn(_("Weight, %"), PERCENT), StatisticsColumn(_("A look"), TEXT)),
    )
    rows = report.rows()
    return StatisticsTable(
        "questions",
        _("Questions"),
        columns,
        [_question_row(question, item) for question, item in rows],
        {number: links(question) for number, (question, _item) in enumerate(rows)},
    )


def plot_options(question: AnalysedQuestion, item: ItemStatistics) -> FindingPlot:
    """Bar chart of the options: the share of people who chose each."""
    rows: list[Sequence[Cell]] = [
        (
            option.label,
            _("right") if option.right else _("wrong") if question.scored else "",
            option.chosen,
            option.share,
            None if option.point_biserial is None else 100 * option.point_biserial,
        )
        for option in item.options
    ]
    columns = (
        *(
            StatisticsColumn(_("Answer")),
            StatisticsColumn(_("Key")),
            StatisticsColumn(_("Chosen"), COUNT),
        ),
        *(
            StatisticsColumn(_("Of all"), SHARE),
            StatisticsColumn(_("Correlation, −100 to 100"), PERCENT),
        ),
    )
    svg = plots.draw_bars(
        [(_marked(option.label, right=option.right), option.share) for option in item.options],
        title=_("Answers to %(code)s") % {"code": question.code},
        desc=_("How many of those asked chose each answer. The table below has the numbers."),
    )
    return FindingPlot(
        _chosen(item),
        mark_safe(svg),  # noqa: S308
        StatisticsTable("options", _("Answers"), columns, rows),
    )


def _chosen(item: ItemStatistics) -> str:
    right = [option for option in item.options if option.right]
    if len(right) == 1:
        return _("%(share)s choose the right answer") % {
            "share": format_cell(right[0].share, SHARE)
        }
    most = max(item.options, key=lambda option: option.share)
    return _("Chosen most: %(answer)s") % {"answer": most.label}


def plot_bands(question: AnalysedQuestion, item: ItemStatistics) -> FindingPlot:
    """Bar chart of a question's mean facility in the bottom, middle and top score bands."""
    names = (_("Bottom 27%"), _("Middle 46%"), _("Top 27%"))
    rows = list(zip(names, item.bands, strict=True))
    told = [(name, share) for name, share in rows if share is not None]
    bottom, _middle, top = item.bands
    if bottom is None or top is None:
        heading = _("The scores are too much alike to compare strong and weak")
    elif top > bottom:
        heading = _("The best on the quiz do better here than the weakest")
    else:
        heading = _("The best on the quiz do no better here than the weakest")
    svg = plots.draw_bars(
        told,
        title=_("Facility of %(code)s by score on the whole quiz") % {"code": question.code},
        desc=_("The part of the points that each group earns. The table below has the numbers."),
    )
    columns = (
        StatisticsColumn(_("Score on the whole quiz")),
        StatisticsColumn(_("Facility"), SHARE),
    )
    return FindingPlot(
        heading,
        mark_safe(svg),  # noqa: S308
        StatisticsTable("bands", _("Facility by score"), columns, rows),
    )


def tabulate_languages(
    question: AnalysedQuestion, names: Mapping[str, str]
) -> StatisticsTable | None:
    """Table of a question's facility by language; None where it was asked in only one."""
    if not question.tongues:
        return None
    columns = (
        StatisticsColumn(_("Language")),
        StatisticsColumn(_("Asked"), COUNT),
        StatisticsColumn(_("Facility"), SHARE),
    )
    rows = [(names.get(t.locale, t.locale), t.attempts, t.facility) for t in question.tongues]
    return StatisticsTable("languages", _language_gap(question, names), columns, rows)


def _language_gap(question: AnalysedQuestion, names: Mapping[str, str]) -> str:
    known = [t for t in question.tongues if t.facility is not None and t.attempts >= GAP_LEAST]
    if len(known) < 2:
        return _("Facility by language: too few tries to compare")
    low, high = (pick(known, key=lambda t: t.facility or 0.0) for pick in (min, max))
    return _("Facility by language: lowest in %(low)s, highest in %(high)s") % {
        "low": names.get(low.locale, low.locale),
        "high": names.get(high.locale, high.locale),
    }


def _question_row(question: AnalysedQuestion, item: ItemStatistics) -> list[Cell]:
    low, high = item.interval or (None, None)
    return [
        question.code,
        ", ".join(str(number) for number in sorted(question.numbers)),
        question.stem,
        kind_name(question.kind),
        item.attempts,
        *(item.facility, low, high),
        *(item.discrimination_index, item.discriminative_efficiency, item.effective_weight),
        _("yes") if needs_a_look(item) else _("no"),
    ]


def kind_name(kind: str) -> str:
    """The name of a question kind as authors see it."""
    return str(FORMS[kind].block.meta.label) if kind in FORMS else kind


def _worst(report: QuizReport) -> str:
    found = report.worth_a_look()
    if not report.analysis.quiz.enough:
        return _("Questions: too few tries to judge them")
    if not found:
        return _("Every question is within what is usual")
    names = ", ".join(question.code for question, _item in found[:NAMED])
    return _("Look at these first: %(names)s") % {"names": names}


def _bin(number: int) -> str:
    low = number * 100 // BINS
    return f"{low}–{100 if number == BINS - 1 else low + 100 // BINS - 1}"


def _marked(label: str, *, right: bool) -> str:
    return _("%(answer)s (right)") % {"answer": label} if right else label

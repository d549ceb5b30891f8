"""Where an item is used: the quizzes that may draw it, how often it was asked, and its versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from items.models import Item, ItemVersion
from quizzes.models import Quiz, Response
from quizzes.rules import settings
from quizzes.rules.settings import DrawRule


@dataclass(frozen=True)
class QuizDraws:
    """A quiz with the sections it draws, as published."""

    quiz: Quiz
    sections: tuple[DrawRule, ...]

    def may_ask(self, item: Item) -> bool:
        """Whether an attempt that starts now may draw the item. Reads `item.bank` and `item.principle`."""
        if item.retired or not item.live:
            return False
        principle = item.principle.code if item.principle else None
        return any(
            section.bank == item.bank.code
            and section.principle in (None, principle)
            and (item.critical or not section.critical_only)
            for section in self.sections
        )


def list_quiz_draws(quizzes: Iterable[Quiz] | None = None) -> list[QuizDraws]:
    """What each quiz draws. One query."""
    known = Quiz.objects.order_by("title") if quizzes is None else quizzes
    return [QuizDraws(quiz, settings.read_rules(quiz.rules).sections) for quiz in known]


def quizzes_of(item: Item, known: Sequence[QuizDraws]) -> list[Quiz]:
    """The quizzes that may ask the item."""
    return [drawing.quiz for drawing in known if drawing.may_ask(item)]


def names_of(item: Item, known: Sequence[QuizDraws]) -> list[str]:
    """The titles of the quizzes that may ask the item; with their codes where two, such as a copy, share a title."""
    shared = Counter(drawing.quiz.title for drawing in known)
    return [
        f"{quiz.title} ({quiz.code})" if shared[quiz.title] > 1 else quiz.title
        for quiz in quizzes_of(item, known)
    ]


def count_times_asked(items: QuerySet[Item]) -> QuerySet[Item]:
    """The items with `asked`: in how many tries each was dealt, whatever its version.

    A subquery for each row rather than a join: only the rows of one page of a list are counted.
    """
    dealt = Response.objects.filter(version__item=OuterRef("pk"))
    counted = dealt.values("version__item").annotate(count=Count("pk")).values("count")
    return items.annotate(asked=Coalesce(Subquery(counted), 0))


def versions_of(item: Item) -> QuerySet[ItemVersion]:
    """The versions of an item, newest first, each with `asked`."""
    return item.versions.annotate(asked=Count("responses")).order_by("-number")

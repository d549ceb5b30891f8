"""Quizzes that tell answers and quizzes that certify: drawing from one bank, the first give away the second."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from quizzes.models import Quiz, QuizPage
from quizzes.rules import settings
from quizzes.rules.feedback_policy import tells_answers
from quizzes.rules.settings import QuizRules


def describe_shared_banks(quiz: Quiz, rules: QuizRules | None = None) -> list[str]:
    """A sentence for each published quiz that gives away the questions of this one, or is given away by it.

    `rules` are those that the quiz is going to have; without them those that it has count.
    """
    mine = rules or settings.read_rules(quiz.rules)
    live = QuizPage.objects.live().filter(quiz=OuterRef("pk"))
    found = []
    for other in Quiz.objects.filter(Exists(live)).exclude(pk=quiz.pk).order_by("title", "pk"):
        theirs = settings.read_rules(other.rules)
        shared = sorted(set(mine.banks) & set(theirs.banks))
        telling = (
            tells_answers(mine) and theirs.certifies,
            tells_answers(theirs) and mine.certifies,
        )
        if shared and any(telling):
            names = (quiz.title, other.title) if telling[0] else (other.title, quiz.title)
            told = {"telling": names[0], "certifying": names[1], "banks": ", ".join(shared)}
            text = _(
                "“%(telling)s” tells the answers to questions from %(banks)s, and “%(certifying)s”, with which a "
                "course is completed, draws from there too. Give one of them a bank of its own."
            )
            found.append(text % told)
    return found

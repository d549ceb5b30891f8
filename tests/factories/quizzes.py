"""Plain makers of banks, items, quizzes and attempts for tests."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Count
from django.utils import timezone

from wagtail.images import get_image_model

import PIL.Image

from accounts.models import User
from courses.models import CoursePage, Principle
from courses.progress import course_progress, enrolments
from courses.writing.file_places import find_closed_collection
from items.models import Item, ItemBank
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.starting import start_attempt
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, QuizPage, Response
from quizzes.publishing import quiz_rules
from quizzes.rules import presets
from quizzes.screens.previews import example_forms
from tests.factories import published_rows
from tests.factories.courses import add, lessons_of, make_course, make_principle_page
from tests.factories.kept import Named, Numbers, kept

_numbers = Numbers()

# Words that may never reach a browser before the policy says so.
CANARY = "CANARY"
KINDS = ("single", "multiple", "true_false", "number", "ordering", "matching")
UNSCORED = ("survey", "description")
# Kinds with pictures, in steps, and marked by a person: their answers are more than one plain form.
STAGED = ("image_choice", "hotspot", "scenario", "free_text")
# So many an author may draw from a bank.
MOST_DRAWN = 100
# Every kind that is answered with words, ticks and places.
EVERY = (
    *KINDS,
    *("confidence", "short_text", "gap", "ranking", "categorise", "rate_post", "spot"),
    *UNSCORED,
)


def make_row(kind: str = "single", **changes: Any) -> dict[str, Any]:
    """One item as a file says it; every reason and explanation carries the canary."""
    number = next(_numbers)
    common = {
        "code": f"Q-{number}",
        "kind": kind,
        "stem": f"Question {number} about {kind}",
        "feedback": f"{CANARY} feedback {number}",
    }
    return common | _ANSWERS[kind]() | changes


def _options(*right: int) -> list[dict[str, Any]]:
    return [
        {"text": f"Option {place}", "correct": place in right, "reason": f"{CANARY} reason {place}"}
        for place in range(1, 5)
    ]


def _steps(*words: str) -> dict[str, Any]:
    steps = [{"text": text, "reason": f"{CANARY} {text}"} for text in words]
    return {"steps": steps, "credit": "distance", "reason": f"{CANARY} order"}


def _sorted(*words: str) -> list[dict[str, str]]:
    return [{"text": text, "reason": f"{CANARY} {text}"} for text in words]


def make_image(number: int = 1) -> Any:
    """A small picture, different for each number."""
    name = f"test-{number}.png"
    found = get_image_model().objects.filter(title=name).first()
    file = BytesIO()
    PIL.Image.new("RGB", (40, 30), (number * 40 % 255, 90, 120)).save(file, "PNG")
    return found or get_image_model().objects.create(
        title=name,
        file=ContentFile(file.getvalue(), name),
        width=40,
        height=30,
        collection=find_closed_collection(),
    )


def _region(label: str, y: int, *, fault: bool) -> dict[str, Any]:
    place = {"x": "10", "y": str(y), "width": "50", "height": "20"}
    return {"label": label, **place, "fault": fault, "reason": f"{CANARY} {label}"}


def _scene(name: str, text: str, **ways: str) -> dict[str, Any]:
    """The first way is worth everything, the second nothing."""
    choices = [
        {
            "text": f"Do {does}",
            "to": to,
            "credit": credit,
            "consequence": f"{CANARY} came of {does}",
        }
        for (does, to), credit in zip(ways.items(), ("1", "0"), strict=True)
    ]
    return {"name": name, "text": text, "choices": choices}


_ANSWERS: dict[str, Any] = {
    "single": lambda: {"options": _options(2)},
    "confidence": lambda: {
        "answer": False,
        "reason_true": f"{CANARY} true",
        "reason_false": f"{CANARY} false",
        "credit": "quadratic",
    },
    "short_text": lambda: {
        "accept": [
            {"text": "canary-bird", "reason": f"{CANARY} best"},
            {"text": "canary-chick", "credit": "0.5", "reason": f"{CANARY} half"},
        ],
        "reason_wrong": f"{CANARY} wrong",
    },
    "gap": lambda: {
        "text": "I [[1]] at Northlight, so I am not [[2]].",
        "gaps": [
            {"answers": ["canary-typed", "am employed"], "reason": f"{CANARY} typed"},
            {"answers": ["neutral"], "others": ["paid", "welcome"], "reason": f"{CANARY} chosen"},
        ],
    },
    "ranking": lambda: _steps("Ask legal", "Tell the team", "Post later", "Post at once"),
    "categorise": lambda: {
        "categories": [
            {"text": "Now", "items": _sorted("A fire", "A wrong number")},
            {"text": "Tomorrow", "items": _sorted("A new logo")},
            {"text": "Never"},
        ],
        "reason": f"{CANARY} groups",
    },
    "rate_post": lambda: {
        "post": "We are thrilled.\n\nTruly.",
        "scale": ["Not at all", "Partly", "Fully"],
        "aspects": [
            {"text": "Clear", "expert": "Partly", "reason": f"{CANARY} clear"},
            {"text": "Open", "expert": "not at  all", "reason": f"{CANARY} open"},
        ],
        "reason": f"{CANARY} post",
        "credit": "near",
    },
    "spot": lambda: {
        "segments": [
            "Our new speaker is here.",
            {"text": "It is the best in the world.", "fault": True, "reason": f"{CANARY} best"},
            {"text": "I work at Northlight.", "reason": f"{CANARY} open"},
            {"text": "Buy it today.", "fault": True, "reason": f"{CANARY} sale"},
        ],
        "credit": "proportional_correct",
        "penalty": "0.25",
    },
    "image_choice": lambda: {
        "options": [
            {
                "image": make_image(place).pk,
                "alt": f"Picture of {place}",
                "correct": place == 2,
                "reason": f"{CANARY} picture {place}",
            }
            for place in (1, 2, 3)
        ]
    },
    "hotspot": lambda: {
        "image": make_image().pk,
        "alt": "A post on a phone",
        "regions": [
            _region("The name", 5, fault=False),
            _region("The promise", 35, fault=True),
            _region("The price", 65, fault=True),
        ],
        "credit": "proportional_correct",
    },
    "scenario": lambda: {
        "nodes": [
            _scene("start", "Somebody complains.", ask="calm", argue="row"),
            _scene("calm", f"{CANARY} calm", thank="good", joke="mixed"),
            _scene("row", f"{CANARY} row", sorry="mixed", delete="bad"),
        ],
        "endings": [
            {
                "name": name,
                "text": f"{CANARY} {name}",
                "verdict": name,
                "reason": f"{CANARY} why {name}",
            }
            for name in ("good", "mixed", "bad")
        ],
    },
    "free_text": lambda: {
        "min_words": 3,
        "max_words": 50,
        "criteria": [
            {
                "title": title,
                "levels": [
                    {"text": f"{CANARY} {title} in full", "points": "1"},
                    {"text": f"{CANARY} {title} in part", "points": "0.5"},
                    {"text": f"{CANARY} no {title}", "points": "0"},
                ],
            }
            for title in ("Openness", "Tone")
        ],
        "model": f"{CANARY} model",
        "guide": f"{CANARY} guide for those who mark",
    },
    "survey": lambda: {
        "options": [{"text": "Often", "reason": f"{CANARY} often"}, "Seldom", "Never"]
    },
    "description": dict,
    "multiple": lambda: {"options": _options(2, 3), "credit": "proportional"},
    "true_false": lambda: {
        "answer": True,
        "reason_true": f"{CANARY} true",
        "reason_false": f"{CANARY} false",
    },
    "number": lambda: {
        "answer": "41.5",
        "tolerance": "0.5",
        "unit": "%",
        "reason_right": f"{CANARY} right",
        "reason_wrong": f"{CANARY} wrong",
    },
    "ordering": lambda: {
        "steps": ["Listen", "Decide", "Write", "Post"],
        "credit": "distance",
        "reason": f"{CANARY} order",
    },
    "matching": lambda: {
        "pairs": [{"left": "Blog", "right": "Long"}, {"left": "Status", "right": "Short"}],
        "extra": ["Never"],
        "reason": f"{CANARY} match",
    },
}


def make_bank(code: str = "BANK", *rows: dict[str, Any]) -> ItemBank:
    """A bank with these items published; without rows, one of each kind."""
    bank, new = ItemBank.objects.get_or_create(code=code, defaults={"title": code})
    published_rows.publish_rows(bank, rows or [make_row(kind) for kind in KINDS], empty=new)
    return bank


def make_item(bank: ItemBank | None = None, kind: str = "single", **changes: Any) -> Item:
    row = make_row(kind, **changes)
    bank = bank or make_bank(f"BANK-{next(_numbers)}", row)
    if not bank.items.filter(code=row["code"]).exists():
        make_bank(bank.code, row)
    return bank.items.get(code=row["code"])


def make_principle(number: int = 1) -> Principle:
    found = Principle.objects.filter(code=f"P{number}").first()
    return found or make_principle_page(number).principle


class NamedBank(Named):
    """A bank of which a quiz says which it is, and how many of its items there are to draw.

    The rules of a quiz have nothing else from a bank without principles.
    """

    def __init__(self, bank: ItemBank, count: int) -> None:
        super().__init__(("bank", bank.pk), ("bank", bank.code), ("count", count))
        self.draw = _draw(bank, count)

    def make_stand_in(self) -> NamedBank:
        return NamedBank(ItemBank.objects.create(pk=7_654_321, code="STAND-IN"), 97)


def _draw(bank: ItemBank, count: int | None) -> dict[str, Any]:
    return {"bank": bank, "count": count or bank.items.count()}


def make_quiz(
    bank: ItemBank | None = None,
    *,
    course: CoursePage | None = None,
    count: int | None = None,
    principle: Principle | None = None,
    **fields: Any,
) -> QuizPage:
    """A published quiz below a published course, drawing `count` items (all there are) from the bank.

    `fields` are the page's and, by their names in `quizzes.rules_of`, its rules; quicker than
    publishing, with the same outcome for the quiz.
    """
    words = {"course": course, "principle": principle, "count": count}
    given = {name: value for name, value in words.items() if value}
    if bank and not course and not principle:
        items = bank.items.aggregate(all=Count("pk"), taught=Count("principle"))
        asked = count or items["all"]
        if not items["taught"] and 0 < asked <= MOST_DRAWN:
            return _make_quiz(NamedBank(bank, asked), **fields)
    return _make_quiz(bank, **given, **fields)


@kept
def _make_quiz(
    bank: NamedBank | ItemBank | None,
    *,
    course: CoursePage | None = None,
    count: int | None = None,
    principle: Principle | None = None,
    **fields: Any,
) -> QuizPage:
    rules = {name: fields.pop(name) for name in presets.SETTINGS if name in fields}
    number = next(_numbers)
    bank = bank or make_bank()
    course = course or make_course(lessons=1, modules=1)
    draw = bank.draw if isinstance(bank, NamedBank) else _draw(bank, count)
    section = draw | {"principle": principle, "critical_only": False, "mandatory": False}
    fields = {
        "title": f"Quiz {number}",
        "slug": f"quiz-{number}",
        "code": f"QUIZ-{number}",
        "draw": [("section", section)],
        "differences": differences({"principle_percent": 0, "recap_gate": False} | rules),
    } | fields
    page = add(course, QuizPage(**fields))
    quiz_rules.sync_quiz(page)
    page.quiz.refresh_from_db()
    return page


def differences(rules: dict[str, Any]) -> list[tuple[str, Any]]:
    """The author's panel that says these rules."""
    limit = rules.pop("time_limit_minutes", None)
    tries = {"allowed": "attempts_allowed", "window_hours": "attempts_window_hours"}
    usual = {"attempts_allowed": 3, "attempts_window_hours": 24}
    made: list[tuple[str, Any]] = []
    if limit:
        tested = rules.pop("time_is_tested", False)
        made.append(("time_limit", {"minutes": limit, "reason": "It is tested" if tested else ""}))
    if usual.keys() & rules.keys():
        given = {name: rules.pop(key, usual[key]) for name, key in tries.items()}
        made.append(("attempts", given))
    if {"opens_at", "closes_at"} & rules.keys():
        made.append(("open", {name: rules.pop(name, None) for name in ("opens_at", "closes_at")}))
    if "cool_down_hours" in rules:
        made.append(("cool_down", rules.pop("cool_down_hours")))
    return made + list(rules.items())


def make_ready(person: User, page: QuizPage, at: datetime | None = None) -> User:
    """The person has read every lesson of the quiz's course."""
    course = CoursePage.objects.select_related("course").get(path=page.path[: -page.steplen])
    at = at or timezone.now()
    # Quicker than opening and reading each, with the same records.
    steps = [
        course_progress.record_step(person, course.course, lesson, at=at)
        for lesson in lessons_of(course)
    ]
    # The first step starts the course, unless it was read before.
    if not steps or not all(steps):
        enrolments.start_enrolment(person, course.course, actor=person.actor, at=at)
    return person


def make_attempt(person: User, page: QuizPage, at: datetime) -> Attempt:
    """A started attempt of somebody who has read the lessons."""
    make_ready(person, page, at)
    return start_attempt(person, page.quiz, at=at, locale="en")


def form_for(response: Response, *, right: bool = True) -> dict[str, list[str]]:
    """What a browser sends for a right (or wrong) answer: the tokens of this attempt."""
    forms = list(example_forms(response, right=right))
    # Of a story the step that comes next; past its end none.
    taken = len(response.form.get("path", ())) if len(forms) > 1 else 0
    return forms[taken] if taken < len(forms) else {"choice": []}


def answer_all(attempt: Attempt, at: datetime, *, right: bool = True) -> None:
    """Save a right (or wrong) answer to every question."""
    for response in attempt.responses.select_related("version"):
        form = form_for(response, right=right)
        save_answer(attempt.uuid, attempt.person, response.slot, form, seq=response.seq + 1, at=at)


def take(person: User, page: QuizPage, at: datetime, *, right: bool = True) -> Attempt:
    """A whole attempt, handed in."""
    attempt = make_attempt(person, page, at)
    answer_all(attempt, at, right=right)
    return submit_attempt(attempt.uuid, person, at=at)

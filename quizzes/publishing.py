"""Publishing: cuts item versions from items, and derives the rules of quizzes and their part of a release.

An item version is cut only when its content differs from the
newest one; the rules of a quiz follow its page in the source language.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from courses.binding import is_source, is_taken
from courses.models import Course, CoursePage
from ledger import entries
from quizzes import authoring, presets, rules_of
from quizzes.authoring import contents
from quizzes.content import parse
from quizzes.differences import settings_of
from quizzes.drawing import DrawError, PoolItem, draw
from quizzes.models import Item, ItemVersion, Quiz, QuizPage
from quizzes.rules_of import Draw, Rules

# Draftail adds these attributes to paragraphs for its own use; versions leave them out.
BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


def content_of(item: Item) -> dict[str, Any]:
    """Return the plain content of an item, as `quizzes.content` reads it; a draft may give incomplete content."""
    asked = authoring.answers(item.body)
    return {
        "kind": asked.pop("kind"),
        "stem": BLOCK_KEY.sub("", item.stem),
        "points": contents.number(Decimal(item.points)),
        "feedback": item.feedback,
        "hint": item.hint,
        **asked,
    }


def cut_version(item: Item, *, actor: str, at: datetime) -> ItemVersion:
    """Return the version that learners are asked from now on.

    It is a new one if the content, principle, difficulty or critical flag has changed.

    Raises ContentError when the item cannot be asked.
    """
    content = content_of(item)
    parse(content)
    asked = {
        "content": content,
        "principle": item.principle.code if item.principle else None,
        "difficulty": item.difficulty,
        "critical": item.critical,
    }
    sha256 = hashlib.sha256(canonical(asked).encode()).hexdigest()
    with transaction.atomic():
        Item.objects.select_for_update().get(pk=item.pk)
        newest = item.versions.order_by("-number").first()
        if newest and newest.sha256 == sha256 and newest.withdrawn_at is None:
            return newest
        version = ItemVersion.objects.create(
            item=item,
            number=newest.number + 1 if newest else 1,
            kind=content["kind"],
            principle=item.principle,
            difficulty=item.difficulty,
            critical=item.critical,
            content=content,
            sha256=sha256,
            published_at=at,
            actor=actor,
        )
        entries.append(
            kind="item.published",
            subject=f"item:{item.bank.code}/{item.code}",
            actor=actor,
            at=at,
            data={"number": version.number, "sha256": sha256},
        )
    return version


def newest_versions(banks: tuple[str, ...]) -> QuerySet[ItemVersion]:
    """Return what may be drawn from these banks: the newest version of each item in use, unless withdrawn."""
    newest = ItemVersion.objects.filter(item=OuterRef("item")).order_by("-number").values("pk")[:1]
    return ItemVersion.objects.annotate(newest=Subquery(newest)).filter(
        pk=F("newest"),
        withdrawn_at__isnull=True,
        item__bank__code__in=banks,
        item__live=True,
        item__retired=False,
    )


def sync_quiz(page: QuizPage) -> Quiz:
    """Copy title, course, code and rules of a published page to its quiz, unless the page is a translation."""
    quiz = page.quiz or Quiz.objects.get(key=page.translation_key)
    if not is_source(page):
        return quiz
    parent = page.get_parent().specific
    quiz.course = parent.course if isinstance(parent, CoursePage) else None
    quiz.title = page.title
    if page.code and not is_taken(Quiz.objects.all(), page, code=page.code):
        quiz.code = page.code
    quiz.rules = rules_of.write(rules_on(page))
    quiz.save()
    return quiz


def rules_on(page: QuizPage) -> Rules:
    """Return the rules that a page sets, whether it is published or not."""
    sections = tuple(_draw(block.value) for block in page.draw)
    principles = [block.value["principle"] for block in page.draw if block.value["principle"]]
    banks = {section.bank for section in sections}
    versions = newest_versions(tuple(banks)).filter(principle__isnull=False)
    titles = dict(versions.values_list("principle__code", "principle__title").distinct())
    rules = replace(
        presets.rules(page.preset, settings_of(page.differences)),
        sections=sections,
        titles=titles | {principle.code: principle.title for principle in principles},
    )
    return replace(rules, extra_questions=_extra(rules))


def pool(rules: Rules) -> dict[str, list[PoolItem]]:
    """Return what may be drawn, by bank code, for a person who has seen none of the items. One query."""
    found: dict[str, list[PoolItem]] = {bank: [] for bank in rules.banks}
    rows = newest_versions(rules.banks).values_list(
        "pk", "item_id", "item__bank__code", "principle__code", "critical"
    )
    for pk, item, bank, principle, critical in rows:
        one = PoolItem(pk, principle or "", critical=critical, item=item)
        found[bank].append(replace(one, mandatory=rules.always_asks(bank, one)))
    return found


def _extra(rules: Rules) -> int:
    """Count the mandatory items that the other sections have no place for, as the banks are now."""
    if not any(section.mandatory for section in rules.sections):
        return 0
    banks = pool(rules)
    plans = {bank: rules.plan(bank) for bank in rules.banks}
    try:
        drawn = sum(len(draw(banks[bank], plan, "")) for bank, plan in plans.items())
    except DrawError:
        return 0  # the quiz cannot start anyway, and says so there
    return drawn - sum(section.count for plan in plans.values() for section in plan.sections)


def release_part(course: Course) -> list[dict[str, Any]]:
    """Return what the quizzes of a course add to its release: their rules, and the versions in their banks."""
    return [_quiz_part(quiz) for quiz in Quiz.objects.filter(course=course).order_by("code")]


def canonical(value: object) -> str:
    """Return canonical JSON (sorted keys, no spaces, no ASCII escapes): equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _quiz_part(quiz: Quiz) -> dict[str, Any]:
    rows = newest_versions(rules_of.read(quiz.rules).banks).order_by(
        "item__bank__code", "item__code"
    )
    items = rows.values_list("item__bank__code", "item__code", "number", "sha256")
    return {"code": quiz.code, "rules": quiz.rules, "items": [list(row) for row in items]}


def _draw(value: Any) -> Draw:
    principle = value["principle"]
    return Draw(
        bank=value["bank"].code,
        count=value["count"] or 0,
        principle=principle.code if principle else None,
        critical_only=bool(value["critical_only"]),
        mandatory=bool(value["mandatory"]),
    )

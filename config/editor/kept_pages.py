"""Pages on which facts rest: their course, quiz or principle has been learned, tried or asked for by somebody.

A page is deleted with everything below it, so the whole trees are asked about: of courses and quizzes what is recorded
about them, of modules and lessons who has read them, of principles who has read or tried what is about them. What only
belongs to the content, such as releases and questions, stands in nobody's way, and an alias rests on the pages of its
original. A page that another language has as well is not the last one of its record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import PROTECT, Field, ForeignObjectRel, Model, Q, QuerySet

from wagtail.models import Page, Site

from courses.models import (
    CoursePage,
    CourseRelease,
    LessonPage,
    ModulePage,
    PrinciplePage,
    StepCompletion,
)
from items.models import Item, ItemVersion
from quizzes.models import Attempt, Quiz, QuizPage, Response

RECORDS = ((CoursePage, "course"), (QuizPage, "quiz"), (PrinciplePage, "principle"))
CONTENT = (Page, Quiz, CourseRelease, Item, ItemVersion)


@dataclass(frozen=True, slots=True)
class PageUses:
    """What rests on pages: how many of which kind, and how many people; `sites` begin there."""

    facts: Counter[str]
    people: int = 0
    sites: int = 0

    def __bool__(self) -> bool:
        return bool(self.facts or self.sites)


class PagesInUseError(Exception):
    """Pages cannot be deleted, because of what rests on them."""

    def __init__(self, uses: PageUses) -> None:
        super().__init__(", ".join(uses.facts) or "sites")
        self.uses = uses


def count_facts_below(pages: Iterable[Page]) -> PageUses:
    """What rests on these pages and all below them; sites that begin there count as well."""
    trees = _of_trees(pages)
    facts: Counter[str] = Counter()
    people: set[int] = set()
    for model, asked in _find_conditions(trees).items():
        if number := (rows := model.objects.filter(asked)).count():
            facts[str(model._meta.verbose_name_plural)] += number
            if _has_person(model):
                people.update(rows.values_list("person", flat=True).distinct())
    sites = Site.objects.filter(root_page__in=Page.objects.filter(trees)).count()
    return PageUses(facts, len(people), sites)


def _find_conditions(trees: Q) -> dict[type[Any], Q]:
    """Which rows of each kind of fact rest on the trees."""
    found: dict[type[Any], Q] = {}
    for kind, name in RECORDS:
        records = _records_of(kind, name, trees)
        for field in _facts_about(records.model) if records.exists() else ():
            asked = Q(**{f"{field.name}__in": records})
            found[field.model] = found.get(field.model, Q(pk__in=[])) | asked
    principles = _records_of(PrinciplePage, "principle", trees)
    steps = Q(step__in=_steps_of(trees)) | Q(step__in=_steps_about(principles))
    tries = Response.objects.filter(version__principle__in=principles).values("attempt")
    found[StepCompletion] = found.get(StepCompletion, Q(pk__in=[])) | steps
    found[Attempt] = found.get(Attempt, Q(pk__in=[])) | Q(pk__in=tries)
    return found


def _of_trees(pages: Iterable[Page]) -> Q:
    trees, top = Q(pk__in=[]), ""
    for path in sorted(page.path for page in pages):
        if not top or not path.startswith(top):
            top = path
            trees |= Q(path__startswith=path)
    return trees


def _records_of(kind: type[Any], name: str, trees: Q) -> QuerySet[Any]:
    """The records that have a page in the trees and none elsewhere, for example in another language."""
    bound = kind.objects.filter(alias_of=None, **{f"{name}__isnull": False})
    model = kind._meta.get_field(name).related_model
    inside, outside = bound.filter(trees).values(name), bound.exclude(trees).values(name)
    return model.objects.filter(pk__in=inside).exclude(pk__in=outside)


def _steps_of(trees: Q) -> QuerySet[Any]:
    """The steps whose lessons are all in the trees."""
    lessons = LessonPage.objects.filter(alias_of=None)
    elsewhere = lessons.exclude(trees).values("translation_key")
    inside = lessons.filter(trees).exclude(translation_key__in=elsewhere)
    return inside.values("translation_key")


def _steps_about(principles: QuerySet[Any]) -> QuerySet[Any]:
    """The steps of the modules that teach these principles."""
    modules = ModulePage.objects.filter(principle__in=principles)
    below = _of_trees(modules.only("path"))
    return LessonPage.objects.filter(below, alias_of=None).values("translation_key")


def _facts_about(record: type[Model]) -> Iterator[Field[Any, Any]]:
    """The references to such a record that keep it from being deleted."""
    for relation in record._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.on_delete is not PROTECT:
            continue
        if not issubclass(relation.field.model, CONTENT):
            yield relation.field


def _has_person(model: type[Any]) -> bool:
    return any(field.name == "person" for field in model._meta.fields)

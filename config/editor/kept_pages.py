"""Pages on which facts rest: their course, quiz or principle has been learned, tried or asked for by somebody.

A course is deleted with everything below it, so the whole trees are asked about. What only belongs to the content,
such as releases and questions, stands in nobody's way, and an alias rests on the pages of its original.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import PROTECT, Field, ForeignObjectRel, Model, Q, QuerySet

from wagtail.models import Page, Site

from courses.models import CoursePage, CourseRelease, PrinciplePage
from items.models import Item, ItemVersion
from quizzes.models import Quiz, QuizPage

RECORDS = ((CoursePage, "course"), (QuizPage, "quiz"), (PrinciplePage, "principle"))
CONTENT = (Page, Quiz, CourseRelease, Item, ItemVersion)


class PagesInUseError(Exception):
    """What rests on the pages: how many of which kind."""

    def __init__(self, uses: Counter[str]) -> None:
        super().__init__(", ".join(uses))
        self.uses = uses


def count_facts_below(pages: Iterable[Page]) -> Counter[str]:
    """How many facts of which kind rest on these pages and all below them; sites that begin there count as well."""
    trees = _of_trees(pages)
    uses: Counter[str] = Counter()
    _count(uses, Site.objects.filter(root_page__in=Page.objects.filter(trees)))
    for kind, name in RECORDS:
        records = _records_of(kind, name, trees)
        for field in _facts_about(records.model) if records.exists() else ():
            rows: Any = field.model
            _count(uses, rows.objects.filter(**{f"{field.name}__in": records}))
    return uses


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


def _facts_about(record: type[Model]) -> Iterator[Field[Any, Any]]:
    """The references to such a record that keep it from being deleted."""
    for relation in record._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.on_delete is not PROTECT:
            continue
        if not issubclass(relation.field.model, CONTENT):
            yield relation.field


def _count(uses: Counter[str], rows: QuerySet[Any]) -> None:
    if number := rows.count():
        uses[str(rows.model._meta.verbose_name_plural)] += number

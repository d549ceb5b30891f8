"""Which record a page belongs to: page → `Course` or `Principle`, by the page's translation key.

A record is made with its first page and outlives all its pages that were ever published. Its code and title are
caches of the source-language page, refreshed when that page is published. A draft without a code, and a copy, get
the first free one; an alias belongs to the record of its original.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from wagtail.models import Page

from accounts.codes import MOST_LETTERS, propose_code
from courses.models.records import Course, Principle
from courses.writing.originals import find_original


def choose_code(page: Page, records: models.QuerySet[Any]) -> str:
    """The code of a page: what its author wrote, else that of its record, else a free one from its title."""
    return page.code or find_code(page.title, page, records)


def find_code(title: str, page: Page, records: models.QuerySet[Any]) -> str:
    """The code of the page's record, else the first free one for this title."""
    known = records.filter(key=page.translation_key).values_list("code", flat=True).first()
    return known or propose_free_code(title, page, records)


def propose_free_code(words: str, page: Page, records: models.QuerySet[Any]) -> str:
    """A code made from these words that the record of no other page has."""
    most = records.model._meta.get_field("code").max_length or MOST_LETTERS
    return propose_code(words, lambda code: is_taken(records, page, code=code), most)


def is_taken(records: models.QuerySet[Any], page: Page, **identity: object) -> bool:
    """Whether another page's record already goes by this code or number."""
    return records.filter(**identity).exclude(key=page.translation_key).exists()


def is_source_page(page: Page) -> bool:
    """Whether the record takes its code and title from this page, and not from a translation of it."""
    if page.locale.is_default:
        return True
    return not any(
        other.locale.is_default for other in page.get_translations().select_related("locale")
    )


def bind_course(page: Page, courses: models.QuerySet[Course]) -> Course:
    """The record of this page, of its translations and aliases, made with the first of them."""
    if page.alias_of_id:
        return find_original(page).course
    bound = page.course
    if bound and bound.key == page.translation_key:
        return bound
    course, made = courses.get_or_create(
        key=page.translation_key,
        defaults={"code": propose_free_code(page.code, page, courses), "title": page.title[:255]},
    )
    page.code = course.code if made else page.code  # what the page says is what lists say
    return course


def bind_principle(page: Page, principles: models.QuerySet[Principle]) -> Principle:
    """The record of this page, of its translations and aliases, made with the first of them."""
    if page.alias_of_id:
        return find_original(page).principle
    bound = page.principle
    if bound and bound.key == page.translation_key:
        return bound
    number = page.number
    if number is not None and is_taken(principles, page, number=number):
        number = None
    principle, made = principles.get_or_create(
        key=page.translation_key,
        defaults={
            "number": number,
            "code": propose_free_code(page.code, page, principles),
            "title": page.title[:255],
        },
    )
    page.code = principle.code if made else page.code
    return principle


def refresh_course(page: Page) -> None:
    """Take code and title over from a published source page. A code in use elsewhere stays there."""
    course = page.course
    if course is None or page.alias_of_id or not is_source_page(page):
        return
    if page.code and not is_taken(type(course).objects.all(), page, code=page.code):
        course.code = page.code
    course.title = page.title[:255]
    course.save(update_fields=["code", "title"])


def refresh_principle(page: Page) -> None:
    """Take code, number and title over from a published source page, unless they are in use elsewhere."""
    principle = page.principle
    if principle is None or page.alias_of_id or not is_source_page(page):
        return
    records = type(principle).objects.all()
    if page.code and not is_taken(records, page, code=page.code):
        principle.code = page.code
    if page.number is not None and not is_taken(records, page, number=page.number):
        principle.number = page.number
    principle.title = page.title[:255]
    principle.save(update_fields=["code", "number", "title"])

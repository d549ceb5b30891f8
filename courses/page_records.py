"""Which record a page belongs to: page → `Course` or `Principle`, by the page's translation key.

A record is made with its first page and outlives all its pages. Its code and title are caches of the
source-language page, refreshed when that page is published; a draft may still have no code, and a
copy starts with the code of the page it was copied from, so a record may have a made-up code until then.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from wagtail.models import Page

from courses.models.records import Course, Principle


def make_up_code(prefix: str, page: Page) -> str:
    """A code no author would choose, the same each time for the same page and its translations."""
    return f"{prefix}-{page.translation_key.hex[:12].upper()}"


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
    """The record of this page and of its translations, made with the first of them."""
    bound = page.course
    if bound and bound.key == page.translation_key:
        return bound
    code = page.code
    if not code or is_taken(courses, page, code=code):
        code = make_up_code("COURSE", page)
    return courses.get_or_create(
        key=page.translation_key, defaults={"code": code, "title": page.title[:255]}
    )[0]


def bind_principle(page: Page, principles: models.QuerySet[Principle]) -> Principle:
    """The record of this page and of its translations, made with the first of them."""
    bound = page.principle
    if bound and bound.key == page.translation_key:
        return bound
    code, number = page.code, page.number
    if not code or is_taken(principles, page, code=code):
        code = make_up_code("P", page)
    if number is not None and is_taken(principles, page, number=number):
        number = None
    return principles.get_or_create(
        key=page.translation_key,
        defaults={"number": number, "code": code, "title": page.title[:255]},
    )[0]


def refresh_course(page: Page) -> None:
    """Take code and title over from a published source page. A code in use elsewhere stays there."""
    course = page.course
    if course is None or not is_source_page(page):
        return
    if page.code and not is_taken(type(course).objects.all(), page, code=page.code):
        course.code = page.code
    course.title = page.title[:255]
    course.save(update_fields=["code", "title"])


def refresh_principle(page: Page) -> None:
    """Take code, number and title over from a published source page, unless they are in use elsewhere."""
    principle = page.principle
    if principle is None or not is_source_page(page):
        return
    records = type(principle).objects.all()
    if page.code and not is_taken(records, page, code=page.code):
        principle.code = page.code
    if page.number is not None and not is_taken(records, page, number=page.number):
        principle.number = page.number
    principle.title = page.title[:255]
    principle.save(update_fields=["code", "number", "title"])

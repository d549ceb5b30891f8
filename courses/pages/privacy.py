"""Who may read a page: Wagtail's view restrictions, asked in one statement however many lessons have one.

Each lesson carries the restriction "signed-in people". Wagtail's own `public()` asks for every restricted path one by
one, and a thousand of them are more than SQLite takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.http import HttpRequest

from wagtail.models import Page, PageViewRestriction

Pages = TypeVar("Pages", bound="QuerySet[Any]")
LOGIN = PageViewRestriction.LOGIN


def only_public(pages: Pages) -> Pages:
    """The pages that everybody may read."""
    return pages.exclude(_is_closed_by(PageViewRestriction.objects.all()))


def only_for_signed_in(pages: Pages) -> Pages:
    """The pages that everybody who has signed in may read."""
    return pages.exclude(_is_closed_by(PageViewRestriction.objects.exclude(restriction_type=LOGIN)))


def _is_closed_by(restrictions: QuerySet[PageViewRestriction]) -> Q:
    """Whether one of the restrictions stands on the page, or on a page above it."""
    above = restrictions.filter(page__numchild__gt=0).annotate(
        below=ExpressionWrapper(OuterRef("path"), CharField())
    )
    return Q(Exists(restrictions.filter(page=OuterRef("pk")))) | Q(
        Exists(above.filter(below__startswith=F("page__path")))
    )


def close_lessons(lessons: Iterable[Page]) -> None:
    """Give new lessons the restriction that they are for signed-in people."""
    PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page_id=lesson.pk, restriction_type=LOGIN) for lesson in lessons]
    )


def keep_newest_restriction(restriction: PageViewRestriction) -> None:
    """A copied or newly made lesson gets Wagtail's restriction besides its own: it keeps one."""
    others = PageViewRestriction.objects.filter(
        page=restriction.page_id, page__lessonpage__isnull=False
    )
    others.exclude(pk=restriction.pk).delete()


def accepts_after_sign_in(page: Page, request: HttpRequest) -> bool:
    """Whether the person may read the page; somebody who has not signed in yet may once they have."""
    restrictions = page.get_view_restrictions()
    return all(one.restriction_type == LOGIN or one.accept_request(request) for one in restrictions)

"""The terms of the certificates that a course earns, as they were when two of its releases were published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.dated_columns import EVER
from certificates.facts.gathering import CertificationTerms, certification_terms
from certificates.models import Certification
from courses.changes.comparing import ComparedPart, compare_lines
from courses.models import Course, CourseRelease


def compare_terms(before: CourseRelease, after: CourseRelease) -> list[ComparedPart]:
    """Title, time zone and courses of each certification that asks for the course, or did. Three queries."""
    course, titles = after.course_id, dict(Course.objects.values_list("pk", "title"))
    found = [terms for terms in certification_terms() if course in terms.courses_ever]
    known = Certification.objects.in_bulk([terms.id for terms in found])
    moments = (before.published_at, after.published_at)
    return [
        ComparedPart(
            _("Certificate"),
            known[terms.id].title,
            compare_lines(*(list(_tell_terms(terms, titles, at)) for at in moments)),
        )
        for terms in found
    ]


def _tell_terms(terms: CertificationTerms, titles: dict[int, str], at: datetime) -> Iterator[str]:
    def told(fact: str, latest: Any) -> Any:
        return terms.dated[fact].value_at(at, EVER) if fact in terms.dated else latest

    asked = sorted(titles.get(pk, str(pk)) for pk in told("courses", terms.course_ids))
    yield _("Title: %(title)s") % {"title": told("certification_title", terms.title)}
    yield _("Its days are those of %(zone)s") % {"zone": told("policy_tz", terms.policy_tz)}
    yield from (_("It takes the course “%(title)s”") % {"title": title} for title in asked)

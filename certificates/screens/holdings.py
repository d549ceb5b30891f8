"""What somebody reads of their own certifications: what holds, what renewing takes, what changed, what was before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from certificates.models import Award, Requirement
from certificates.screens.documents import CertificateDocument, DocumentState
from courses.changes.reading import told_releases
from courses.models import CourseRelease


@dataclass(frozen=True, slots=True)
class HeldCertification:
    """The newest certificate in one certification, with those before it.

    `courses` are the titles of what renewing takes; `changes` are the releases of these courses since the pass.
    """

    document: CertificateDocument
    earlier: tuple[CertificateDocument, ...] = ()
    courses: tuple[str, ...] = ()
    changes: tuple[CourseRelease, ...] = ()

    @property
    def opens_on(self) -> date:
        """The day from which a renewal loses no time."""
        award = self.document.award
        return award.valid_through - timedelta(days=award.window_days)

    @property
    def is_open(self) -> bool:
        """Whether renewing loses no time: the window is open, or the certificate does not count any more."""
        return self.document.state is not DocumentState.VALID


def group_documents(documents: Iterable[CertificateDocument]) -> list[HeldCertification]:
    """The documents of one person, newest first, by certification. Two queries."""
    by_certification: dict[int, list[CertificateDocument]] = defaultdict(list)
    for document in documents:
        by_certification[document.award.certification_id].append(document)
    courses = _required_courses(by_certification)
    changes = _changes([found[0].award for found in by_certification.values()])
    return [
        HeldCertification(
            newest, tuple(earlier), courses.get(pk, ()), changes.get(newest.award.pk, ())
        )
        for pk, (newest, *earlier) in by_certification.items()
    ]


def _required_courses(certifications: Iterable[int]) -> dict[int, tuple[str, ...]]:
    rows = Requirement.objects.filter(certification__in=list(certifications))
    found: dict[int, tuple[str, ...]] = {}
    for pk, title in rows.order_by("pk").values_list("certification_id", "course__title"):
        found[pk] = (*found.get(pk, ()), title)
    return found


def _changes(awards: Sequence[Award]) -> dict[int, tuple[CourseRelease, ...]]:
    """By award the later releases of its courses that holders are told of, the newest last."""
    courses = {int(course) for award in awards for course in award.releases}
    later = told_releases(courses).defer("content").order_by("published_at", "pk")
    rows = list(later) if courses else []
    return {
        award.pk: tuple(
            row for row in rows if row.number > award.releases.get(str(row.course_id), row.number)
        )
        for award in awards
    }

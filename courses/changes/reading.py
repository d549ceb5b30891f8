"""Read what was said about releases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.changes.states import ChangeFact, ChangeState, fold_change
from courses.models.records import ChangeClass, Course, CourseRelease, ReleaseEvent

What = ReleaseEvent.What


def read_change_states(releases: Iterable[CourseRelease]) -> dict[int, ChangeState]:
    """The state of each release by its primary key. One query."""
    found = list(releases)
    facts: dict[int, list[ChangeFact]] = defaultdict(list)
    rows = ReleaseEvent.objects.filter(release__in=[one.pk for one in found]).order_by("id")
    for row in rows:
        said = ChangeFact(row.what, row.actor, row.note, tuple(row.principles))
        facts[row.release_id].append(said)
    return {
        one.pk: fold_change(
            one.number,
            is_material=one.change_class == ChangeClass.MATERIAL,
            actor=one.actor,
            note=one.note,
            facts=facts[one.pk],
        )
        for one in found
    }


def read_change_state(release: CourseRelease) -> ChangeState:
    return read_change_states([release])[release.pk]


def told_releases(courses: Iterable[int]) -> QuerySet[CourseRelease]:
    """The releases that holders are told of: minor ones, and material ones once that is settled.

    `told_note` is what they read.
    """
    events = ReleaseEvent.objects.filter(release=OuterRef("pk"))
    said = events.exclude(note="").order_by("-id")
    told = Q(change_class=ChangeClass.MINOR) | Q(
        Exists(events.filter(what__in=[What.CONFIRMED, What.REFUSED]))
    )
    rows = CourseRelease.objects.filter(told, course__in=list(courses))
    return rows.annotate(told_note=Coalesce(Subquery(said.values("note")[:1]), "note"))


def changes_since(course: int, number: int) -> list[CourseRelease]:
    """The confirmed material changes of a course after release `number`, the oldest first, without their content."""
    confirmed = ReleaseEvent.objects.filter(release=OuterRef("pk"), what=What.CONFIRMED)
    later = told_releases([course]).filter(Exists(confirmed), number__gt=number)
    return list(later.defer("content").order_by("number"))


def find_base(release: CourseRelease) -> CourseRelease | None:
    """What the release is compared with: the newest one before it that is settled."""
    earlier = list(
        CourseRelease.objects.filter(course=release.course_id, number__lt=release.number)
        .defer("content")
        .order_by("-number")
    )
    states = read_change_states(earlier)
    return next((one for one in earlier if states[one.pk].is_base), None)


def waiting_changes() -> list[CourseRelease]:
    """The material changes that nobody has confirmed, refused or sent back, the oldest first."""
    open_ones = Q(change_class=ChangeClass.MATERIAL, number__gt=1) | Q(events__isnull=False)
    rows = CourseRelease.objects.filter(open_ones).distinct().defer("content")
    found = list(rows.select_related("course").order_by("published_at", "pk"))
    states = read_change_states(found)
    return [one for one in found if states[one.pk].stage == "waiting"]


def version_of_change(release: CourseRelease) -> str:
    """Of a page what it showed: it differs as soon as anybody has said something, set a floor or published again."""
    course: Course = release.course
    parts = (
        release.events.order_by("-id").values_list("pk", flat=True).first(),
        course.floors.order_by("-id").values_list("pk", flat=True).first(),
        course.releases.order_by("-number").values_list("number", flat=True).first(),
    )
    return "-".join(str(part or 0) for part in parts)

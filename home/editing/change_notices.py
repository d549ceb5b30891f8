"""Mails about material changes: their author reads what the reviewer said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from accounts.readers.actor_names import PERSON
from courses.models import CourseRelease
from notifications import sending


def tell_proposers(
    release: CourseRelease,
    proposers: Iterable[str],
    act: str,
    reason: str,
    *,
    by: User,
    at: datetime,
) -> None:
    """Tell whoever published or proposed the change what came of it. Mails about a later day go out once a day."""
    page = release.course.pages.order_by("pk").first()
    keys = [UUID(one.removeprefix(PERSON)) for one in proposers if one.startswith(PERSON)]
    for author in User.objects.filter(uuid__in=keys).exclude(pk=by.pk):
        sending.notify_from_template(
            author,
            "change_reviewed",
            key=f"change:{release.pk}:{act}:{author.pk}:{release.events.count()}:{at:%Y-%m-%d}",
            link=reverse("course_release", args=[page.pk, release.number]) if page else "",
            at=at,
            release=release,
            act=act,
            reason=reason,
            reviewer=by,
        )

"""Messages to people about their certificates, in the recipient's language."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse

from certificates.models import Award, AwardEvent
from certificates.rules.dates import last_day_before, window_opens
from courses.changes.reading import changes_since
from courses.models import VersionFloor
from notifications import sending


def notify_certified(award: Award, *, at: datetime) -> None:
    """Tell the recipient that they are certified, until when, and from when to renew."""
    if award.expires_at <= at:
        return
    sending.notify_from_template(
        award.recipient,
        "certified",
        key=f"certified:{award.uuid}",
        link=reverse("certificates:certificate", args=[award.code]),
        at=at,
        award=award,
        renew_from=award.valid_through - timedelta(days=award.window_days),
    )


def notify_withdrawn(award: Award, event: AwardEvent, *, at: datetime) -> None:
    """Tell the recipient that an award was withdrawn, from when on and why."""
    sending.notify_from_template(
        award.recipient,
        "withdrawn",
        key=f"withdrawn:{event.pk}",
        link=reverse("certificates:certificate", args=[award.code]),
        at=at,
        award=award,
        event=event,
    )


def update_key(award: Award, floor: VersionFloor, stage: int) -> str:
    """The unique key of the reminder of one stage (days before the version stops counting)."""
    return f"update:{award.uuid}:{floor.pk}:{stage}"


def notify_update_due(award: Award, floor: VersionFloor, stage: int, *, at: datetime) -> bool:
    """Tell the holder what changed and through when the old version counts. Whether a message was written.

    Inside the window the whole course is the better offer: it renews, too.
    """
    earned = award.releases[str(floor.course_id)]
    code, zone = award.certification.code, award.policy_tz
    renews = at >= window_opens(award.valid_through, award.window_days, zone)
    way = "channels:training" if renews else "certificates:update"
    message = sending.notify_from_template(
        award.recipient,
        "update_due",
        key=update_key(award, floor, stage),
        link=reverse(way, args=[code]),
        at=at,
        award=award,
        renews=renews,
        course=floor.course,
        changes=changes_since(floor.course_id, earned),
        last=last_day_before(floor.effective_at, zone),
    )
    return message is not None


def ending_key(award: Award, stage: int) -> str:
    """The unique key of the reminder of one stage (days before the end)."""
    return f"ends:{award.uuid}:{stage}"


def notify_ends_soon(award: Award, stage: int, *, at: datetime) -> bool:
    """Remind the recipient, once for each stage (days before the end). Whether a message was written."""
    message = sending.notify_from_template(
        award.recipient,
        "ends_soon",
        key=ending_key(award, stage),
        link=reverse("channels:training", args=[award.certification.code]),
        at=at,
        award=award,
    )
    return message is not None

"""The words and colours of statuses, as HR reads them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.rules.standings import Status

LABELS: dict[str, Promise] = {
    Status.CERTIFIED: _("Certified"),
    Status.EXPIRING: _("Ends soon"),
    Status.UPDATE_DUE: _("Update needed"),
    Status.GRACE: _("Days of grace"),
    Status.EXEMPT: _("Exempt"),
    Status.LAPSED: _("Lapsed"),
    Status.OVERDUE: _("Overdue"),
    Status.AWAITING_REVIEW: _("Waiting for review"),
    Status.IN_PROGRESS: _("In progress"),
    Status.ASSIGNED: _("Not started"),
    Status.SUSPENDED: _("On hold"),
    Status.REVOKED: _("Withdrawn"),
    Status.NOT_REQUIRED: _("Not required"),
}
TONES = {
    Status.CERTIFIED: "go",
    Status.EXPIRING: "wait",
    Status.UPDATE_DUE: "wait",
    Status.GRACE: "wait",
    Status.EXEMPT: "info",
    Status.LAPSED: "stop",
    Status.OVERDUE: "stop",
    Status.AWAITING_REVIEW: "info",
    Status.IN_PROGRESS: "info",
    Status.ASSIGNED: "none",
    Status.SUSPENDED: "stop",
    Status.REVOKED: "stop",
    Status.NOT_REQUIRED: "none",
}


def status_label(status: str | None) -> Promise | str:
    return LABELS.get(status or "", "")


def status_tone(status: str | None) -> str:
    return TONES.get(status or "", "none")  # type: ignore[call-overload]

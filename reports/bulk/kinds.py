"""The acts that may be done to many people: who is left out and why, what happens to the others, doing it to one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.readers import days
from certificates.acts import extensions, guards
from certificates.acts.guards import CertificateRefusedError
from certificates.rules.standings import Status
from courses.models import Assignment, Course
from courses.progress.assignments import assign_course, open_assignment
from ledger import entries
from notifications.models import Notification
from notifications.sending import notify_from_template
from reports import status_labels
from reports.console.act_fields import DayField, days_ahead, require_between
from reports.listing.policies import CertificationPolicy

Words = str | Promise
DAY = timedelta(days=1)
LONGEST = 366
# Where the reason is kept with an assignment, it has to fit.
LONGEST_REASON = 120
TO_DO = (
    *(Status.ASSIGNED, Status.IN_PROGRESS, Status.OVERDUE, Status.LAPSED, Status.GRACE),
    *(Status.EXPIRING, Status.UPDATE_DUE, Status.REVOKED),
)
REMINDED = "person.reminded"


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """One person of those who were chosen, with where they stand in the certification of the list."""

    pk: int
    name: str
    uuid: Any
    region_id: int | None
    left_at: datetime | None
    status: str


class BulkForm(forms.Form):
    """Why it is done to all of them."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("One sentence, kept with each of the acts."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write in one sentence why")},
    )

    def __init__(self, *args: Any, courses: Sequence[Course], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.courses, self.at = {one.code: one for one in courses}, at

    @property
    def choices(self) -> dict[str, Any]:
        """What is chosen, or until it is understood what the page proposes."""
        if self.is_bound:
            return self.cleaned_data
        return {
            name: self.get_initial_for_field(field, name) for name, field in self.fields.items()
        }


class DueForm(BulkForm):
    """For which course, and until which day."""

    course = forms.ChoiceField(
        label=gettext_lazy("Course"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the list")},
    )
    due_on = DayField(label=gettext_lazy("Due on"))
    field_order = ["course", "due_on", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.choices = [(code, one.title) for code, one in self.courses.items()]
        field.initial = next(iter(self.courses), "")
        self.fields["due_on"].initial = days_ahead(self.at, 30)

    def clean_due_on(self) -> date:
        today = timezone.localdate(self.at)
        return require_between(self.cleaned_data["due_on"], today, today + LONGEST * DAY)


class BulkKind:
    """One act on many. Subclasses say what differs."""

    name: ClassVar[str]
    title: ClassVar[Words]
    lede: ClassVar[Words]
    button: ClassVar[Words]
    form: ClassVar[type[BulkForm]] = BulkForm

    def leave_out(
        self,
        people: Sequence[AskedPerson],
        choices: Mapping[str, Any],
        courses: Mapping[str, Course],
    ) -> dict[int, str]:
        """Why nothing would be done to some, by primary key. At most one query."""
        raise NotImplementedError

    def do(self, person: User, choices: Mapping[str, Any], *, actor: User, at: datetime) -> None:
        """Do it to one, with its ledger entry. Raises CertificateRefusedError where it no longer fits."""
        raise NotImplementedError


class Remind(BulkKind):
    name = "remind"
    title = gettext_lazy("Remind people")
    lede = gettext_lazy(
        "Everybody gets one mail with what is to be done and your reason; nobody two on a day."
    )
    button = gettext_lazy("Send the reminders")

    def leave_out(
        self,
        people: Sequence[AskedPerson],
        choices: Mapping[str, Any],
        courses: Mapping[str, Course],
    ) -> dict[int, str]:
        text = _("There is nothing to be done: %(status)s.")
        return {
            one.pk: text % {"status": status_labels.status_label(Status(one.status))}
            for one in people
            if one.status not in TO_DO
        }

    def do(self, person: User, choices: Mapping[str, Any], *, actor: User, at: datetime) -> None:
        key = f"bulk-reminder:{choices['certification']}:{person.uuid}:{at:%Y-%m-%d}"
        if Notification.objects.filter(key=key).exists():
            raise CertificateRefusedError(_("Reminded today already."), "")
        notify_from_template(
            *(person, "reminded"),
            key=key,
            link=reverse("home:me"),
            at=at,
            person=person,
            title=choices["title"],
            reason=choices["reason"],
            who=actor.display_name,
        )
        data = {"certification": choices["certification"]}
        entries.append_entry(
            kind=REMINDED, subject=person.actor, actor=actor.actor, at=at, data=data
        )


class Extend(BulkKind):
    name = "extend"
    title = gettext_lazy("Give people more time")
    lede = gettext_lazy(
        "A later day for a course that is asked of them. No certificate becomes longer by it, and nobody gets a mail."
    )
    button = gettext_lazy("Give more time")
    form = DueForm

    def leave_out(
        self,
        people: Sequence[AskedPerson],
        choices: Mapping[str, Any],
        courses: Mapping[str, Course],
    ) -> dict[int, str]:
        due = _open_days(courses.get(choices["course"]))
        not_asked, later = (
            _("The course is not asked of them by a day."),
            _("Due on %(day)s already."),
        )
        found = {}
        for one in people:
            until = due.get(one.pk)
            if until is None:
                found[one.pk] = not_asked
            elif until >= choices["due_on"]:
                found[one.pk] = later % {"day": days.spell_day(until)}
        return found

    def do(self, person: User, choices: Mapping[str, Any], *, actor: User, at: datetime) -> None:
        assignment = open_assignment(person, Course.objects.get(code=choices["course"]))
        if assignment is None:
            raise CertificateRefusedError(_("The course is not asked of them by a day."), "")
        day, reason = date.fromisoformat(choices["due_on"]), choices["reason"]
        extensions.extend_assignment(
            assignment, due_on=day, reason=reason, actor=actor.actor, at=at
        )


class Assign(BulkKind):
    name = "assign"
    title = gettext_lazy("Ask people to take a course")
    lede = gettext_lazy(
        "The course stands in their status with its day. Nobody gets a mail by this: a reminder is an act of its own."
    )
    button = gettext_lazy("Assign the course")
    form = DueForm

    def leave_out(
        self,
        people: Sequence[AskedPerson],
        choices: Mapping[str, Any],
        courses: Mapping[str, Course],
    ) -> dict[int, str]:
        asked = _open_days(courses.get(choices["course"]))
        return {one.pk: _("It is asked of them already.") for one in people if one.pk in asked}

    def do(self, person: User, choices: Mapping[str, Any], *, actor: User, at: datetime) -> None:
        guards.refuse_own_record(person, actor.actor)
        guards.lock_record(person)
        course = Course.objects.get(code=choices["course"])
        if open_assignment(person, course):
            raise CertificateRefusedError(_("It is asked of them already."), "")
        due_on = date.fromisoformat(choices["due_on"])
        assign_course(
            person, course, due_on=due_on, reason=choices["reason"], actor=actor.actor, at=at
        )


def _open_days(course: Course | None) -> dict[int, date | None]:
    """Of whom the course is asked, with the day. One query."""
    return dict(Assignment.objects.open().filter(course=course).values_list("person", "due_on"))


KINDS: dict[str, BulkKind] = {kind.name: kind for kind in (Remind(), Extend(), Assign())}


def courses_of(programme: CertificationPolicy | None) -> list[Course]:
    """The courses that the certification asks for, by title. One query."""
    asked = programme.course_ids if programme else ()
    return list(Course.objects.filter(pk__in=asked).order_by("title", "pk"))

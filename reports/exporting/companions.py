"""The files beside the status table, for the same people and the same day: which there are, and their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.exporting.profiles import PROFILES, ColumnText, ExportProfile
from reports.status_columns import DATE, INSTANT, NUMBER, TEXT, StatusColumn

# The ready profiles that only say how a table is written, whatever stands in it.
PLAIN_PROFILES = ("people", "xlsx", "machine", "jsonl")
WHEN = (
    StatusColumn("as_of", INSTANT, "The moment the file speaks about."),
    StatusColumn("known_at", INSTANT, "By what was recorded until then."),
)
WHO = (
    StatusColumn("hr_id", TEXT, "The person's number in the HR system, exactly as imported."),
    StatusColumn("person_uuid", TEXT, "The person's identifier in Postworthy; it never changes."),
    StatusColumn("display_name", TEXT, "The name shown today."),
)
PROGRAMME = (
    StatusColumn("programme_code", TEXT, "Code of the certification."),
    StatusColumn("programme_title", TEXT, "Title of the certification."),
)


@dataclass(frozen=True, slots=True)
class Companion:
    """A file: its name in addresses and commands, what it is called, and its columns in their order."""

    name: str
    label: str | Promise
    description: str | Promise
    own_columns: tuple[StatusColumn, ...]

    @property
    def columns(self) -> tuple[StatusColumn, ...]:
        return (*WHEN, *self.own_columns)

    @property
    def schema(self) -> str:
        return f"hr-{self.name}/1"

    def write_as(self, profile: str) -> ExportProfile:
        """The file as one of PLAIN_PROFILES writes it."""
        return replace(
            PROFILES[profile],
            label=self.label,
            description=self.description,
            columns=tuple((column.name, ColumnText(column.name)) for column in self.columns),
            types=tuple(column.type for column in self.columns),
            schema=self.schema,
        )

    def written_in_all_ways(self) -> Iterator[tuple[str, str | Promise]]:
        """Each profile that writes it: name and words."""
        return ((name, PROFILES[name].label) for name in PLAIN_PROFILES)


COMPANIONS = {
    companion.name: companion
    for companion in (
        Companion(
            "completions",
            _("Completions"),
            _("One row for each certificate that somebody has earned until that day."),
            (
                StatusColumn(
                    "record_id", TEXT, "The number of the certificate: the same each time."
                ),
                *WHO,
                *PROGRAMME,
                StatusColumn("basis", TEXT, "attempt, completion or equivalence."),
                StatusColumn("completed_at", INSTANT, "When the quiz was passed, else valid_from."),
                StatusColumn("completed_on", DATE, "The day of that in policy_tz."),
                StatusColumn(
                    "score_percent", NUMBER, "In percent; empty unless the profile may say it."
                ),
                StatusColumn("release_label", TEXT, "The version of the course."),
                StatusColumn("release_sha256", TEXT, "Fingerprint of that version's content."),
                StatusColumn("locale", TEXT, "Language it was earned in."),
                StatusColumn("valid_from", INSTANT, "First instant of the certificate."),
                StatusColumn("valid_through", DATE, "Its last whole day, included, in policy_tz."),
                StatusColumn("expires_at", INSTANT, "First instant after it, not included."),
                StatusColumn("policy_tz", TEXT, "IANA time zone of the dates of this row."),
                StatusColumn(
                    "state", TEXT, "valid, ended, replaced or withdrawn on the day of the file."
                ),
            ),
        ),
        Companion(
            "certificate_events",
            _("Certificate events"),
            _(
                "What happened to certificates until that day: earned, replaced, withdrawn, given back."
            ),
            (
                StatusColumn(
                    "record_id", TEXT, "Certificate, event and number: the same each time."
                ),
                *WHO,
                *PROGRAMME,
                StatusColumn("certificate_no", TEXT, "Number of the certificate."),
                StatusColumn("event", TEXT, "issued, superseded, revoked or reinstated."),
                StatusColumn("effective_at", INSTANT, "From when it counts."),
                StatusColumn("recorded_at", INSTANT, "When it was written down."),
            ),
        ),
        Companion(
            "channel_rights",
            _("Rights on channels"),
            _(
                "Who has which right on which channel on that day: necessary to post, not sufficient."
            ),
            (
                StatusColumn("record_id", TEXT, "The role that was given, and the action."),
                *WHO,
                StatusColumn("channel_code", TEXT, "Code of the channel."),
                StatusColumn("channel_title", TEXT, "Title of the channel today."),
                StatusColumn("platform", TEXT, "Code of the platform."),
                StatusColumn("role", TEXT, "contributor, publisher, approver or admin."),
                StatusColumn(
                    "action",
                    TEXT,
                    "publish, schedule, reply, approve or administer: a row for each.",
                ),
                StatusColumn("since", INSTANT, "From when the role counts."),
                StatusColumn("until", INSTANT, "When it ends, if that is known; not included."),
            ),
        ),
        Companion(
            "exceptions",
            _("Exceptions"),
            _(
                "Holds, waivers and extensions that count on that day. Reasons are never in the file."
            ),
            (
                StatusColumn(
                    "record_id", TEXT, "Kind and number of the record: the same each time."
                ),
                *WHO,
                StatusColumn("exception_type", TEXT, "hold, waiver or extension."),
                StatusColumn(
                    "programme_code",
                    TEXT,
                    "Code of the certification; empty for a hold everywhere.",
                ),
                StatusColumn("course_code", TEXT, "Code of the course of an extension."),
                StatusColumn("since", INSTANT, "From when it counts."),
                StatusColumn("until", INSTANT, "When it ends, if that is known; not included."),
                StatusColumn("was_due_on", DATE, "Of an extension: the last day before it."),
                StatusColumn("due_on", DATE, "Of an extension: the last day now."),
            ),
        ),
    )
}

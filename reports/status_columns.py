"""The columns of the HR status table, `hr-status/1`: fixed names, fixed order (docs/hr-exports.md)."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = "hr-status/1"
TEXT, DATE, INSTANT, NUMBER, YES_NO = "text", "date", "instant", "number", "Y or N"


@dataclass(frozen=True, slots=True)
class StatusColumn:
    """One column. An instant is ISO 8601 in UTC with Z, a date is year-month-day; empty means there is none."""

    name: str
    type: str
    description: str


COLUMNS = (
    StatusColumn("as_of", INSTANT, "The moment the row speaks about."),
    StatusColumn("known_at", INSTANT, "By what was recorded until then."),
    StatusColumn("hr_id", TEXT, "The person's number in the HR system, exactly as imported."),
    StatusColumn("person_uuid", TEXT, "The person's identifier in Postworthy; it never changes."),
    StatusColumn("family_name", TEXT, "Family name today."),
    StatusColumn("given_name", TEXT, "Given name today."),
    StatusColumn("display_name", TEXT, "The name shown today."),
    StatusColumn("work_email", TEXT, "Work address today."),
    StatusColumn("employment_status", TEXT, "active, left, or pre_hire (joins later)."),
    StatusColumn("hire_date", DATE, "First working day as HR gave it."),
    StatusColumn(
        "leave_date", DATE, "Last working day, past or planned, in the region's time zone."
    ),
    StatusColumn("org_unit_code", TEXT, "Code of the team today."),
    StatusColumn("org_unit_name", TEXT, "Name of the team today."),
    StatusColumn("region", TEXT, "Code of the region at as_of."),
    StatusColumn("country", TEXT, "ISO 3166-1 code with two letters."),
    StatusColumn("site", TEXT, "Where they work."),
    StatusColumn("job_code", TEXT, "Job code of the HR system."),
    StatusColumn("manager_hr_id", TEXT, "HR id of the manager today."),
    StatusColumn("programme_code", TEXT, "Code of the certification."),
    StatusColumn("programme_title", TEXT, "Title of the certification."),
    StatusColumn("required", YES_NO, "Whether an assignment asks for it."),
    StatusColumn("requirement_reason", TEXT, "Why it was assigned."),
    StatusColumn("assigned_on", DATE, "Day of the assignment in policy_tz."),
    StatusColumn("due_on", DATE, "Last day to fulfil the assignment, to its end in policy_tz."),
    StatusColumn("status", TEXT, "One word of the status list below."),
    StatusColumn("compliant", YES_NO, "Whether the status counts as fulfilled."),
    StatusColumn("certificate_no", TEXT, "Number of the newest certificate."),
    StatusColumn("release_label", TEXT, "The version of the course it was earned on."),
    StatusColumn("release_sha256", TEXT, "Fingerprint of that version's content."),
    StatusColumn("locale", TEXT, "Language it was earned in."),
    StatusColumn("passed_at", INSTANT, "When the quiz was passed."),
    StatusColumn("passed_on", DATE, "The day of that in policy_tz."),
    StatusColumn(
        "score_percent",
        NUMBER,
        "What that quiz was passed with, in percent; empty unless the profile may say it.",
    ),
    StatusColumn("attempts", NUMBER, "Quiz attempts handed in until as_of."),
    StatusColumn("valid_from", INSTANT, "First instant of the certificate."),
    StatusColumn(
        "valid_through", DATE, "Last whole day of the certificate, included, in policy_tz."
    ),
    StatusColumn("policy_tz", TEXT, "IANA time zone of the dates of this row."),
    StatusColumn("expires_at", INSTANT, "First instant after the certificate, not included."),
    StatusColumn(
        "days_left", NUMBER, "Whole days until expires_at while the certificate is valid."
    ),
    StatusColumn(
        "floor_release", TEXT, "A newer version of the course that the certificate does not reach."
    ),
    StatusColumn("floor_on", DATE, "The day in policy_tz from which that version is asked for."),
    StatusColumn("exception_type", TEXT, "waiver while the person is excused from the training."),
    StatusColumn("exception_until", INSTANT, "When the waiver ends."),
    StatusColumn(
        "hold_type", TEXT, "everything, or certification if the hold is about this one alone."
    ),
    StatusColumn("hold_since", INSTANT, "Since when posting is stopped for the person."),
    StatusColumn("channel_count", NUMBER, "Channels on which the person holds a role."),
    StatusColumn(
        "last_change_at",
        INSTANT,
        "The last moment at which something about this row began or ended.",
    ),
    StatusColumn(
        "row_hash",
        TEXT,
        "SHA-256 over the cells from hr_id on, with U+001F between them, in UTF-8: equal hashes, nothing changed.",
    ),
)
NAMES = tuple(column.name for column in COLUMNS)
# The columns in `row_hash`: all but as_of, known_at and the hash itself.
HASHED_NAMES = NAMES[2:-1]

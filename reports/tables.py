"""The columns of the HR status table, `hr-status/1`: fixed names, fixed order (docs/hr-exports.md)."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = "hr-status/1"
TEXT, DATE, INSTANT, NUMBER, YES_NO = "text", "date", "instant", "number", "Y or N"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. An instant is ISO 8601 in UTC with Z, a date is year-month-day; empty means there is none."""

    name: str
    type: str
    description: str


COLUMNS = (
    Column("as_of", INSTANT, "The moment the row speaks about."),
    Column("known_at", INSTANT, "By what was recorded until then."),
    Column("hr_id", TEXT, "The person's number in the HR system, exactly as imported."),
    Column("person_uuid", TEXT, "The person's identifier in Postworthy; it never changes."),
    Column("family_name", TEXT, "Family name today."),
    Column("given_name", TEXT, "Given name today."),
    Column("display_name", TEXT, "The name shown today."),
    Column("work_email", TEXT, "Work address today."),
    Column("employment_status", TEXT, "active, left, or pre_hire (joins later)."),
    Column("hire_date", DATE, "First working day as HR gave it."),
    Column("leave_date", DATE, "Last working day, past or planned, in the region's time zone."),
    Column("org_unit_code", TEXT, "Code of the team today."),
    Column("org_unit_name", TEXT, "Name of the team today."),
    Column("region", TEXT, "Code of the region at as_of."),
    Column("country", TEXT, "ISO 3166-1 code with two letters."),
    Column("site", TEXT, "Where they work."),
    Column("job_code", TEXT, "Job code of the HR system."),
    Column("manager_hr_id", TEXT, "HR id of the manager today."),
    Column("programme_code", TEXT, "Code of the certification."),
    Column("programme_title", TEXT, "Title of the certification."),
    Column("required", YES_NO, "Whether an assignment asks for it."),
    Column("requirement_reason", TEXT, "Why it was assigned."),
    Column("assigned_on", DATE, "Day of the assignment in policy_tz."),
    Column("due_on", DATE, "Last day to fulfil the assignment, to its end in policy_tz."),
    Column("status", TEXT, "One word of the status list below."),
    Column("compliant", YES_NO, "Whether the status counts as fulfilled."),
    Column("certificate_no", TEXT, "Number of the newest certificate."),
    Column("release_label", TEXT, "The version of the course it was earned on."),
    Column("release_sha256", TEXT, "Fingerprint of that version's content."),
    Column("locale", TEXT, "Language it was earned in."),
    Column("passed_at", INSTANT, "When the quiz was passed."),
    Column("passed_on", DATE, "The day of that in policy_tz."),
    Column("attempts", NUMBER, "Quiz attempts handed in until as_of."),
    Column("valid_from", INSTANT, "First instant of the certificate."),
    Column("valid_through", DATE, "Last whole day of the certificate, included, in policy_tz."),
    Column("policy_tz", TEXT, "IANA time zone of the dates of this row."),
    Column("expires_at", INSTANT, "First instant after the certificate, not included."),
    Column("days_left", NUMBER, "Whole days until expires_at while the certificate is valid."),
    Column(
        "floor_release", TEXT, "A newer version of the course that the certificate does not reach."
    ),
    Column("floor_on", DATE, "The day in policy_tz from which that version is asked for."),
    Column("exception_type", TEXT, "waiver while the person is excused from the training."),
    Column("exception_until", INSTANT, "When the waiver ends."),
    Column("hold_since", INSTANT, "Since when posting is stopped for the person."),
    Column("channel_count", NUMBER, "Channels on which the person holds a role."),
    Column(
        "last_change_at",
        INSTANT,
        "The last moment at which something about this row began or ended.",
    ),
    Column(
        "row_hash", TEXT, "SHA-256 over the cells from hr_id on: equal hashes, nothing changed."
    ),
)
NAMES = tuple(column.name for column in COLUMNS)
# The columns in `row_hash`: all but as_of, known_at and the hash itself.
HASHED = NAMES[2:-1]

"""The cells of the status table in SQL: what each column says, from the columns of `status_sql`."""

from __future__ import annotations

from reports.exporting.sql_expressions import instant

# Columns of a person as they stand, with the SQL of their texts; `manager_hr_id` comes from the folded facts.
PERSON_CELLS = {
    "hr_id": "coalesce(u.hr_id, '')",
    "person_uuid": "u.uuid::text",
    "family_name": "u.family_name",
    "given_name": "u.given_name",
    "display_name": "u.display_name",
    "work_email": "u.email",
    "employment_status": "coalesce(f.status, e.status, 'pre_hire')",
    "hire_date": "coalesce(u.starts_on::text, '')",
    "leave_date": "CASE WHEN f.id IS NULL THEN coalesce(((e.ends_at - interval '1 microsecond')"
    " AT TIME ZONE coalesce(r.time_zone, 'UTC'))::date::text, '') ELSE coalesce(f.leave_date, '') END",
    "org_unit_code": "coalesce(t.code, '')",
    "org_unit_name": "coalesce(t.name, '')",
    "region": "CASE WHEN f.id IS NULL THEN coalesce(e.region, '') ELSE coalesce(f.region, '') END",
    "country": "u.country",
    "site": "u.site",
    "job_code": "u.job_code",
    "manager_hr_id": "coalesce(CASE WHEN f.id IS NULL THEN m.hr_id ELSE f.manager END, '')",
}
# What people typed or another system gave us: what a spreadsheet could run.
FREE_TEXTS = {
    *("hr_id", "family_name", "given_name", "display_name", "work_email", "org_unit_code"),
    *("org_unit_name", "region", "country", "site", "job_code", "manager_hr_id"),
    *("programme_code", "programme_title", "requirement_reason", "certificate_no", "locale"),
    *("policy_tz", "release_sha256"),
}

# The cells of a row, apart from those of the person; the columns are those of `joined`.
ROW_CELLS = {
    "programme_code": "code",
    "programme_title": "title",
    "required": "CASE WHEN due THEN 'Y' ELSE 'N' END",
    "requirement_reason": "coalesce(reason, '')",
    "assigned_on": "coalesce((assigned_at AT TIME ZONE tz)::date::text, '')",
    "due_on": "coalesce(due_day::text, '')",
    "status": "status",
    "compliant": "CASE WHEN status IN ({compliant}) THEN 'Y' ELSE 'N' END",
    "certificate_no": "coalesce(number, '')",
    "release_label": "coalesce('v' || release_number, '')",
    "release_sha256": "coalesce(release_sha256, '')",
    "locale": "coalesce(locale, '')",
    "passed_at": instant("passed_at"),
    "passed_on": "coalesce((passed_at AT TIME ZONE tz)::date::text, '')",
    "score_percent": "''",
    "attempts": "attempts",
    "valid_from": instant("valid_from"),
    "valid_through": "coalesce(through_text, '')",
    "policy_tz": "tz",
    "expires_at": "coalesce(expires_text, '')",
    "days_left": "CASE WHEN status IN ({holding}) THEN days_left ELSE '' END",
    "floor_release": "coalesce(floor_label, '')",
    "floor_on": "coalesce((floor_at AT TIME ZONE tz)::date::text, '')",
    "exception_type": "CASE WHEN exempt_until IS NULL THEN '' ELSE 'waiver' END",
    "exception_until": instant("exempt_until"),
    "hold_type": "CASE WHEN since IS NULL THEN '' WHEN EXISTS (SELECT 1 FROM certificates_hold w"
    " WHERE w.person_id = joined.id AND w.certification_id IS NULL AND w.starts_at = since)"
    " THEN 'everything' ELSE 'certification' END",
    "hold_since": instant("since"),
    "channel_count": "channel_count",
    "last_change_at": instant("last"),
}

"""The status table in SQL, for PostgreSQL: what `reports.status_rows` folds from facts, by sets.

A statement reads the people named in `pks`, whose keys lie between `low` and `high`, in the certifications that it was
written for, at `at`, by what was known at `known`. Tests compare its rows with those of the rules, cell by cell
(tests/reports/test_status_sql.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from certificates.rules.standings import COMPLIANT, HOLDING, Status
from reports.exporting.sql_expressions import (
    SIGNS,
    guard,
    instant,
    quote,
    start_of_day,
    until,
)
from reports.exporting.status_cells import FREE_TEXTS, PERSON_CELLS, ROW_CELLS
from reports.listing.policies import CertificationPolicy, FloorTerms
from reports.sql_standings import last_gone_day, last_opened_day
from reports.status_columns import HASHED_NAMES, NAMES
from reports.status_rows import SEPARATOR

Floor = tuple[CertificationPolicy, FloorTerms]
PEOPLE = """
chosen AS MATERIALIZED (SELECT unnest(%(pks)s::bigint[]) AS id),
folded AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset(%(folded)s::jsonb)
    AS f(id bigint, status text, leave_date text, region text, manager text)),
employed AS (
  SELECT person_id, bool_or(recorded_at <= %(known)s) AS told,
    max(CASE WHEN what = 'left' AND recorded_at <= %(known)s THEN effective_at END) AS ends_at,
    max(CASE WHEN what = 'joined' AND recorded_at <= %(known)s THEN effective_at END) AS begins_at,
    max(CASE WHEN what = 'joined' AND recorded_at <= %(known)s THEN region_id END) AS region_id
  FROM accounts_employmentevent
  WHERE person_id BETWEEN %(low)s AND %(high)s
    AND what NOT IN ('manager', 'sponsor', 'kind', 'switched_off', 'switched_on')
  GROUP BY person_id),
employment AS (
  SELECT person_id, told, CASE WHEN begins_at <= %(at)s THEN g.code END AS region,
    CASE WHEN begins_at <= %(at)s THEN ends_at END AS ends_at,
    CASE WHEN begins_at > %(at)s OR begins_at IS NULL THEN 'pre_hire'
      WHEN ends_at <= %(at)s THEN 'left' ELSE 'active' END AS status
  FROM employed LEFT JOIN accounts_region g ON g.id = region_id),
manager AS MATERIALIZED (
  SELECT id, hr_id FROM accounts_user WHERE id IN (
    SELECT manager_id FROM accounts_user WHERE id BETWEEN %(low)s AND %(high)s)),
roles AS (
  SELECT person_id, count(DISTINCT channel_id) AS channels FROM channels_postingpermission
  WHERE person_id BETWEEN %(low)s AND %(high)s AND recorded_at <= %(known)s AND starts_at <= %(at)s
    AND (ends_at IS NULL OR ends_at > %(at)s)
    AND (ended_at IS NULL OR ended_at > %(at)s OR end_recorded_at > %(known)s)
  GROUP BY person_id)"""

# What depends on the days of an award alone is found once for all awards with the same days.
AWARDS = """
happened AS (
  SELECT e.award_id, bool_or(e.kind = 'superseded' AND e.effective_at <= %(at)s) AS replaced,
    bool_or(e.kind = 'revoked' AND e.effective_at <= %(at)s AND NOT EXISTS (
      SELECT 1 FROM certificates_awardevent b WHERE b.award_id = e.award_id AND b.kind = 'reinstated'
        AND b.recorded_at <= %(known)s AND b.recorded_at >= e.recorded_at AND b.id > e.id
        AND b.effective_at <= %(at)s)) AS revoked,
    max(CASE WHEN e.effective_at <= %(at)s THEN e.effective_at END) AS last
  FROM certificates_awardevent e JOIN certificates_award a ON a.id = e.award_id
  WHERE a.recipient_id BETWEEN %(low)s AND %(high)s AND e.recorded_at <= %(known)s
  GROUP BY e.award_id),
days AS MATERIALIZED (
  SELECT a.*, {opened} AS opened, {gone} AS gone, {moments} AS last, {expires} AS expires_text,
    a.valid_through::text AS through_text,
    floor(extract(epoch FROM a.expires_at - %(at)s) / 86400)::int::text AS days_left
  FROM (
    SELECT DISTINCT policy_tz, valid_through, expires_at, window_days, grace_days
    FROM certificates_award WHERE recipient_id BETWEEN %(low)s AND %(high)s) a),
newest AS MATERIALIZED (
  SELECT DISTINCT ON (a.recipient_id, a.certification_id) a.recipient_id, a.certification_id, a.number,
    a.valid_from, a.expires_at, a.policy_tz, a.locale, a.release_id, a.attempt_id, a.releases,
    coalesce(h.replaced, FALSE) AS replaced,
    coalesce(h.revoked, FALSE) AS revoked, d.opened, d.gone, d.expires_text, d.through_text, d.days_left,
    max(greatest(h.last, d.last, CASE WHEN a.valid_from <= %(at)s THEN a.valid_from END))
      OVER (PARTITION BY a.recipient_id, a.certification_id) AS last
  FROM certificates_award a LEFT JOIN happened h ON h.award_id = a.id
  JOIN days d ON (d.valid_through, d.policy_tz, d.expires_at, d.window_days, d.grace_days)
    = (a.valid_through, a.policy_tz, a.expires_at, a.window_days, a.grace_days)
  WHERE a.recipient_id BETWEEN %(low)s AND %(high)s AND a.recorded_at <= %(known)s
  ORDER BY a.recipient_id, a.certification_id, a.valid_from > %(at)s, coalesce(h.replaced, FALSE),
    a.valid_from DESC, a.id DESC),
award AS (
  SELECT a.recipient_id, a.certification_id, a.replaced, a.revoked, a.number, a.valid_from, a.expires_at,
    a.expires_text, a.through_text, a.days_left, a.policy_tz, a.locale, a.opened, a.gone, a.last AS award_last,
    l.number AS release_number, l.sha256 AS release_sha256, y.submitted_at AS passed_at, y.percent, {unmet} AS floor
  FROM newest a LEFT JOIN courses_courserelease l ON l.id = a.release_id
  LEFT JOIN (
    SELECT id, submitted_at, percent FROM quizzes_attempt
    WHERE person_id BETWEEN %(low)s AND %(high)s) y ON y.id = a.attempt_id
  WHERE a.valid_from <= %(at)s),
coming AS (SELECT recipient_id, certification_id, last FROM newest WHERE valid_from > %(at)s)"""

SPANS = """
held_up AS (
  SELECT h.person_id, g.programme,
    min(h.starts_at) FILTER (WHERE h.starts_at <= %(at)s AND (x.ended_at IS NULL OR x.ended_at > %(at)s)) AS since,
    max({hold_last}) AS last
  FROM certificates_hold h
  CROSS JOIN LATERAL (SELECT CASE WHEN h.end_recorded_at <= %(known)s THEN h.ended_at END AS ended_at) x
  JOIN programme g ON h.certification_id IS NULL OR h.certification_id = g.programme
  WHERE h.person_id BETWEEN %(low)s AND %(high)s AND h.recorded_at <= %(known)s
  GROUP BY h.person_id, g.programme),
excused AS (
  SELECT w.person_id, w.certification_id AS programme,
    max(least(w.until, x.ended_at)) FILTER (
      WHERE w.starts_at <= %(at)s AND least(w.until, x.ended_at) > %(at)s) AS ends_at,
    max({waiver_last}) AS last
  FROM certificates_waiver w
  CROSS JOIN LATERAL (SELECT CASE WHEN w.end_recorded_at <= %(known)s THEN w.ended_at END AS ended_at) x
  WHERE w.person_id BETWEEN %(low)s AND %(high)s AND w.recorded_at <= %(known)s
  GROUP BY w.person_id, w.certification_id)"""

TRAINING = """
due AS MATERIALIZED (
  SELECT s.due_on, g.programme, {due_last} AS last
  FROM (SELECT DISTINCT due_on FROM courses_assignment WHERE person_id BETWEEN %(low)s AND %(high)s) s
  CROSS JOIN (SELECT DISTINCT programme, zone FROM asked) g),
given AS (
  SELECT s.person_id, g.programme, min(s.due_on) FILTER (WHERE x.current) AS due_on,
    bool_or(x.current AND s.due_on < g.today) AS overdue, bool_or(x.current) AS due,
    (array_agg(s.reason ORDER BY s.assigned_at, s.id) FILTER (WHERE x.current))[1] AS reason,
    min(s.assigned_at) FILTER (WHERE x.current) AS assigned_at, max(greatest(d.last, {assignment_last})) AS last
  FROM courses_assignment s JOIN asked g ON g.course = s.course_id
  LEFT JOIN due d ON d.due_on = s.due_on AND d.programme = g.programme
  CROSS JOIN LATERAL (
    SELECT CASE WHEN s.closed_at <= %(known)s THEN s.closed_at END AS closed_at,
      s.assigned_at <= %(at)s AND (s.closed_at IS NULL OR s.closed_at > least(%(at)s, %(known)s)) AS current) x
  WHERE s.person_id BETWEEN %(low)s AND %(high)s AND s.recorded_at <= %(known)s
  GROUP BY s.person_id, g.programme),
learnt AS (
  SELECT s.person_id, g.programme,
    bool_or(s.started_at <= %(at)s AND (s.closed_at IS NULL OR s.closed_at > least(%(at)s, %(known)s))) AS learning,
    max({enrolment_last}) AS last
  FROM courses_enrolment s JOIN asked g ON g.course = s.course_id
  CROSS JOIN LATERAL (SELECT CASE WHEN s.closed_at <= %(known)s THEN s.closed_at END AS closed_at) x
  WHERE s.person_id BETWEEN %(low)s AND %(high)s AND s.started_at <= %(known)s
  GROUP BY s.person_id, g.programme),
tried AS (
  SELECT y.person_id, g.programme, count(*) AS tries
  FROM quizzes_attempt y JOIN quizzes_quiz q ON q.id = y.quiz_id JOIN asked g ON g.course = q.course_id
  WHERE y.person_id BETWEEN %(low)s AND %(high)s AND y.state <> 'void'
    AND y.submitted_at <= least(%(at)s, %(known)s)
  GROUP BY y.person_id, g.programme)"""

ROWS = """
person AS MATERIALIZED (
  SELECT u.id, {person_cells}, coalesce(k.channels, 0)::text AS channel_count
  FROM chosen JOIN accounts_user u ON u.id = chosen.id
  LEFT JOIN accounts_region r ON r.id = u.region_id LEFT JOIN accounts_team t ON t.id = u.team_id
  LEFT JOIN manager m ON m.id = u.manager_id LEFT JOIN folded f ON f.id = u.id
  LEFT JOIN employment e ON e.person_id = u.id LEFT JOIN roles k ON k.person_id = u.id
  WHERE e.told IS NOT FALSE),
joined AS (
  SELECT p.*, g.*, a.*, v.label AS floor_label, v.effective_at AS floor_at, gi.due_on AS due_day, gi.reason,
    gi.assigned_at, gi.due, hu.since, ex.ends_at AS exempt_until, coalesce(tr.tries, 0)::text AS attempts,
    coalesce(a.policy_tz, g.zone) AS tz,
    greatest(g.floors_last, a.award_last, c.last, hu.last, ex.last, gi.last, le.last) AS last,
    CASE WHEN hu.since IS NOT NULL THEN 'suspended'
      WHEN a.revoked THEN 'revoked'
      WHEN a.number IS NOT NULL AND NOT (a.gone OR a.replaced OR coalesce(v.in_force, FALSE)) THEN
        CASE WHEN a.expires_at <= %(at)s THEN 'grace' WHEN a.opened THEN 'expiring'
          WHEN v.place IS NOT NULL THEN 'update_due' ELSE 'certified' END
      WHEN ex.ends_at IS NOT NULL THEN 'exempt'
      WHEN g.retired THEN 'not_required'
      WHEN a.number IS NOT NULL THEN 'lapsed'
      WHEN gi.overdue THEN 'overdue'
      WHEN le.learning THEN 'in_progress'
      WHEN gi.due THEN 'assigned'
      ELSE 'not_required' END AS status
  FROM person p CROSS JOIN programme g
  LEFT JOIN award a ON a.recipient_id = p.id AND a.certification_id = g.programme
  LEFT JOIN floor v ON v.place = a.floor
  LEFT JOIN coming c ON c.recipient_id = p.id AND c.certification_id = g.programme
  LEFT JOIN held_up hu ON hu.person_id = p.id AND hu.programme = g.programme
  LEFT JOIN excused ex ON ex.person_id = p.id AND ex.programme = g.programme
  LEFT JOIN given gi ON gi.person_id = p.id AND gi.programme = g.programme
  LEFT JOIN learnt le ON le.person_id = p.id AND le.programme = g.programme
  LEFT JOIN tried tr ON tr.person_id = p.id AND tr.programme = g.programme
  ORDER BY p.id, g.turn OFFSET 0),
cells AS (SELECT id, turn, risky, person_text, {cells} FROM joined OFFSET 0)
SELECT {chosen_cells} FROM cells ORDER BY id, turn"""


def _listed(statuses: Iterable[Status]) -> str:
    return ", ".join(sorted(f"'{status.value}'" for status in statuses))


def write_statement(
    programmes: Sequence[CertificationPolicy],
    terms: Iterable[tuple[str, int, int]],
    *,
    at: datetime,
    scores: bool,
    guarded: bool = False,
    empty: str = "''",
) -> str:
    """The statement for these certifications as they were then. `terms`: zone, window and grace of all awards.

    `guarded`: no cell is one that a spreadsheet would run. `empty`: what stands for a cell without text.
    """
    floors = [
        (programme, floor)
        for programme in programmes
        for floor in sorted(programme.floors, key=lambda floor: (floor.effective_at, -floor.number))
    ]
    parts = (
        _programmes(programmes, at),
        _asked(programmes, at),
        _floor_table(floors, at),
        PEOPLE,
        _awards(floors, terms, at),
        SPANS.format(hold_last=HOLD_MOMENTS, waiver_last=WAIVER_MOMENTS),
        TRAINING.format(
            due_last=DUE_MOMENTS,
            assignment_last=ASSIGNMENT_MOMENTS,
            enrolment_last=ENROLMENT_MOMENTS,
        ),
        ROWS.format(
            person_cells=_person_cells(),
            cells=_row_cells(scores),
            chosen_cells=_chosen_cells(guarded, empty),
        ),
    )
    return "WITH " + ",".join(parts)


def _awards(floors: Sequence[Floor], terms: Iterable[tuple[str, int, int]], at: datetime) -> str:
    return AWARDS.format(
        moments=AWARD_MOMENTS,
        expires=instant("a.expires_at"),
        unmet=_unmet(floors),
        **_term_cases(terms, at),
    )


AWARD_MOMENTS = until(
    start_of_day("a.valid_through - a.window_days", "a.policy_tz"),
    "a.expires_at",
    start_of_day("a.valid_through + a.grace_days + 1", "a.policy_tz"),
)
HOLD_MOMENTS = until("h.starts_at", "x.ended_at")
WAIVER_MOMENTS = until("w.starts_at", "w.until", "x.ended_at")
ASSIGNMENT_MOMENTS = until("s.assigned_at", "x.closed_at")
DUE_MOMENTS = until(start_of_day("s.due_on + 1", "g.zone"))
ENROLMENT_MOMENTS = until("s.started_at", "x.closed_at")


def _person_cells() -> str:
    free = [cell for name, cell in PERSON_CELLS.items() if name in FREE_TEXTS]
    risky = f"concat({', '.join(f'left({cell}, 1)' for cell in free)}) ~ {quote(f'[{SIGNS}]')}"
    told = [f"{cell} AS {name}" for name, cell in PERSON_CELLS.items()]
    text = f"concat_ws({quote(SEPARATOR)}, {', '.join(PERSON_CELLS.values())})"
    return ", ".join([*told, f"{risky} AS risky", f"{text} AS person_text"])


def _row_cells(scores: bool) -> str:
    score = "coalesce(floor(percent)::int::text, '')" if scores else "''"
    cells = ROW_CELLS | {"score_percent": score}
    told = (f"{cells[name]} AS {name}" if name in cells else name for name in HASHED_NAMES)
    return ", ".join(told).format(compliant=_listed(COMPLIANT), holding=_listed(HOLDING))


def _chosen_cells(guarded: bool, empty: str) -> str:
    own = [name for name in HASHED_NAMES if name not in PERSON_CELLS]
    hashed = f"concat_ws({quote(SEPARATOR)}, person_text, {', '.join(own)})"
    ours = {
        "as_of": "%(as_of_text)s",
        "known_at": "%(known_text)s",
        "row_hash": f"encode(sha256(convert_to({hashed}, 'UTF8')), 'hex')",
    }
    return ", ".join(ours.get(name) or _chosen_cell(name, guarded, empty) for name in NAMES)


def _chosen_cell(name: str, guarded: bool, empty: str) -> str:
    cell = name
    if guarded and name in FREE_TEXTS:
        cell = guard(name)
        if name in PERSON_CELLS:
            cell = f"CASE WHEN risky THEN {cell} ELSE {name} END"
    return cell if empty == "''" else f"nullif({cell}, '')"


def _moment(value: datetime | None) -> str:
    return "NULL::timestamptz" if value is None else f"{quote(value.isoformat())}::timestamptz"


def _programmes(programmes: Sequence[CertificationPolicy], at: datetime) -> str:
    rows = []
    for turn, one in enumerate(programmes):
        begun = [floor.effective_at for floor in one.floors if floor.effective_at <= at]
        retired = one.retired_at is not None and one.retired_at <= at
        texts = map(quote, (one.code, one.title, one.policy_tz))
        last = _moment(max(begun, default=None))
        rows.append(f"({turn}, {one.id}, {', '.join(texts)}, {str(retired).upper()}, {last})")
    named = "programme(turn, programme, code, title, zone, retired, floors_last)"
    return f"{named} AS MATERIALIZED (VALUES {', '.join(rows)})"


def _asked(programmes: Sequence[CertificationPolicy], at: datetime) -> str:
    rows = [
        f"({one.id}, {course}, '{at.astimezone(ZoneInfo(one.policy_tz)).date()}'::date, {quote(one.policy_tz)})"
        for one in programmes
        for course in sorted(one.course_ids)
    ]
    none = "SELECT 0, 0, NULL::date, '' WHERE FALSE"
    return f"asked(programme, course, today, zone) AS MATERIALIZED ({_values(rows, none)})"


def _floor_table(floors: Sequence[Floor], at: datetime) -> str:
    rows = [
        f"({place}, 'v{floor.number}', {_moment(floor.effective_at)}, {str(floor.effective_at <= at).upper()})"
        for place, (_programme, floor) in enumerate(floors)
    ]
    none = "SELECT 0, '', NULL::timestamptz, FALSE WHERE FALSE"
    return f"floor(place, label, effective_at, in_force) AS MATERIALIZED ({_values(rows, none)})"


def _values(rows: Sequence[str], none: str) -> str:
    return f"VALUES {', '.join(rows)}" if rows else none


def _unmet(floors: Sequence[Floor]) -> str:
    """SQL: the place of the first floor that the award's releases do not reach."""
    cases = []
    for place, (programme, floor) in enumerate(floors):
        own = f"CASE WHEN l.course_id = {floor.course_id} THEN l.number END"
        earned = f"coalesce((a.releases ->> '{floor.course_id}')::int, {own})"
        of_ours = f"a.certification_id = {programme.id}"
        cases.append(f"WHEN {of_ours} AND {earned} < {floor.number} THEN {place}")
    return f"CASE {' '.join(cases)} END" if cases else "NULL::int"


def _term_cases(terms: Iterable[tuple[str, int, int]], at: datetime) -> dict[str, str]:
    """SQL: whether the renewal window of an award has opened, and whether its grace is over."""
    opened, gone = ["FALSE"], ["a.grace_days = 0 AND a.expires_at <= %(at)s"]
    for zone, window, grace in sorted(terms):
        same = f"a.policy_tz = {quote(zone)}"
        last = last_opened_day(zone, window, at)
        opened.append(f"{same} AND a.window_days = {window} AND a.valid_through <= '{last}'")
        if grace:
            over = last_gone_day(zone, grace, at)
            gone.append(f"{same} AND a.grace_days = {grace} AND a.valid_through <= '{over}'")
    return {
        name: "(" + " OR ".join(f"({one})" for one in dict.fromkeys(found)) + ")"
        for name, found in (("opened", opened), ("gone", gone))
    }

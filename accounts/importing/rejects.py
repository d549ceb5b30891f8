"""Plan a file without the records that cannot go in, on request. Whoever leaves is never held up by another cell.

Asks no database and no clock; only the messages are translated.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.importing import cautions
from accounts.importing.known_people import KnownPeople
from accounts.importing.planner import PeoplePlan, plan_import
from accounts.importing.problems import PeopleFileProblem
from accounts.importing.reader import PeopleTable
from accounts.spreadsheets import escape_formula

LEAVING = ("hr_id", "status", "left_on")
UTF8_MARK = "\ufeff"


@dataclass(slots=True)
class RejectedRow:
    """A record that was left out. `leaves`: it says that somebody left; `left`: the leaving went in all the same."""

    row: int
    hr_id: str
    leaves: bool
    left: bool
    reasons: list[str]
    cells: list[str]

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class _Sieve:
    """The rows that are still in, the leavers of whom only the leaving is, and what is wrong with the others."""

    rows: dict[int, dict[str, str]]
    leavers: dict[int, dict[str, str]] = field(default_factory=dict)
    reasons: dict[int, list[PeopleFileProblem]] = field(default_factory=lambda: defaultdict(list))

    def left(self) -> list[tuple[int, dict[str, str]]]:
        return sorted((self.rows | self.leavers).items())


def plan_without_rejected(
    table: PeopleTable, known: KnownPeople, *, at: datetime, allow_many_leavers: bool = False
) -> tuple[PeoplePlan, list[RejectedRow]]:
    """The plan of the records that can go in, and the others with their reasons, leavers first.

    Leaving one record out may be a problem of another (its manager is not there): it is left out too, and so on.
    """
    said = dict(table.rows)
    sieve = _Sieve(dict(said))
    _sift(sieve, [problem for problem in table.problems if problem.row is not None], known)
    while True:
        made = plan_import(sieve.left(), known, at=at, allow_many_leavers=allow_many_leavers)
        found = [problem for problem in made.problems if problem.row is not None]
        found += _other_duplicates(sieve, known, found)
        if not found:
            break
        _sift(sieve, found, known)
    made.steps.sort(key=lambda step: step.act != "leave")
    rejected = [_rejected(row, sieve, said, table, known) for row in sorted(sieve.reasons)]
    rejected.sort(key=lambda one: (not one.leaves, one.left, one.row))
    _warn_of_many(rejected, made, known)
    return made, rejected


def _sift(sieve: _Sieve, problems: Iterable[PeopleFileProblem], known: KnownPeople) -> None:
    """Take the rows with problems out; of a leaver the leaving stays in, unless that is the problem."""
    by_row: dict[int, list[PeopleFileProblem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row or 0].append(problem)
    for row, found in by_row.items():
        sieve.reasons[row] += found
        was_leaver = sieve.leavers.pop(row, None)
        texts = sieve.rows.pop(row, None)
        if texts is None or was_leaver or any(p.column in LEAVING for p in found):
            continue
        if leaver := _only_the_leaving(texts, known):
            sieve.leavers[row] = leaver


def _says_left(texts: dict[str, str]) -> bool:
    return texts.get("status", "").strip().casefold() == "left"


def _only_the_leaving(texts: dict[str, str], known: KnownPeople) -> dict[str, str] | None:
    """The row of somebody known who leaves, without anything else that it says."""
    person = known.people.get(known.resolve(texts.get("hr_id", "").strip()))
    if person is None or not _says_left(texts):
        return None
    kept = {name: texts[name] for name in LEAVING if name in texts}
    return kept | {"email": person.values["email"]}


def _other_duplicates(
    sieve: _Sieve, known: KnownPeople, problems: list[PeopleFileProblem]
) -> list[PeopleFileProblem]:
    """Of two records about one person neither goes in: nobody knows which of them is right."""
    named = {problem.row for problem in problems}
    found = []
    for name in ("hr_id", "email"):
        rows: dict[str, list[int]] = defaultdict(list)
        for number, texts in sieve.left():
            value = texts.get(name, "").strip()
            rows[known.resolve(value) if name == "hr_id" else value.casefold()].append(number)
        for value, numbers in rows.items():
            if value and len(numbers) > 1 and numbers[0] not in named:
                text = _("“%(value)s” stands in row %(other)d too.")
                numbered = {"value": value, "other": numbers[1]}
                found.append(PeopleFileProblem(numbers[0], name, text % numbered))
    return found


def _rejected(
    row: int, sieve: _Sieve, said: dict[int, dict[str, str]], table: PeopleTable, known: KnownPeople
) -> RejectedRow:
    texts = said.get(row, {})
    reasons = dict.fromkeys(
        _reason(name_column_of_file(problem, table)) for problem in sieve.reasons[row]
    )
    hr_id = known.resolve(texts.get("hr_id", "").strip())
    return RejectedRow(
        row,
        hr_id,
        _says_left(texts),
        row in sieve.leavers,
        list(reasons),
        table.originals.get(row, []),
    )


def _reason(problem: PeopleFileProblem) -> str:
    return f"{problem.column}: {problem.text}" if problem.column else problem.text


def name_column_of_file(problem: PeopleFileProblem, table: PeopleTable) -> PeopleFileProblem:
    """The problem with the header of the file in place of the name of our column."""
    if table.mapping is None or problem.column is None or problem.column in table.mapping.columns:
        return problem
    return PeopleFileProblem(problem.row, table.mapping.header_of(problem.column), problem.text)


def _warn_of_many(rejected: list[RejectedRow], made: PeoplePlan, known: KnownPeople) -> None:
    if len(rejected) > cautions.largest_usual_share(known):
        text = _(
            "%(number)d records are left out. So many are seldom right: look at the mapping of the file."
        )
        made.cautions.append(PeopleFileProblem(None, None, text % {"number": len(rejected)}))
    for one in rejected:
        if one.leaves and not one.left:
            text = _("%(id)s is said to have left and stays: %(reason)s")
            named = {"id": one.hr_id or _("Somebody"), "reason": one.reasons[0]}
            made.cautions.append(PeopleFileProblem(one.row, None, text % named))


def write_rejects(stored: dict[str, Any]) -> bytes:
    """The records that were left out as CSV for a spreadsheet: their reasons, then the cells as the file has them.

    Each cell is quoted, and gets a `'` in front where a spreadsheet would run it.
    """
    out = io.StringIO()
    out.write(UTF8_MARK)
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(
        [_("row"), _("what happened"), _("reasons"), *(escape_formula(h) for h in stored["header"])]
    )
    for one in stored["rows"]:
        what = _("only the leaving went in") if one["left"] else _("left out")
        cells = [str(one["row"]), what, " ".join(one["reasons"]), *one["cells"]]
        writer.writerow([escape_formula(cell) for cell in cells])
    return out.getvalue().encode()

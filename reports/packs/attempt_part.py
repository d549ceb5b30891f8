"""The tries of one person: each question as it was shown, what was answered, and every mark it was given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.readers.actor_names import name_actors
from quizzes.models import Attempt, MarkEvent, Response
from quizzes.screens.questions import AskedQuestion
from reports.packs.tables import PackFile, PackPart, fill_table, tell_instant


@dataclass(frozen=True, slots=True)
class PackedQuestion:
    """One question of a try: as it was asked, what was chosen, and its marks with who gave them and why.

    `untold`: whoever makes the pack is being asked it, so neither answer, key nor marks are told.
    """

    asked: AskedQuestion
    version: str
    marks: Sequence[Sequence[str]]
    untold: bool = False

    @property
    def parts(self) -> Sequence[Any]:
        """The options or rows in the order in which they were shown."""
        return self.asked.reveal.parts

    @property
    def feedback(self) -> str:
        return self.asked.reveal.feedback


def build_attempt_part(person: User, untold: Collection[int], *, known_at: datetime) -> PackPart:
    """The tries that had begun by `known_at`. A fixed number of queries. One file for each handed in.

    `untold`: the items whose answers are not told now.
    """
    part, attempts = PackPart(_("Tries")), _read_attempts(person, known_at)
    part.subjects = {f"attempt:{attempt.uuid}" for attempt in attempts}
    given = [mark for attempt in attempts for mark in _marks_of(attempt)]
    part.facts += given
    part.shared |= {
        f"item:{response.version.item.full_code}"
        for attempt in attempts
        for response in attempt.responses.all()
        if any(mark.regrade_id for mark in response.mark_events.all())
    }
    names = name_actors(mark.actor for mark in given)
    rows = []
    for attempt in attempts:
        handed_in = attempt.submitted_at is not None and attempt.submitted_at <= known_at
        name = f"tries/{attempt.quiz.code}-{attempt.number}.html" if handed_in else ""
        rows.append(_attempt_row(attempt, name, handed_in=handed_in))
        if handed_in:
            about = _("Try %(number)s at %(quiz)s") % {
                "number": attempt.number,
                "quiz": attempt.quiz,
            }
            part.files.append(PackFile(name, _write_attempt(attempt, untold, about, names), about))
    headings = [
        *(_("Quiz"), _("Try"), _("Version"), _("Language"), _("Begun"), _("Handed in"), _("By")),
        *(_("Score"), _("Passed"), _("File")),
    ]
    part.tables.append(fill_table(_("Tries at quizzes"), headings, rows))
    return part


def _read_attempts(person: User, known_at: datetime) -> list[Attempt]:
    """The tries with their answers and marks. Three queries."""
    marks = MarkEvent.objects.filter(at__lte=known_at).select_related("regrade").order_by("id")
    responses = (
        Response.objects.select_related("version__item__bank", "version__principle")
        .prefetch_related(Prefetch("mark_events", marks))
        .order_by("slot")
    )
    return list(
        Attempt.objects.filter(person=person, started_at__lte=known_at)
        .select_related("quiz", "release__course", "snapshot", "person")
        .prefetch_related(Prefetch("responses", responses))
        .order_by("started_at", "id")
    )


def _marks_of(attempt: Attempt) -> Iterable[MarkEvent]:
    for response in attempt.responses.all():
        yield from response.mark_events.all()


def _attempt_row(attempt: Attempt, name: str, *, handed_in: bool) -> list[Any]:
    return [
        attempt.quiz,
        attempt.number,
        attempt.release,
        attempt.locale,
        attempt.started_at,
        attempt.submitted_at if handed_in else _("not yet"),
        attempt.closed_by if handed_in else "",
        f"{attempt.percent} %" if handed_in and attempt.percent is not None else "",
        attempt.passed if handed_in and attempt.percent is not None else "",
        name or _("its questions are asked still"),
    ]


def _write_attempt(
    attempt: Attempt, untold: Collection[int], title: str, names: dict[str, str]
) -> bytes:
    questions = [
        _hide_question(response)
        if response.version.item_id in untold
        else _show_question(response, names)
        for response in attempt.responses.all()
    ]
    facts = [
        (_("Person"), str(attempt.person)),
        (_("Try"), str(attempt.uuid)),
        (_("Version"), str(attempt.release or "–")),
        (_("Begun"), tell_instant(attempt.started_at)),
        (_("Handed in"), tell_instant(attempt.submitted_at)),
        (_("Score"), f"{attempt.percent} %"),
        (_("Pass mark"), f"{attempt.rules.get('pass_percent', '–')} %"),
        (_("Rules (SHA-256)"), attempt.snapshot_id),
    ]
    context = {
        "title": title,
        "facts": facts,
        "questions": questions,
        "back": "../index.html",
        "style": "../pack.css",
    }
    return render_to_string("packs/attempt.html", context).encode()


def _hide_question(response: Response) -> PackedQuestion:
    return PackedQuestion(AskedQuestion(response), _name_version(response), (), untold=True)


def _name_version(response: Response) -> str:
    return f"{response.version.item.full_code} v{response.version.number}"


def _show_question(response: Response, names: dict[str, str]) -> PackedQuestion:
    by_row = defaultdict(list)
    for mark in response.mark_events.all():
        by_row[response.pk].append(
            [
                tell_instant(mark.at),
                f"{mark.mark.normalize():f} / {mark.max_mark.normalize():f}",
                mark.reason,
                names[mark.actor],
                mark.comment or (mark.regrade.reason if mark.regrade else ""),
            ]
        )
    return PackedQuestion(AskedQuestion(response), _name_version(response), by_row[response.pk])

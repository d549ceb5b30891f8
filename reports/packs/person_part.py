"""The part of a pack about one person: where they stood and why, their life, certificates, roles and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.readers.actor_names import name_actors
from certificates.models import Award, AwardCorrection, AwardEvent, EvidenceFile, Hold, Waiver
from channels.models import DecisionRecord, PostingPermission, RulesAcceptance
from courses.models import Assignment, CourseCompletion, Enrolment
from reports.console.moments import AskedMoment
from reports.console.person_page import describe_life
from reports.packs.tables import PackFile, PackPart, fill_table, tell_as_known, tell_instant

# Evidence files beyond this are named with their SHA-256 and left out: a pack goes by mail.
MOST_EVIDENCE = 80 * 1024 * 1024
MOST_DECISIONS = 1_000


def build_person_part(person: User, *, at: datetime, known_at: datetime) -> PackPart:
    """Everything recorded about the person by `known_at`, and what it comes to at `at`."""
    part = PackPart(_("The person: %(name)s") % {"name": person}, subjects={person.actor})
    _tell_standings(part, person, at, known_at)
    _tell_certificates(part, person, known_at)
    _tell_stops(part, person, known_at)
    _tell_learning(part, person, known_at)
    _tell_roles(part, person, known_at)
    _tell_decisions(part, person, known_at)
    _keep_evidence(part, person, known_at)
    return part


def _spans(rows: Sequence[Any]) -> list[list[Any]]:
    """Who began what and who ended it, for rows with a span."""
    names = name_actors(chain.from_iterable((row.actor, row.end_actor) for row in rows))
    return [
        [
            row.starts_at,
            names[row.actor],
            row.reason,
            row.recorded_at,
            row.ended_at,
            names[row.end_actor] if row.ended_at else "",
            row.end_reason,
        ]
        for row in rows
    ]


def _span_headings() -> list[str]:
    return [_("From"), _("By"), _("Why"), _("Recorded"), _("Ended"), _("Ended by"), _("Why ended")]


def _tell_standings(part: PackPart, person: User, at: datetime, known_at: datetime) -> None:
    shown = describe_life(person, AskedMoment(at, known_at), history=True)
    cards = [*shown["cards"], *shown["idle"]]
    rows = [[card.stands.certification_title, card.label, card.reason] for card in cards]
    part.tables.append(
        fill_table(
            _("Where they stand at that moment"), [_("Certification"), _("Status"), _("Why")], rows
        )
    )
    life = [
        [moment.at, moment.text, moment.more, moment.actor, moment.recorded_at]
        for moment in shown["timeline"]
    ]
    headings = [_("From"), _("What"), _("More"), _("By"), _("Recorded")]
    part.tables.append(fill_table(_("What happened, in order"), headings, life))


def _tell_certificates(part: PackPart, person: User, known_at: datetime) -> None:
    awards = list(
        Award.objects.filter(recipient=person, recorded_at__lte=known_at)
        .select_related("release__course", "attempt")
        .order_by("valid_from", "id")
    )
    part.subjects |= {f"award:{award.uuid}" for award in awards}
    names = name_actors(award.actor for award in awards)
    rows = [
        [
            award.number,
            award.certification_title,
            award.recipient_name,
            award.get_basis_display(),
            award.release and str(award.release),
            award.attempt and str(award.attempt.uuid),
            award.evidence_note,
            award.valid_from,
            f"{award.valid_through} ({award.policy_tz})",
            names[award.actor],
            award.recorded_at,
        ]
        for award in awards
    ]
    headings = [
        *(_("Number"), _("Certification"), _("Issued as"), _("Rests on"), _("Version"), _("Try")),
        *(_("Note"), _("From"), _("Through"), _("By"), _("Recorded")),
    ]
    part.add(awards, fill_table(_("Certificates"), headings, rows))
    events = AwardEvent.objects.filter(award__in=awards, recorded_at__lte=known_at)
    part.facts += events
    _tell_corrections(part, awards, known_at)


def _tell_corrections(part: PackPart, awards: list[Award], known_at: datetime) -> None:
    found = AwardCorrection.objects.filter(award__in=awards, proposed_at__lte=known_at)
    corrections = list(found.select_related("award", "replacement"))
    part.subjects |= {f"correction:{one.uuid}" for one in corrections}
    names = name_actors(
        chain.from_iterable((one.proposed_by, one.decided_by) for one in corrections)
    )
    rows = []
    for one in corrections:
        decided = one.decided_at is not None and one.decided_at <= known_at
        rows.append(
            [
                one.award.number,
                one.earned_at,
                one.recipient_name,
                one.reason,
                names[one.proposed_by],
                one.proposed_at,
                one.get_outcome_display() if decided else "",
                names[one.decided_by] if decided else "",
                one.decided_at if decided else "",
                one.note if decided else "",
                one.replacement.number if decided and one.replacement else "",
            ]
        )
    headings = [
        *(_("Certificate"), _("Right day"), _("Right name"), _("Why"), _("Proposed by")),
        *(_("Proposed"), _("Outcome"), _("Decided by"), _("Decided"), _("Note"), _("Replaced by")),
    ]
    part.add(corrections, fill_table(_("Corrections of certificates"), headings, rows))


def _tell_stops(part: PackPart, person: User, known_at: datetime) -> None:
    """Holds and waivers. The ledger proves the rows as they are now, so those are what is proved."""
    for title, model, extra in (
        (_("Holds"), Hold, "review_on"),
        (_("Waivers: they excuse from training and give no right to post"), Waiver, "until"),
    ):
        rows = model.objects.filter(person=person).select_related("certification")
        proved = list(rows.filter(recorded_at__lte=known_at).order_by("starts_at", "id"))
        told = tell_as_known(list(rows.order_by("starts_at", "id")), known_at)
        part.subjects |= {f"{model._meta.model_name}:{row.pk}" for row in proved}
        cells = [
            [row.certification or _("All certifications"), getattr(row, extra), *spans]
            for row, spans in zip(told, _spans(told), strict=True)
        ]
        ends = _("Look again on") if extra == "review_on" else _("Until")
        table = fill_table(title, [_("Certification"), ends, *_span_headings()], cells)
        part.add(proved, table)


def _tell_learning(part: PackPart, person: User, known_at: datetime) -> None:
    assigned = list(
        Assignment.objects.filter(person=person, recorded_at__lte=known_at)
        .select_related("course")
        .order_by("assigned_at", "id")
    )
    names = name_actors(one.actor for one in assigned)
    rows = [
        [one.course, one.assigned_at, one.due_on, one.reason, names[one.actor], one.recorded_at]
        for one in assigned
    ]
    headings = [_("Course"), _("Asked"), _("Due"), _("Why"), _("By"), _("Recorded")]
    part.add(assigned, fill_table(_("Courses they were asked to take"), headings, rows))
    completed = list(
        CourseCompletion.objects.filter(person=person, recorded_at__lte=known_at)
        .select_related("course", "release__course")
        .order_by("completed_at", "id")
    )
    part.shared |= {f"course:{one.course.key}" for one in (*assigned, *completed)}
    told = [
        [one.course, one.release, one.completed_at, one.evidence, one.recorded_at]
        for one in completed
    ]
    headings = [_("Course"), _("Version"), _("Completed"), _("By what"), _("Recorded")]
    part.add(completed, fill_table(_("Courses completed"), headings, told))
    _tell_enrolments(part, person, known_at)


def _tell_enrolments(part: PackPart, person: User, known_at: datetime) -> None:
    begun = list(
        Enrolment.objects.filter(person=person, recorded_at__lte=known_at)
        .select_related("course", "release__course")
        .order_by("started_at", "id")
    )
    part.shared |= {f"course:{one.course.key}" for one in begun}
    rows = [
        [
            one.course,
            one.release,
            one.started_at,
            one.closed_at if one.closed_at and one.closed_at <= known_at else None,
            one.recorded_at,
        ]
        for one in begun
    ]
    headings = [_("Course"), _("Version"), _("Begun"), _("Closed"), _("Recorded")]
    part.add(begun, fill_table(_("Courses begun"), headings, rows))


def _tell_roles(part: PackPart, person: User, known_at: datetime) -> None:
    rows = PostingPermission.objects.filter(person=person).select_related("channel")
    proved = list(rows.filter(recorded_at__lte=known_at).order_by("starts_at", "id"))
    told = tell_as_known(list(rows.order_by("starts_at", "id")), known_at)
    part.subjects |= {f"permission:{row.uuid}" for row in proved}
    cells = [
        [row.channel, row.get_role_display(), row.ends_at, *spans]
        for row, spans in zip(told, _spans(told), strict=True)
    ]
    headings = [_("Channel"), _("Role"), _("Agreed end"), *_span_headings()]
    part.add(proved, fill_table(_("Roles on channels"), headings, cells))
    accepted = list(
        RulesAcceptance.objects.filter(person=person, recorded_at__lte=known_at)
        .select_related("rules__channel")
        .order_by("accepted_at", "id")
    )
    part.shared |= {f"channel:{one.rules.channel.code}" for one in accepted}
    said = [
        [one.rules.channel, one.rules.version, one.accepted_at, one.recorded_at] for one in accepted
    ]
    headings = [_("Channel"), _("Version"), _("Accepted"), _("Recorded")]
    part.add(accepted, fill_table(_("House rules accepted"), headings, said))


def _tell_decisions(part: PackPart, person: User, known_at: datetime) -> None:
    ids = [person.hr_id, *person.aliases.values_list("hr_id", flat=True)]
    found = DecisionRecord.objects.filter(person_hr_id__in=ids, evaluated_at__lte=known_at)
    shown = list(found.order_by("-id")[:MOST_DECISIONS])
    rows = [
        [
            one.evaluated_at,
            one.channel_code,
            one.action,
            one.at,
            one.decision,
            ", ".join(reason["code"] for reason in one.answer.get("reasons", [])),
            one.asked_by,
            one.uuid,
        ]
        for one in shown
    ]
    headings = [
        *(_("Asked"), _("Channel"), _("To do"), _("For"), _("Answer"), _("Reasons")),
        *(_("Asked by"), _("Decision")),
    ]
    part.tables.append(fill_table(_("Decisions that were given, newest first"), headings, rows))


def _keep_evidence(part: PackPart, person: User, known_at: datetime) -> None:
    found = EvidenceFile.objects.filter(award__recipient=person, recorded_at__lte=known_at)
    rows, room = [], MOST_EVIDENCE
    for kept in found.defer("content").select_related("award").order_by("id"):
        name = f"evidence/{kept.pk}-{kept.name}"
        fits = kept.size <= room
        if fits:
            room -= kept.size
            about = _("Evidence for %(number)s") % {"number": kept.award.number}
            part.files.append(PackFile(name, bytes(kept.content), about))
        left_out = _("left out: too large together")
        rows.append(
            [
                kept.award.number,
                name if fits else left_out,
                kept.size,
                kept.sha256,
                tell_instant(kept.recorded_at),
            ]
        )
        part.facts.append(kept)
    headings = [_("Certificate"), _("File"), _("Bytes"), "SHA-256", _("Recorded")]
    part.tables.append(fill_table(_("Evidence files"), headings, rows))

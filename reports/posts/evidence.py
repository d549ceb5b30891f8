"""What an answer rests on, for people: certificates with their versions, roles and accepted rules, and by whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.readers.actor_names import name_actors
from certificates.models import Award
from certificates.policy_days import spell_policy_day
from channels.models import PostingPermission, RulesAcceptance
from channels.reason_texts import format_day
from courses.models import CourseRelease, ReleaseEvent
from reports.packs.release_part import read_approvals


@dataclass(frozen=True, slots=True)
class PostEvidence:
    """One thing that an answer rests on: what it is, and what there is to say of it."""

    title: str
    lines: Sequence[tuple[str, str]]


def tell_evidence(evidence: Iterable[str]) -> list[PostEvidence]:
    """The evidence of a decision in its order: certificates, roles, house rules. A fixed number of queries."""
    named: dict[str, list[str]] = defaultdict(list)
    for one in evidence:
        kind, _colon, key = one.partition(":")
        named[kind].append(key)
    awards = Award.objects.filter(number__in=named["award"]).select_related("attempt__quiz")
    roles = PostingPermission.objects.filter(uuid__in=named["permission"])
    accepted = RulesAcceptance.objects.filter(pk__in=named["acceptance"]).select_related("rules")
    return [
        *_tell_awards(list(awards.order_by("pk"))),
        *_tell_roles(list(roles.order_by("pk"))),
        *(_tell_acceptance(one) for one in accepted.order_by("pk")),
    ]


def _tell_awards(awards: list[Award]) -> Iterator[PostEvidence]:
    versions = _read_versions(awards)
    told = _tell_versions(versions.values())
    names = name_actors(award.actor for award in awards)
    for award in awards:
        counted = _("from %(first)s through %(last)s") % {
            "first": spell_policy_day(award.valid_from, award.policy_tz),
            "last": spell_policy_day(award.valid_through, award.policy_tz),
        }
        keys = [(int(course), number) for course, number in award.releases.items()]
        lines = [
            (_("Certificate"), f"{award.certification_title}, {award.number}"),
            (_("Counted"), counted),
            (_("Rests on"), _tell_basis(award)),
            (_("Issued by"), names[award.actor]),
            *(line for key in keys if key in versions for line in told[versions[key].pk]),
        ]
        yield PostEvidence(_("The certificate"), lines)


def _tell_basis(award: Award) -> str:
    if award.attempt is not None:
        told = {"quiz": award.attempt.quiz, "percent": award.get_score_percent_display()}
        return _("%(quiz)s, passed with %(percent)s%%") % told
    return award.evidence_note or str(award.get_basis_display())


def _read_versions(awards: Iterable[Award]) -> dict[tuple[int, int], CourseRelease]:
    """The versions on which the awards count, by course and number. One query."""
    asked = Q(pk__in=[])
    for course, number in {pair for award in awards for pair in award.releases.items()}:
        asked |= Q(course=int(course), number=number)
    found = CourseRelease.objects.filter(asked).select_related("course")
    return {(one.course_id, one.number): one for one in found}


def _tell_versions(versions: Iterable[CourseRelease]) -> dict[int, list[tuple[str, str]]]:
    """By version what it is, who published and approved it, and who confirmed what it means for holders."""
    shown = list(versions)
    said = ReleaseEvent.objects.filter(release__in=shown).order_by("id")
    events: dict[int, list[ReleaseEvent]] = defaultdict(list)
    for event in said:
        events[event.release_id].append(event)
    names = name_actors(chain((one.actor for one in shown), (one.actor for one in said)))
    approved: dict[int, dict[str, None]] = defaultdict(dict)
    for release, _path, state in read_approvals(shown):
        approved[release.pk][str(state.finished_by)] = None
    found = {}
    for one in shown:
        published = {
            "version": one,
            "day": format_day(one.published_at),
            "who": names[one.actor],
        }
        text = _("%(version)s, published on %(day)s by %(who)s") % published
        found[one.pk] = [
            (_("Version"), text),
            *([(_("Approved by"), ", ".join(approved[one.pk]))] if approved[one.pk] else []),
            *((str(event.get_what_display()), names[event.actor]) for event in events[one.pk]),
        ]
    return found


def _tell_roles(roles: list[PostingPermission]) -> Iterator[PostEvidence]:
    names = name_actors(role.actor for role in roles)
    for role in roles:
        lines = [
            (_("Role"), str(role.get_role_display())),
            (_("Since"), format_day(role.starts_at)),
            (_("Given by"), names[role.actor]),
            *([(_("Why"), role.reason)] if role.reason else []),
        ]
        yield PostEvidence(_("The role"), lines)


def _tell_acceptance(accepted: RulesAcceptance) -> PostEvidence:
    told = {"version": accepted.rules.version, "day": format_day(accepted.accepted_at)}
    lines = [(_("Accepted"), _("version %(version)s, on %(day)s") % told)]
    return PostEvidence(_("The house rules"), lines)

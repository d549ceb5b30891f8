"""May this person do this on that channel, at that moment? Pure: facts and instants in, a decision out.

Every check is one function that returns a `CheckResult`. The reasons of all failing checks are reported,
in the order of CHECKS: first what the person can do alone, then what somebody else can do for them,
last what only the company or time can change. All instants are aware; comparisons are in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from certificates.rules.standings import Standing, Status
from channels.rules.fact_types import (
    CheckResult,
    Decision,
    PostingAction,
    PostingFacts,
    RefusalReason,
    RoleFact,
)
from channels.rules.moments import (
    ChannelThen,
    PersonThen,
    PostingMoment,
    next_edge,
    next_edge_of_spans,
)
from channels.rules.role_ends import RoleEnd, find_role_end

__all__ = [
    "CHECKS",
    "ROLE_ACTIONS",
    "Decision",
    "PostingAction",
    "PostingFacts",
    "RefusalReason",
    "allowed_until",
    "judge_at",
    "may_post",
    "walk_answers",
]

# A tool may keep an answer at most this long.
MAX_AGE = timedelta(minutes=15)

POSTING = frozenset({PostingAction.PUBLISH, PostingAction.SCHEDULE, PostingAction.REPLY})
ROLE_ACTIONS: Mapping[str, frozenset[PostingAction]] = {
    "contributor": POSTING,
    "publisher": POSTING,
    "approver": POSTING | {PostingAction.APPROVE},
    "admin": POSTING | {PostingAction.APPROVE, PostingAction.ADMINISTER},
}
# People may post while a channel is live, and while it is closing until its last day.
OPEN_STATES = frozenset({"live", "sunsetting"})
FINE = CheckResult()


@dataclass(frozen=True, slots=True)
class PostingQuestion:
    """The input of every check: the facts, the action, and the person and the channel at the moment in question."""

    facts: PostingFacts
    person: PersonThen
    channel: ChannelThen
    action: PostingAction
    moment: PostingMoment

    @property
    def at(self) -> datetime:
        return self.moment.at

    def standing(self, certification_id: int) -> Standing:
        return self.moment.standing(self.facts, self.person.facts.id, certification_id)

    def reason(self, code: str, **params: object) -> RefusalReason:
        """A refusal that names the channel it is about."""
        channel = self.channel.facts
        return RefusalReason(
            code, {"channel": channel.code, "channel_title": channel.title} | params
        )


def may_post(
    facts: PostingFacts, *, action: str, at: datetime, known_at: datetime, evaluated_at: datetime
) -> Decision:
    """Whether the person may do `action` on the channel at `at`, by what was recorded up to `known_at`.

    `at` is the moment of publishing: for a scheduled post the moment it goes out. Everything has to
    hold; unknown people and channels are refused. Raises ValueError for an action that does not exist
    and for an instant without a time zone.
    """
    moment = PostingMoment(at, known_at)
    return judge_at(moment, facts, action=action, evaluated_at=evaluated_at)


def judge_at(
    moment: PostingMoment, facts: PostingFacts, *, action: str, evaluated_at: datetime
) -> Decision:
    """The decision of `may_post` at a moment that other questions about facts of the same fetch share."""
    at, known_at = moment.at, moment.known_at
    if any(instant.utcoffset() is None for instant in (at, known_at, evaluated_at)):
        raise ValueError("A decision needs instants with a time zone.")
    lines, question = _check_results(facts, PostingAction(action), moment)
    reasons = tuple([reason for line in lines for reason in line.reasons])
    changes = [change for line in lines for change in line.changes if change > at]
    valid_until = min([*changes, evaluated_at + MAX_AGE])
    if reasons:
        return Decision("deny", reasons, (), valid_until)
    evidence = dict.fromkeys([shown for line in lines for shown in line.evidence])
    reviewed = question is not None and _is_reviewed(question)
    return Decision("allow_with_review" if reviewed else "allow", (), tuple(evidence), valid_until)


def allowed_until(
    facts: PostingFacts, *, action: str, at: datetime, known_at: datetime
) -> datetime | None:
    """The first instant after an allowed `at` at which the same facts refuse. None: none is known."""
    answers = walk_answers(facts, action=action, at=at, known_at=known_at)
    return next((when for when, allowed in answers if not allowed), None)


def walk_answers(
    facts: PostingFacts, *, action: str, at: datetime, known_at: datetime
) -> Iterator[tuple[datetime, bool]]:
    """Whether the facts allow it at `at`, and at each later moment at which that may change, in order of time."""
    when: datetime | None = at
    while when is not None:
        moment = PostingMoment(when, known_at)
        lines, _question = _check_results(facts, PostingAction(action), moment)
        yield when, not any(line.reasons for line in lines)
        # A check knows only the next moment at which it may change, so walk from one such moment to the next.
        ahead = [change for line in lines for change in line.changes if change > moment.at]
        when = min(ahead, default=None)


def _check_results(
    facts: PostingFacts, action: PostingAction, moment: PostingMoment
) -> tuple[list[CheckResult], PostingQuestion | None]:
    """The result of every check, and the question that was checked: None about somebody or something unknown."""
    if facts.asked_known_at is not None and facts.asked_known_at > moment.known_at:
        facts = replace(facts, person=None)
    if facts.person is None or facts.channel is None:
        unknown = _unknown(facts)
        return [CheckResult(unknown)], None
    person, channel = moment.person(facts.person), moment.channel(facts.channel)
    question = PostingQuestion(facts, person, channel, action, moment)
    return [check(question) for check in CHECKS], question


def _unknown(facts: PostingFacts) -> tuple[RefusalReason, ...]:
    person = RefusalReason("person_unknown", {"person": facts.person_asked})
    channel = RefusalReason("channel_unknown", {"channel": facts.channel_asked})
    return (() if facts.person else (person,)) + (() if facts.channel else (channel,))


def check_rules_accepted(question: PostingQuestion) -> CheckResult:
    """The version of the house rules in force at `at` has been accepted by then."""
    newest, changes = question.channel.rules, question.channel.rules_edges
    if newest is None:
        return CheckResult(changes=changes)
    mine = [
        fact
        for fact in question.facts.acceptances
        if fact.version == newest.version and fact.recorded_at <= question.moment.known_at
    ]
    changes += next_edge([fact.accepted_at for fact in mine], question.at)
    for fact in mine:
        if fact.accepted_at <= question.at:
            return CheckResult(evidence=(f"acceptance:{fact.id}",), changes=changes)
    reason = question.reason("rules_not_accepted", version=newest.version)
    return CheckResult((reason,), changes=changes)


def check_certified(question: PostingQuestion) -> CheckResult:
    """In every group of the access rules in force, one certification supports posting at `at`."""
    lines = [
        _check_group(question, [question.standing(one) for one in group])
        for group in question.channel.asked_groups
    ]
    return CheckResult(
        _once([reason for line in lines for reason in line.reasons]),
        tuple([shown for line in lines for shown in line.evidence]),
        (
            *(change for line in lines for change in line.changes),
            *question.channel.access_edges,
        ),
    )


def _check_group(question: PostingQuestion, alternatives: list[Standing]) -> CheckResult:
    changes = tuple(one.changes_at for one in alternatives if one.changes_at)
    for one in alternatives:
        if one.supports_posting:
            return CheckResult(evidence=(f"award:{one.award_number}",), changes=changes)
    return CheckResult(
        (_not_certified(question, min(alternatives, key=_distance)),), changes=changes
    )


# Of several alternative certifications the reason names the one that takes the person the least effort.
_NEAREST = (
    Status.LAPSED,
    Status.GRACE,
    Status.UPDATE_DUE,
    Status.AWAITING_REVIEW,
    Status.IN_PROGRESS,
    Status.OVERDUE,
    Status.ASSIGNED,
    Status.NOT_REQUIRED,
    Status.EXEMPT,
    Status.REVOKED,
    Status.SUSPENDED,
)


def _distance(one: Standing) -> tuple[int, str]:
    rank = _NEAREST.index(one.status) if one.status in _NEAREST else len(_NEAREST)
    return rank, one.certification_code


def _not_certified(question: PostingQuestion, one: Standing) -> RefusalReason:
    params = {
        "certification": one.certification_code,
        "certification_title": one.certification_title,
    }
    if one.status == Status.SUSPENDED:
        return question.reason("certificate_on_hold", **params)
    if one.status == Status.REVOKED:
        return question.reason("certificate_withdrawn", **params)
    if one.expires_at is not None and one.expires_at <= question.at:
        return question.reason(
            "certificate_expired", **params, on=one.valid_through, time_zone=one.policy_tz
        )
    if one.status == Status.LAPSED:
        return question.reason("certificate_outdated", **params, on=one.floor_at)
    return question.reason("certificate_missing", **params)


def _once(reasons: list[RefusalReason]) -> tuple[RefusalReason, ...]:
    return tuple(reason for i, reason in enumerate(reasons) if reason not in reasons[:i])


def check_not_own_post(question: PostingQuestion) -> CheckResult:
    """Nobody approves their own post, nor a post of which the asker names an author that nobody is."""
    facts = question.facts
    if question.action != PostingAction.APPROVE:
        return FINE
    if facts.author_unknown:
        return CheckResult((question.reason("author_unknown", author=facts.author_unknown),))
    return CheckResult((question.reason("own_work"),)) if facts.own_work else FINE


def check_role(question: PostingQuestion) -> CheckResult:
    """A role that covers the action, given in the present employment, holds at `at`."""
    grants, known_at = question.facts.grants, question.moment.known_at
    changes = next_edge_of_spans(grants, question.at, known_at) + question.person.role_edges
    held = _roles_held(question)
    able = [grant for grant in held if question.action in ROLE_ACTIONS[grant.role]]
    if able:
        return CheckResult(
            evidence=tuple([f"permission:{grant.uuid}" for grant in able]), changes=changes
        )
    if held:
        roles = tuple(sorted(grant.role for grant in held))
        return CheckResult((question.reason("role_too_small", roles=roles),), changes=changes)
    return CheckResult((_no_role(question),), changes=changes)


def _roles_held(question: PostingQuestion) -> list[RoleFact]:
    """The roles that hold at `at`: not those of before the person left and came back, moved on, or was long away."""
    began, moment = question.person.employed_since, question.moment
    return [
        grant
        for grant in question.facts.grants
        if grant.holds(moment.at, moment.known_at)
        and (began is None or grant.starts_at >= began)
        and _ended_by_itself(question, grant) is None
    ]


def _ended_by_itself(question: PostingQuestion, grant: RoleFact) -> RoleEnd | None:
    about = question.person.facts, question.facts.channel or question.channel.facts
    return find_role_end(grant, *about, question.at, question.moment.known_at)


def _no_role(question: PostingQuestion) -> RefusalReason:
    ends = [_ended(question, grant) for grant in question.facts.grants]
    last = max((end for end in ends if end), key=lambda end: end.at, default=None)
    return question.reason(last.code, on=last.at) if last else question.reason("no_role")


def _ended(question: PostingQuestion, grant: RoleFact) -> RoleEnd | None:
    """When and why a role that was known has ended by `at`; what ends it by itself is told, also once written down."""
    known_at = question.moment.known_at
    if not grant.known(known_at):
        return None
    end, by_itself = grant.end(known_at), _ended_by_itself(question, grant)
    if by_itself and (end is None or by_itself.at <= end):
        return by_itself
    return RoleEnd(end, "role_ended") if end is not None and end <= question.at else None


def check_region(question: PostingQuestion) -> CheckResult:
    """A channel that is bound to its region is for people who work there at `at`."""
    channel = question.channel.facts
    if not channel.region_bound or channel.region is None:
        return FINE
    mine = question.person.job.region_code
    if mine == channel.region:
        return FINE
    named = channel.region_names.get(channel.region, channel.region)
    return CheckResult((question.reason("region_mismatch", region=channel.region, named=named),))


def check_no_hold(question: PostingQuestion) -> CheckResult:
    """No hold stops the person everywhere."""
    person = question.person
    reasons = (question.reason("person_on_hold"),) if person.is_held else ()
    return CheckResult(reasons, changes=person.hold_edges)


def check_account(question: PostingQuestion) -> CheckResult:
    """Nobody posts in the name of an account that an administrator has switched off."""
    switched, moment = question.person.facts.switched_off, question.moment
    edges = next_edge(switched.edges(moment.known_at), moment.at)
    if not switched.value_at(moment.at, moment.known_at):
        return CheckResult(changes=edges)
    since = switched.since(moment.at, moment.known_at)
    return CheckResult((question.reason("account_off", since=since),), changes=edges)


def check_sponsor(question: PostingQuestion) -> CheckResult:
    """Whoever answers for a contractor at `at` is employed."""
    person = question.person
    reasons = (question.reason("sponsor_left"),) if person.lacks_sponsor else ()
    return CheckResult(reasons, changes=person.sponsor_edges)


def check_employed(question: PostingQuestion) -> CheckResult:
    """The person works here at `at`, and their contract is not over."""
    now, changes = question.person.job, question.person.job_edges
    if now.employed:
        return CheckResult(changes=changes)
    if now.since is None:
        return CheckResult((question.reason("not_joined"),), changes=changes)
    over = now.contract_ends_at is not None and now.contract_ends_at == now.left_at
    if not over:
        reason = question.reason("person_left", on=now.last_day)
    else:
        sponsored = question.person.has_sponsor
        reason = question.reason("contract_ended", on=now.last_day, sponsored=sponsored)
    return CheckResult((reason,), changes=changes)


def check_no_freeze(question: PostingQuestion) -> CheckResult:
    """No emergency stop covers the channel, unless the person is one of its crisis posters."""
    changes, hr_id = question.channel.freeze_edges, question.person.facts.hr_id
    first = next((stop for stop in question.channel.stops if hr_id not in stop.allowed), None)
    if first is None:
        return CheckResult(changes=changes)
    return CheckResult((question.reason("frozen", since=first.starts_at),), changes=changes)


def check_channel_open(question: PostingQuestion) -> CheckResult:
    """The channel is live, or closing and not yet past its last day."""
    channel = question.channel
    if channel.is_past:
        reason = question.reason("channel_closed", on=channel.facts.closes_at)
        return CheckResult((reason,), changes=channel.state_edges)
    if channel.state in OPEN_STATES:
        return CheckResult(changes=channel.state_edges)
    reason = question.reason("channel_not_live", state=channel.state)
    return CheckResult((reason,), changes=channel.state_edges)


# The order in which reasons are reported.
CHECKS: tuple[Callable[[PostingQuestion], CheckResult], ...] = (
    check_rules_accepted,
    check_certified,
    check_not_own_post,
    check_role,
    check_region,
    check_no_hold,
    check_no_freeze,
    check_channel_open,
    check_account,
    check_sponsor,
    check_employed,
)


def _is_reviewed(question: PostingQuestion) -> bool:
    """Whether the post is reviewed before it goes out: the channel asks for it, or the only role is contributor."""
    if question.action not in POSTING:
        return False
    roles = {grant.role for grant in _roles_held(question)}
    return question.channel.facts.reviews_each or roles == {"contributor"}

"""May this person do this on that channel, at that moment? Pure: facts and instants in, a decision out.

Every check is one function that returns a `CheckResult`. The reasons of all failing checks are reported,
in the order of CHECKS: first what the person can do alone, then what somebody else can do for them,
last what only the company or time can change. All instants are aware; comparisons are in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from accounts.rules import EmploymentFact
from certificates.rules.standings import Standing, Status
from channels.rules.fact_types import (
    CheckResult,
    Decision,
    PostingAction,
    PostingFacts,
    PostingQuestion,
    RefusalReason,
    RoleFact,
    RulesFact,
)
from channels.rules.role_ends import RoleEnd, find_role_edges, find_role_end

__all__ = [
    "CHECKS",
    "ROLE_ACTIONS",
    "Decision",
    "PostingAction",
    "PostingFacts",
    "RefusalReason",
    "allowed_until",
    "may_post",
]

# A tool may keep an answer at most this long.
MAX_AGE = timedelta(minutes=15)
# A person who is recorded as returned within a day after leaving keeps the roles: the leaving was a mistake.
# So does one whose contract was renewed within a day after its end.
MISTAKEN_LEAVE = timedelta(hours=24)
INSTANT = timedelta(microseconds=1)

POSTING = frozenset({PostingAction.PUBLISH, PostingAction.SCHEDULE, PostingAction.REPLY})
ROLE_ACTIONS: Mapping[str, frozenset[PostingAction]] = {
    "contributor": POSTING,
    "publisher": POSTING,
    "approver": POSTING | {PostingAction.APPROVE},
    "admin": POSTING | {PostingAction.APPROVE, PostingAction.ADMINISTER},
}
# People may post while a channel is live, and while it is closing until its last day.
OPEN_STATES = frozenset({"live", "sunsetting"})


def may_post(
    facts: PostingFacts, *, action: str, at: datetime, known_at: datetime, evaluated_at: datetime
) -> Decision:
    """Whether the person may do `action` on the channel at `at`, by what was recorded up to `known_at`.

    `at` is the moment of publishing: for a scheduled post the moment it goes out. Everything has to
    hold; unknown people and channels are refused. Raises ValueError for an action that does not exist
    and for an instant without a time zone.
    """
    if any(instant.utcoffset() is None for instant in (at, known_at, evaluated_at)):
        raise ValueError("A decision needs instants with a time zone.")
    lines, reviewed = _check_results(facts, PostingAction(action), at, known_at)
    reasons = tuple(reason for line in lines for reason in line.reasons)
    changes = [change for line in lines for change in line.changes if change > at]
    valid_until = min([*changes, evaluated_at + MAX_AGE])
    if reasons:
        return Decision("deny", reasons, (), valid_until)
    evidence = dict.fromkeys(shown for line in lines for shown in line.evidence)
    return Decision("allow_with_review" if reviewed else "allow", (), tuple(evidence), valid_until)


def allowed_until(
    facts: PostingFacts, *, action: str, at: datetime, known_at: datetime
) -> datetime | None:
    """The first instant after an allowed `at` at which the same facts refuse. None: none is known."""
    moment: datetime | None = at
    while moment is not None:
        lines, _reviewed = _check_results(facts, PostingAction(action), moment, known_at)
        if any(line.reasons for line in lines):
            return moment
        # A check knows only the next moment at which it may change, so walk from one such moment to the next.
        ahead = (change for line in lines for change in line.changes)
        moment = min((change for change in ahead if change > moment), default=None)
    return None


def _check_results(
    facts: PostingFacts, action: PostingAction, at: datetime, known_at: datetime
) -> tuple[list[CheckResult], bool]:
    """The result of every check, and whether an allowed post is still reviewed."""
    if facts.asked_known_at is not None and facts.asked_known_at > known_at:
        facts = replace(facts, person=None)
    if facts.person is None or facts.channel is None:
        unknown = _unknown(facts)
        return [CheckResult(unknown)], False
    channel = facts.channel.as_known(at, known_at)
    question = PostingQuestion(facts, facts.person, channel, action, at, known_at)
    return [check(question) for check in CHECKS], _reviewed(question)


def _unknown(facts: PostingFacts) -> tuple[RefusalReason, ...]:
    person = RefusalReason("person_unknown", {"person": facts.person_asked})
    channel = RefusalReason("channel_unknown", {"channel": facts.channel_asked})
    return (() if facts.person else (person,)) + (() if facts.channel else (channel,))


def check_rules_accepted(question: PostingQuestion) -> CheckResult:
    """The version of the house rules in force at `at` has been accepted by then."""
    known = [fact for fact in question.channel.rules if fact.recorded_at <= question.known_at]
    changes = tuple(fact.effective_at for fact in known)
    newest = _in_force(known, question.at)
    if newest is None:
        return CheckResult(changes=changes)
    mine = [
        fact
        for fact in question.facts.acceptances
        if fact.version == newest.version and fact.recorded_at <= question.known_at
    ]
    changes += tuple(fact.accepted_at for fact in mine)
    accepted = [fact for fact in mine if fact.accepted_at <= question.at]
    if accepted:
        return CheckResult(evidence=(f"acceptance:{accepted[0].id}",), changes=changes)
    return CheckResult(
        (question.reason("rules_not_accepted", version=newest.version),), changes=changes
    )


def _in_force(versions: list[RulesFact], at: datetime) -> RulesFact | None:
    begun = [fact for fact in versions if fact.effective_at <= at]
    return max(begun, key=lambda fact: (fact.effective_at, fact.version), default=None)


def check_certified(question: PostingQuestion) -> CheckResult:
    """In every group of the access rules in force, one certification supports posting at `at`."""
    groups: dict[int, list[Standing]] = {}
    for rule in question.channel.access_rules:
        if rule.holds(question.at, question.known_at):
            groups.setdefault(rule.group, []).append(question.standing(rule.certification_id))
    lines = [_check_group(question, groups[number]) for number in sorted(groups)]
    edges = (rule.edges(question.known_at) for rule in question.channel.access_rules)
    return CheckResult(
        _once([reason for line in lines for reason in line.reasons]),
        tuple(shown for line in lines for shown in line.evidence),
        tuple(change for line in lines for change in line.changes)
        + tuple(edge for pair in edges for edge in pair),
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
        return CheckResult()
    if facts.author_unknown:
        return CheckResult((question.reason("author_unknown", author=facts.author_unknown),))
    return CheckResult((question.reason("own_work"),)) if facts.own_work else CheckResult()


def check_role(question: PostingQuestion) -> CheckResult:
    """A role that covers the action, given in the present employment, holds at `at`."""
    grants = question.facts.grants
    changes = tuple(edge for grant in grants for edge in grant.edges(question.known_at))
    changes += find_role_edges(question.person, question.known_at)
    held = _roles_held(question)
    able = [grant for grant in held if question.action in ROLE_ACTIONS[grant.role]]
    if able:
        return CheckResult(
            evidence=tuple(f"permission:{grant.uuid}" for grant in able), changes=changes
        )
    if held:
        roles = tuple(sorted(grant.role for grant in held))
        return CheckResult((question.reason("role_too_small", roles=roles),), changes=changes)
    return CheckResult((_no_role(question),), changes=changes)


def _roles_held(question: PostingQuestion) -> list[RoleFact]:
    """The roles that hold at `at`: not those of before the person left and came back, moved on, or was long away."""
    began = _present_employment_began(question)
    return [
        grant
        for grant in question.facts.grants
        if grant.holds(question.at, question.known_at)
        and (began is None or grant.starts_at >= began)
        and _ended_by_itself(question, grant) is None
    ]


def _ended_by_itself(question: PostingQuestion, grant: RoleFact) -> RoleEnd | None:
    about = (question.person, question.facts.channel or question.channel)
    return find_role_end(grant, *about, question.at, question.known_at)


def _no_role(question: PostingQuestion) -> RefusalReason:
    ends = [_ended(question, grant) for grant in question.facts.grants]
    last = max((end for end in ends if end), key=lambda end: end.at, default=None)
    return question.reason(last.code, on=last.at) if last else question.reason("no_role")


def _ended(question: PostingQuestion, grant: RoleFact) -> RoleEnd | None:
    """When and why a role that was known has ended by `at`; what ends it by itself is told, also once written down."""
    if not grant.known(question.known_at):
        return None
    end, by_itself = grant.end(question.known_at), _ended_by_itself(question, grant)
    if by_itself and (end is None or by_itself.at <= end):
        return by_itself
    return RoleEnd(end, "role_ended") if end is not None and end <= question.at else None


def _present_employment_began(question: PostingQuestion) -> datetime | None:
    """When the person came back after leaving or after the end of a contract; earlier roles do not count any more.

    None when they were never away, or for less than a day.
    """
    now = question.job
    if now.since is None:
        return None
    before = question.employment(question.person.employment, at=now.since - INSTANT)
    if before.left_at is None or now.since - before.left_at < MISTAKEN_LEAVE:
        return None
    return now.since


def check_region(question: PostingQuestion) -> CheckResult:
    """A channel that is bound to its region is for people who work there at `at`."""
    channel = question.channel
    if not channel.region_bound or channel.region is None:
        return CheckResult()
    mine = question.job.region_code
    if mine == channel.region:
        return CheckResult()
    named = channel.region_names.get(channel.region, channel.region)
    return CheckResult((question.reason("region_mismatch", region=channel.region, named=named),))


def check_no_hold(question: PostingQuestion) -> CheckResult:
    """No hold stops the person everywhere."""
    holds = question.person.holds
    changes = tuple(edge for hold in holds for edge in hold.edges(question.known_at))
    if any(hold.holds(question.at, question.known_at) for hold in holds):
        return CheckResult((question.reason("person_on_hold"),), changes=changes)
    return CheckResult(changes=changes)


def check_sponsor(question: PostingQuestion) -> CheckResult:
    """Whoever answers for a contractor at `at` is employed."""
    person, known_at = question.person, question.known_at
    changes = person.kind.edges(known_at) + person.sponsor.edges(known_at)
    kind = person.kind.value_at(question.at, known_at)
    sponsor_id = person.sponsor.value_at(question.at, known_at)
    if kind != "contractor" or sponsor_id is None:
        return CheckResult(changes=changes)
    facts = person.sponsors.get(sponsor_id, ())
    changes += _employment_changes(question, facts)
    if question.employment(facts).employed:
        return CheckResult(changes=changes)
    return CheckResult((question.reason("sponsor_left"),), changes=changes)


def check_employed(question: PostingQuestion) -> CheckResult:
    """The person works here at `at`, and their contract is not over."""
    facts = question.person.employment
    changes = _employment_changes(question, facts)
    now = question.job
    if now.employed:
        return CheckResult(changes=changes)
    if now.since is None:
        return CheckResult((question.reason("not_joined"),), changes=changes)
    over = now.contract_ends_at is not None and now.contract_ends_at == now.left_at
    code = "contract_ended" if over else "person_left"
    return CheckResult((question.reason(code, on=now.last_day),), changes=changes)


def _employment_changes(
    question: PostingQuestion, facts: tuple[EmploymentFact, ...]
) -> tuple[datetime, ...]:
    known = [fact for fact in facts if fact.recorded_at <= question.known_at]
    ends = tuple(fact.ends_at for fact in known if fact.ends_at)
    return tuple(fact.effective_at for fact in known) + ends


def check_no_freeze(question: PostingQuestion) -> CheckResult:
    """No emergency stop covers the channel, unless the person is one of its crisis posters."""
    freezes = question.channel.freezes
    changes = tuple(edge for freeze in freezes for edge in freeze.edges(question.known_at))
    stopping = [
        freeze
        for freeze in freezes
        if freeze.holds(question.at, question.known_at)
        and question.person.hr_id not in freeze.allowed
    ]
    if not stopping:
        return CheckResult(changes=changes)
    first = min(stopping, key=lambda freeze: freeze.starts_at)
    return CheckResult((question.reason("frozen", since=first.starts_at),), changes=changes)


def check_channel_open(question: PostingQuestion) -> CheckResult:
    """The channel is live, or closing and not yet past its last day."""
    channel = question.channel
    known = [fact for fact in channel.states if fact.recorded_at <= question.known_at]
    begun = [fact for fact in known if fact.effective_at <= question.at]
    # Of two states that begin at the same instant, the one recorded later counts.
    begun.sort(key=lambda fact: (fact.effective_at, fact.recorded_at))
    newest = begun[-1] if begun else None
    changes = channel.changes_at + tuple(fact.effective_at for fact in known)
    if channel.closes_at is not None:
        changes += (channel.closes_at,)
        if channel.closes_at <= question.at:
            reason = question.reason("channel_closed", on=channel.closes_at)
            return CheckResult((reason,), changes=changes)
    if newest is not None and newest.state in OPEN_STATES:
        return CheckResult(changes=changes)
    state = newest.state if newest else "draft"
    return CheckResult((question.reason("channel_not_live", state=state),), changes=changes)


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
    check_sponsor,
    check_employed,
)


def _reviewed(question: PostingQuestion) -> bool:
    """Whether the post is reviewed before it goes out: the channel asks for it, or the only role is contributor."""
    if question.action not in POSTING:
        return False
    roles = {grant.role for grant in _roles_held(question)}
    return question.channel.reviews_each or roles == {"contributor"}

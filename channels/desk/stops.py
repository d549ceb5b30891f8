"""Emergency stops as people see them: where one can stop posting, what that changes, and what a stop prevented."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Region, Role, User
from accounts.permissions import role_regions
from certificates.models import Certification
from channels import listing
from channels.desk import freeze_notices
from channels.models import (
    AccessRule,
    Channel,
    DecisionRecord,
    Freeze,
    Owner,
    Platform,
    PostingPermission,
)
from channels.rules.posting import OPEN_STATES
from ledger.prepared_queries import PreparedQuery

FreezeScope = Freeze.Scope
# Of the decisions during a freeze, at most so many are looked through for one page.
MOST_DECISIONS = 5_000
MOST_NAMED = 4
GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class StopEffect:
    """What stopping would change: the open channels it covers, and how many people have a role there."""

    channels: list[Channel]
    people: int


def unsaved_freeze(where: str) -> Freeze | None:
    """The scope that an address names, as a freeze that is not saved: `global`, `region:FI`, `channel:BLOG`…"""
    scope, _colon, code = where.partition(":")
    if where == GLOBAL:
        return Freeze(scope=GLOBAL)
    if scope == FreezeScope.CLASSIFICATION:
        known = code in Channel.Classification.values
        return Freeze(scope=scope, classification=code) if known else None
    named = SUBJECTS.get(scope)
    subject = named().filter(code=code).first() if named else None
    return Freeze(scope=scope, **{scope: subject}) if subject else None


SUBJECTS: dict[str, Callable[[], QuerySet[Any]]] = {
    "region": Region.objects.all,
    "platform": Platform.objects.all,
    "channel": Channel.objects.all,
    "certification": Certification.objects.all,
}


def scope_address(freeze: Freeze) -> str:
    """What `unsaved_freeze` reads."""
    code = freeze_notices.scope_code(freeze)
    return GLOBAL if freeze.scope == GLOBAL else f"{freeze.scope}:{code}"


def stoppable_scopes(person: User, at: datetime) -> list[tuple[str, list[Freeze]]]:
    """Everything that this person may stop, by kind: each with the scopes that can be chosen."""
    found: list[tuple[str, list[Freeze]]] = []
    regions = role_regions(person, Role.GOVERNANCE, at=at)
    if regions is None:
        found.append((_("Everywhere"), [Freeze(scope=GLOBAL)]))
    governed = Region.objects.all() if regions is None else Region.objects.filter(pk__in=regions)
    found.append((_("A region"), [Freeze(scope="region", region=one) for one in governed]))
    if regions is None:
        found += _everywhere_scopes(at)
    mine = Channel.objects.filter(pk__in=_answered_for(person, regions, at)).order_by("title")
    found.append((_("A channel"), [Freeze(scope="channel", channel=one) for one in mine]))
    return [(kind, scopes) for kind, scopes in found if scopes]


def _everywhere_scopes(at: datetime) -> list[tuple[str, list[Freeze]]]:
    used = set(Channel.objects.values_list("classification", flat=True))
    kinds = [kind for kind in Channel.Classification.values if kind in used]
    asked = AccessRule.objects.current(at).values("certification")
    certifications = Certification.objects.filter(pk__in=asked).order_by("title")
    platforms = Platform.objects.all()
    return [
        (_("A platform"), [Freeze(scope="platform", platform=one) for one in platforms]),
        (_("A kind of channel"), [Freeze(scope="classification", classification=k) for k in kinds]),
        (
            _("Channels that ask for a certificate"),
            [Freeze(scope="certification", certification=one) for one in certifications],
        ),
    ]


def _answered_for(person: User, regions: frozenset[int] | None, at: datetime) -> QuerySet[Any]:
    owned = Owner.objects.current(at).filter(person=person).values("channel")
    if regions is None:
        return Channel.objects.values("pk")
    return Channel.objects.filter(Q(pk__in=owned) | Q(region__in=regions)).values("pk")


def covered_channels(freeze: Freeze, at: datetime) -> QuerySet[Channel]:
    """The channels within the scope, as they are at `at`, each with `state_now`."""
    channels = listing.channels_with_state(at)
    if freeze.scope == GLOBAL:
        return channels
    if freeze.scope == FreezeScope.CHANNEL:
        return channels.filter(code=freeze_notices.scope_code(freeze))
    if freeze.scope == FreezeScope.CERTIFICATION:
        rules = AccessRule.objects.current(at).filter(certification=freeze.certification)
        return channels.filter(pk__in=rules.values("channel"))
    return channels.filter(**{freeze.scope: getattr(freeze, freeze.scope)})


def foresee_effect(freeze: Freeze, at: datetime) -> StopEffect:
    """The open channels within the scope, and the number of people with a role on them."""
    covered = covered_channels(freeze, at).filter(Q(state_now__in=OPEN_STATES))
    channels = list(covered.order_by("title"))
    roles = PostingPermission.objects.current(at).filter(channel__in=channels)
    return StopEffect(channels, roles.values("person").distinct().count())


def freezes_concerning(person: User, at: datetime) -> QuerySet[Freeze]:
    """The freezes in force, drills apart, on channels where the person has a role or answers for them."""
    regions = role_regions(person, Role.GOVERNANCE, at=at)
    return _query_concerning(person.pk, regions, at)


def _query_concerning(
    person: int | None, regions: Collection[int] | None, at: datetime
) -> QuerySet[Freeze]:
    """All that run, without regions; else those of the person's channels and of the regions."""
    running = Freeze.objects.current(at).filter(drill=False)
    if regions is None:
        return running.select_related(*freeze_notices.SUBJECTS)
    roles = PostingPermission.objects.current(at).filter(person=person).values("channel")
    owned = Owner.objects.current(at).filter(person=person).values("channel")
    mine = Channel.objects.filter(Q(pk__in=roles) | Q(pk__in=owned) | Q(region__in=regions))
    asked = AccessRule.objects.current(at).filter(channel__in=mine)
    return running.filter(
        Q(scope=GLOBAL)
        | Q(channel__in=mine)
        | Q(region__in=mine.values("region"))
        | Q(region__in=regions)
        | Q(platform__in=mine.values("platform"))
        | Q(scope=FreezeScope.CLASSIFICATION, classification__in=mine.values("classification"))
        | Q(certification__in=asked.values("certification"))
    ).select_related(*freeze_notices.SUBJECTS)


# The SQL of the banner, which every page of a signed-in person asks for while there is a stop.
_concerning = PreparedQuery[Freeze](_query_concerning)
# The key of no region: a list that is kept as SQL has a member.
NOWHERE = 0


@dataclass(frozen=True, slots=True)
class StopBanner:
    """What every page tells somebody of the stops that concern them; without `scopes` nothing."""

    scopes: str = ""
    reason: str = ""
    href: str = ""
    deed: str = ""


def build_banner(person: User, at: datetime) -> StopBanner:
    """One stop with its reason, or the places of several, the widest first."""
    order = list(FreezeScope.values)
    regions = role_regions(person, Role.GOVERNANCE, at=at)
    asked = (None, None) if regions is None else (person.pk, [*regions, NOWHERE])
    found = sorted(_concerning.fetch(*asked, at), key=lambda one: order.index(one.scope))
    names = [freeze_notices.name_scope(one) for one in found]
    if not found:
        return StopBanner()
    if len(found) == 1:
        href = reverse("channels:freeze", args=[found[0].uuid])
        return StopBanner(names[0], found[0].reason, href, _("See the stop"))
    more = len(names) - MOST_NAMED
    scopes = _("; ").join(names[:MOST_NAMED])
    if more > 0:
        scopes = _("%(places)s and %(more)s more") % {"places": scopes, "more": more}
    return StopBanner(scopes, "", reverse("channels:freezes"), _("See the stops"))


def readable_freezes(person: User, at: datetime) -> QuerySet[Freeze]:
    """The freezes whose whole record the person may read, past ones and drills too, the newest first.

    Governance, auditors and HR read those of their region, owners and deputies those of their channels.
    """
    rows = Freeze.objects.select_related(*freeze_notices.SUBJECTS).order_by("-starts_at", "-pk")
    regions = role_regions(person, Role.GOVERNANCE, Role.HR, Role.AUDITOR, at=at)
    if regions is None:
        return rows
    owned = Owner.objects.current(at).filter(person=person).values("channel")
    return rows.filter(
        Q(channel__in=owned) | Q(channel__region__in=regions) | Q(region__in=regions)
    )


def openable_freezes(person: User, at: datetime) -> QuerySet[Freeze]:
    """The freezes whose page opens for the person: whole, or that it runs and why. Only to these a link is shown."""
    return (readable_freezes(person, at) | freezes_concerning(person, at)).distinct()


@dataclass(frozen=True, slots=True)
class PreventedPosts:
    """Answers that said no because of the freeze; `more`: there are others that were not looked at."""

    records: list[DecisionRecord]
    more: bool


def prevented_posts(freeze: Freeze, at: datetime) -> PreventedPosts:
    """The denied decisions on record for which the freeze was a reason, the newest first."""
    if freeze.drill:
        return PreventedPosts([], more=False)
    until = min(filter(None, (freeze.ended_at, _planned_end(freeze), at)))
    denied = DecisionRecord.objects.filter(
        decision="deny", evaluated_at__gte=freeze.starts_at, evaluated_at__lte=until
    )
    if freeze.scope != GLOBAL:
        denied = denied.filter(channel_code__in=covered_channels(freeze, at).values("code"))
    looked = list(islice(denied.order_by("-evaluated_at", "-pk").iterator(), MOST_DECISIONS + 1))
    found = [one for one in looked[:MOST_DECISIONS] if "frozen" in _codes(one)]
    return PreventedPosts(found, more=len(looked) > MOST_DECISIONS)


def _planned_end(freeze: Freeze) -> datetime | None:
    return None if freeze.scope == GLOBAL else freeze.ends_at


def _codes(record: DecisionRecord) -> Iterator[str]:
    return (str(reason["code"]) for reason in record.answer["reasons"])


def review_due_at(freeze: Freeze) -> datetime:
    """When somebody has to look at a running freeze (again): four hours after its start or the newest look."""
    looked = [review.reviewed_at for review in freeze.reviews.all()]
    due: timedelta = freeze_notices.REVIEW_AFTER
    return max([freeze.starts_at, *looked]) + due

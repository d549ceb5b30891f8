"""The HTTP API for tools: decisions, a person's permissions, the list of channels, who may post."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ninja import Query, Router
from ninja.errors import HttpError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from accounts import query_strings
from accounts.api.access import REFUSAL_STATUSES, Asker, Problem, require_known_names, require_tool
from accounts.dates import require_known_moment
from accounts.models import Region, User
from channels import listing
from channels.decisions import MAX_QUERIES, DecisionQuery, RegistryView, decide, decide_as_json
from channels.models import Channel, ChannelState, PostingPermission
from channels.timestamps import format_timestamp, parse_timestamp

router = Router(tags=["posting"])


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError(_("Write the moment as text."))  # noqa: TRY004 - pydantic reads ValueError
    return parse_timestamp(value)


def _known_moment(moment: datetime) -> datetime:
    return require_known_moment(moment, timezone.now())


def _moment_in_address(value: object) -> datetime:
    # A plus sign that was not encoded arrives as a space.
    return _moment(value.replace(" ", "+") if isinstance(value, str) else value)


def _legible(value: object) -> object:
    """An id as it can be kept: one mark stands for each character that cannot be printed, which nobody's id has."""
    if not isinstance(value, str) or value.isprintable():
        return value
    return "".join(one if one.isprintable() else UNPRINTABLE for one in value)


DATE_TIME = WithJsonSchema({"type": "string", "format": "date-time"})
Moment = Annotated[datetime, BeforeValidator(_moment), DATE_TIME]
MomentInAddress = Annotated[datetime, BeforeValidator(_moment_in_address), DATE_TIME]
KnownMoment = Annotated[
    datetime, BeforeValidator(_moment), AfterValidator(_known_moment), DATE_TIME
]
# The replacement character of Unicode: no import, form or command lets it into an id.
UNPRINTABLE = "\ufffd"
Id = Annotated[str, BeforeValidator(_legible), Field(min_length=1, max_length=50)]
ActionName = Literal["publish", "schedule", "reply", "approve", "administer"]


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class Question(Strict):
    """May `person` (HR id) do `action` on `channel` (code) at the moment it is published?

    `known_at`: by what was recorded until then, at the latest now; left out, by what is recorded now. `author`: the
    HR id of whoever wrote the post that is to be approved; nobody approves their own, and an unknown author is refused.
    """

    person: Id
    channel: Id
    action: ActionName
    at: Moment
    known_at: KnownMoment | None = None
    author: Id | None = None


class Questions(Strict):
    items: list[Question] = Field(min_length=1, max_length=MAX_QUERIES)


class Why(BaseModel):
    """`code` for machines, `text` for people, `remedy`: where the next step is, a path on this site."""

    code: str
    text: str
    remedy: str


class Answer(BaseModel):
    """Keep it until `valid_until`, never longer. `evidence` names the records that an allow rests on."""

    decision: Literal["allow", "deny", "allow_with_review"]
    reasons: list[Why]
    evidence: list[str]
    valid_until: str = Field(json_schema_extra={"format": "date-time"})


class Answers(BaseModel):
    items: list[Answer]


class ChannelAnswer(Answer):
    channel: str
    action: str


class Permissions(BaseModel):
    person: str
    at: str
    items: list[ChannelAnswer]


class PersonAnswer(Answer):
    person: str


class Posters(BaseModel):
    channel: str
    at: str
    action: str
    items: list[PersonAnswer]


class ChannelRow(BaseModel):
    code: str
    title: str
    platform: str
    handle: str
    url: str
    region: str | None
    language: str
    classification: str
    state: str
    public: bool


class Channels(BaseModel):
    """One page of the list; `next` is the cursor of the following one, null at the end."""

    items: list[ChannelRow]
    next: str | None


def response_models(model: Any) -> dict[Any, Any]:
    return {200: model, REFUSAL_STATUSES: Problem}


@router.post("/decisions", response=response_models(Answers), operation_id="decide")
def decisions(request: HttpRequest, questions: Questions) -> HttpResponse:
    """1 to 500 questions, answered in the same order. Unknown people and channels are refusals, not errors."""
    tool = require_tool(request)
    asks = [
        DecisionQuery(one.person, one.channel, one.action, one.at, one.known_at, one.author)
        for one in questions.items
    ]
    now = timezone.now()
    view = _view(tool, now)
    texts = decide_as_json(asks, asked_by=tool.actor, evaluated_at=now, view=view)
    # Written once, for the record and for the tool: the tests hold it to the form that is described.
    body = f'{{"items": [{", ".join(texts)}]}}'
    return HttpResponse(body, content_type="application/json; charset=utf-8")


def _view(tool: Asker, at: datetime) -> RegistryView | None:
    """What a token of one region may know of: its people and channels. None: everything."""
    people = tool.people()
    if people is None:
        return None
    return RegistryView(people, listing.visible_channels(tool.account, at))


@router.get(
    "/people/{hr_id}/permissions", response=response_models(Permissions), operation_id="permissions"
)
def permissions(
    request: HttpRequest,
    hr_id: str,
    at: MomentInAddress | None = None,
    action: ActionName = "publish",
) -> dict[str, Any]:
    """What the person may do, on every channel where they hold or held a role. 404: nobody has that HR id."""
    tool, now = require_tool(request), timezone.now()
    require_known_names(request, "at", "action")
    view = _view(tool, now)
    person = _person(hr_id, view)
    mine = PostingPermission.objects.filter(person=person).order_by("channel__code")
    if view is not None:
        mine = mine.filter(channel__in=view.channels.values("pk"))
    codes = mine.values_list("channel__code", flat=True).distinct()
    asks = [DecisionQuery(person.hr_id or "", code, action, at or now) for code in codes]
    found = decide(asks, asked_by=tool.actor, evaluated_at=now, listed=True, view=view)
    items = [
        {"channel": ask.channel, "action": action, **answer}
        for ask, answer in zip(asks, found, strict=True)
    ]
    return {"person": person.hr_id, "at": format_timestamp(at or now), "items": items}


def _person(hr_id: str, view: RegistryView | None) -> User:
    """Somebody by any of their HR ids. Raises Http404, also for those whom the token may not ask about."""
    people = User.objects.people() if view is None else view.people
    if hr_id.isprintable():
        person: User | None = people.filter(hr_id=hr_id).first()
        person = person or people.filter(aliases__hr_id=hr_id).first()
        if person is not None:
            return person
    raise Http404(_("Nobody has this HR id."))


@router.get("/channels", response=response_models(Channels), operation_id="channels")
def channels(
    request: HttpRequest,
    state: Annotated[str, Query(max_length=20)] = "",
    region: Annotated[str, Query(max_length=20)] = "",
    cursor: Annotated[str, Query(max_length=50)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> dict[str, Any]:
    """The registry, by code. Give `next` as `cursor` for the following page."""
    now = timezone.now()
    view = _view(require_tool(request), now)
    rows = (listing.channels_with_state(now) if view is None else view.channels).order_by("code")
    require_known_names(request, "state", "region", "cursor", "limit")
    if not cursor.isprintable():
        raise HttpError(422, query_strings.describe_unknown_value("cursor", cursor))
    _require_choice("state", state, ChannelState.values)
    _require_choice("region", region, Region.objects.values_list("code", flat=True))
    for name, value in (("region__code", region), ("state_now", state), ("code__gt", cursor)):
        if value:
            rows = rows.filter(**{name: value})
    page = list(rows[: limit + 1])
    more = page[limit - 1].code if len(page) > limit else None
    return {"items": [_row(channel) for channel in page[:limit]], "next": more}


def _require_choice(name: str, value: str, choices: Iterable[str]) -> None:
    """Raises HttpError (422) for a value that the filter does not have."""
    if value and value not in set(choices):
        raise HttpError(422, query_strings.describe_unknown_value(name, value))


def _printable(value: str) -> str:
    return value if value.isprintable() else "?"


def _row(channel: Any) -> dict[str, Any]:
    plain = ("code", "title", "handle", "url", "language", "classification", "public")
    return {
        **{name: getattr(channel, name) for name in plain},
        "platform": channel.platform.code,
        "region": channel.region.code if channel.region else None,
        "state": channel.state_now,
    }


@router.get("/channels/{code}/posters", response=response_models(Posters), operation_id="posters")
def posters(
    request: HttpRequest,
    code: str,
    at: MomentInAddress | None = None,
    action: ActionName = "publish",
) -> dict[str, Any]:
    """Everybody who may do `action` on the channel at `at`: the list a publishing tool keeps in step with."""
    tool, now = require_tool(request), timezone.now()
    require_known_names(request, "at", "action")
    view = _view(tool, now)
    known = Channel.objects.all() if view is None else view.channels
    channel = known.filter(code=_printable(code)).first()
    if channel is None:
        raise Http404(_("No channel has this code."))
    held = (
        channel.permissions.all()
        if view is None
        else channel.permissions.filter(person__in=view.people.values("pk"))
    )
    holders = held.order_by("person__hr_id").values_list("person__hr_id", flat=True)
    asks = [
        DecisionQuery(hr_id or "", channel.code, action, at or now) for hr_id in holders.distinct()
    ]
    found = decide(asks, asked_by=tool.actor, evaluated_at=now, listed=True, view=view)
    items = [
        {"person": ask.person, **answer}
        for ask, answer in zip(asks, found, strict=True)
        if answer["decision"] != "deny"
    ]
    return {
        "channel": channel.code,
        "at": format_timestamp(at or now),
        "action": action,
        "items": items,
    }

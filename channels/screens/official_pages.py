"""`/channels/official/` and `/verify/channel`: for everybody, without a sign-in. Only public fields, never a person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import query_strings
from accounts.rate_limits import (
    TooManyUsesError,
    answer_too_many,
    network_address,
    parse_rate,
    require_rate,
)
from channels import listing
from channels.desk import directory
from channels.desk.directory import AccountAnswer, AccountStatus
from channels.models import Channel
from channels.timestamps import format_timestamp

PublicView = Callable[..., HttpResponse]
HTTP_STATUSES = {
    AccountStatus.OFFICIAL: 200,
    AccountStatus.CLOSED: 410,
    AccountStatus.NOT_LISTED: 404,
    AccountStatus.UNSUPPORTED: 422,
}
# So long a machine, and whatever lies between, may keep an answer.
KEPT_SECONDS = 60


def _limit_strangers(view: PublicView) -> PublicView:
    """A view for strangers, with a limit for each network address; the answer of a machine may be kept a minute."""

    @require_safe
    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        machine = request.path_info.endswith(".json")
        try:
            require_rate(parse_rate("channel", settings.VERIFY_RATE), network_address(request))
            response = view(request, *args, **kwargs)
        except TooManyUsesError as error:
            return answer_too_many(request, error.seconds, for_machines=machine)
        if machine:
            response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
        return response

    return limited


def describe_publicly(channel: Channel) -> dict[str, Any]:
    """The public fields of a channel, and no other."""
    state: str = channel.state_now  # type: ignore[attr-defined]
    return {
        "title": channel.title,
        "platform": channel.platform.name,
        "handle": channel.handle,
        "url": channel.url,
        "region": channel.region.name if channel.region else None,
        "language": channel.language,
        "state": "closing" if state == "sunsetting" else state,
    }


@_limit_strangers
def show_directory(request: HttpRequest) -> HttpResponse:
    """The official channels; `q` narrows them down. Other filters list none."""
    misread = query_strings.describe_misread(request.GET, ("q",))
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())[:100]
    found = listing.search_channels(directory.official_channels(timezone.now()), words)
    context = {
        "channels": [] if misread else found,
        "q": words,
        "misread": misread,
        "organisation": settings.ORGANISATION_NAME,
    }
    return render(request, "channels/official.html", context)


@_limit_strangers
def show_directory_json(request: HttpRequest) -> JsonResponse:
    """The official channels as JSON. It knows no filters: asked for some, it lists none and says so."""
    now = timezone.now()
    misread = query_strings.describe_misread(request.GET, ())
    found = [] if misread else directory.official_channels(now)
    items = [describe_publicly(channel) for channel in found]
    told = {"misread": misread} if misread else {}
    return JsonResponse({"checked_at": format_timestamp(now), "items": items, **told})


@_limit_strangers
def check_account(request: HttpRequest) -> HttpResponse:
    """Is the account at `?url=` official? A form without it."""
    if "url" not in request.GET:
        return render(request, "channels/verify.html", {"answer": None})
    asked = request.GET["url"]
    answer = directory.check_address(asked, timezone.now())
    context = {"answer": answer, "asked": asked[:500], "organisation": settings.ORGANISATION_NAME}
    return render(request, "channels/verify.html", context, status=HTTP_STATUSES[answer.status])


@_limit_strangers
def check_account_json(request: HttpRequest) -> JsonResponse:
    """The same as JSON, with the status in the answer and as that of the response."""
    now = timezone.now()
    answer = directory.check_address(request.GET.get("url", ""), now)
    found = {"status": answer.status, "checked_at": format_timestamp(now), **_account(answer)}
    return JsonResponse(found, status=HTTP_STATUSES[answer.status])


def _account(answer: AccountAnswer) -> dict[str, Any]:
    account, channel = answer.account, answer.channel
    return {
        "platform": account.platform if account else None,
        "handle": account.handle if account else None,
        "url": account.url if account else None,
        "channel": describe_publicly(channel) if channel else None,
        "detail": answer.why or None,
    }

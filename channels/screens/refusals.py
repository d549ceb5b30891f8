"""A refusal after an act, on the page that is opened next: the reason, and a link to the next step."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from channels.guards import ActorNotAllowedError, ChannelRefusedError


def show_refusal(request: HttpRequest, refused: ChannelRefusedError, opened: str) -> None:
    """Tell the reason on the page at `opened`, with the next step unless it is that page or only the list."""
    if refused.remedy in {opened, reverse("channels:index")}:
        messages.error(request, refused.reason)
        return
    messages.error(
        request,
        format_html(
            '{} <a href="{}">{}</a>', refused.reason, refused.remedy, _("Go to the next step")
        ),
    )


def follow_refusal(request: HttpRequest, refused: ChannelRefusedError) -> HttpResponse:
    """Go to the next step and tell the reason there. Raises PermissionDenied for an act that only others may do."""
    if isinstance(refused, ActorNotAllowedError):
        raise PermissionDenied(refused.reason) from refused
    messages.error(request, refused.reason)
    return redirect(refused.remedy)

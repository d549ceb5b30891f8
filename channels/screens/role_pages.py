"""Whoever holds a role that nobody has seen them use says whether they still need it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.api.requests import PersonRequest
from channels.desk import unused_roles
from channels.guards import ChannelRefusedError
from channels.models import PostingPermission
from channels.screens.lookups import find_channel
from channels.screens.refusals import follow_refusal


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def answer_need(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """The question, with the two answers; both can be given before anybody asks."""
    now, channel = timezone.now(), find_channel(request.user, code)
    rows = PostingPermission.objects.select_related("channel", "person")
    role = get_object_or_404(rows, channel=channel, uuid=uuid, person=request.user)
    if request.method == "POST":
        return _answer(request, role)
    asked = [one for one in unused_roles.asked_roles(request.user, now) if one.pk == role.pk]
    context = {
        "channel": channel,
        "role": role,
        "running": role.ended_at is None and (role.ends_at is None or role.ends_at > now),
        "until": asked[0].asked_at + unused_roles.ANSWER_WITHIN if asked else None,  # type: ignore[attr-defined]
    }
    return render(request, "channels/need.html", context)


def _answer(request: PersonRequest, role: PostingPermission) -> HttpResponse:
    now, told = timezone.now(), {"channel": role.channel}
    answer = request.POST.get("answer", "")
    try:
        if answer == "keep":
            unused_roles.keep_needed_role(role, actor=request.user, at=now)
            messages.success(request, _("You keep your role on %(channel)s.") % told)
        elif answer == "end":
            unused_roles.give_role_back(role, actor=request.user, at=now)
            messages.success(request, _("Your role on %(channel)s has ended.") % told)
        else:
            messages.error(request, _("Choose whether you still need the role."))
            return redirect(unused_roles.need_address(role))
    except ChannelRefusedError as refused:
        return follow_refusal(request, refused)
    return redirect("home:me")

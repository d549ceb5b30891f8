from __future__ import annotations

from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from allauth.usersessions.models import UserSession


def keep_session(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Forget the sessions of the person that are over, and add the one that begins."""
    running = Session.objects.filter(
        session_key=OuterRef("session_key"), expire_date__gt=timezone.now()
    )
    UserSession.objects.filter(~Exists(running), user=request.user).delete()
    UserSession.objects.create_from_request(request)

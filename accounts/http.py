from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User


class PersonRequest(HttpRequest):
    """A request behind `login_required`: somebody has signed in. For annotations only."""

    user: User  # type: ignore[assignment]

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User


class PersonRequest(HttpRequest):
    """The request of a signed-in person, as views behind `login_required` get it. For annotations only."""

    user: User  # type: ignore[assignment]

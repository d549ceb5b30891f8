"""Who did something, for people: records hold `person:<uuid>` or `system:<what>`."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from accounts.models import User

PERSON = "person:"


def name_actors(actors: Iterable[str]) -> dict[str, str]:
    """The name of each actor; the site's own name for what it did by itself. One query."""
    asked = set(actors)
    keys = [UUID(one.removeprefix(PERSON)) for one in asked if one.startswith(PERSON)]
    found = {person.actor: str(person) for person in User.objects.filter(uuid__in=keys)}
    return {one: found.get(one, settings.SITE_NAME) for one in asked}

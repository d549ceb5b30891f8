"""Who did something, for people: records hold `person:<uuid>` or `system:<what>`."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User

PERSON = "person:"


def name_actors(actors: Iterable[str]) -> dict[str, str]:
    """The name of each actor; the site's own name for what it did by itself. One query."""
    asked = set(actors)
    keys = [UUID(one.removeprefix(PERSON)) for one in asked if one.startswith(PERSON)]
    found = {person.actor: str(person) for person in User.objects.filter(uuid__in=keys)}
    return {one: found.get(one, settings.SITE_NAME) for one in asked}


def tell_who_was_first(actor: str | None, reader: User) -> str:
    """To somebody whose page is older than what `actor` did: that nothing was done, and who was first.

    It may have been themselves, in another tab.
    """
    if actor == reader.actor:
        return _("You have changed this already. Nothing was done now. This is how it stands.")
    who = name_actors([actor])[actor] if actor else _("somebody")
    text = _("Somebody else was first: %(who)s. Nothing was done. This is how it stands now.")
    return text % {"who": who}

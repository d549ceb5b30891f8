"""Find people by what others know of them: the HR id, another HR id, or the e-mail address."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from channels.facts.gathering import find_id_owners


def find_people(written: Iterable[str]) -> dict[str, User]:
    """Who is meant by each of the texts; those that nobody has are left out. Three queries for any number."""
    asked = [text.strip() for text in written if text.strip()]
    owners = find_id_owners(asked, User.objects.people())
    addresses = {text.casefold(): text for text in asked if "@" in text}
    by_address = User.objects.people().filter(email__in=addresses)
    found = {addresses[person.email.casefold()]: person for person in by_address}
    people = User.objects.in_bulk([owner.person_id for owner in owners.values()])
    return found | {text: people[owner.person_id] for text, owner in owners.items()}


def find_person(text: str) -> User:
    """The one person meant. Raises LookupError with a sentence for people."""
    found = find_people([text]).get(text.strip())
    if found is None:
        raise LookupError(_("Nobody has this HR id or e-mail address."))
    return found

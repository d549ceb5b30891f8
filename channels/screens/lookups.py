"""What an address names, if the person who opens it may know of it."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from channels import listing
from channels.models import Channel


def find_channel(person: User, code: str) -> Channel:
    """The channel, if the person may know of it; `offering`: somebody is asked to take it over. Raises Http404."""
    found = listing.find_visible_channel(person, code.replace("\0", ""), timezone.now())
    if found is None:
        raise Http404(_("There is no such channel."))
    return found

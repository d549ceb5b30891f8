"""What an address names, if the person who opens it may know of it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from channels import listing
from channels.models import Channel, OwnerOffer


def find_channel(person: User, code: str) -> Channel:
    """The channel, if the person may know of it; `offering`: somebody is asked to take it over. Raises Http404."""
    offers = OwnerOffer.objects.filter(channel=OuterRef("pk"), outcome="open")
    seen = listing.visible_channels(person, timezone.now()).annotate(offering=Exists(offers))
    return get_object_or_404(seen, code=code.replace("\0", ""))

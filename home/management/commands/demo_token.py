from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from wagtail.models import APIToken

from accounts.models import PersonKind, User
from ledger import entries

EMAIL = "api@northlight.example"
NAME = "Demo"
# Only a digest of a token is kept, so each call makes a new one; the oldest stop working.
KEPT = 5


class Command(BaseCommand):
    help = "Print an API token for the demo's publishing tool (api@northlight.example)."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        tool = User.objects.filter(email=EMAIL, kind=PersonKind.SERVICE).first()
        if tool is None:
            tool = User.objects.create_user(
                EMAIL, display_name="Publishing tool", kind=PersonKind.SERVICE
            )
        token, secret = APIToken.create_token(user=tool, name=NAME)
        kept = tool.api_tokens.filter(name=NAME, revoked_at=None).order_by("-pk")[:KEPT]
        outdated = tool.api_tokens.filter(name=NAME, revoked_at=None).exclude(
            pk__in=[one.pk for one in kept]
        )
        now = timezone.now()
        outdated.update(revoked_at=now)
        entries.append_entry(
            kind="token.created",
            subject=tool.actor,
            actor="system:demo_token",
            at=now,
            data={"token": token.pk},
            facts=[tool],
        )
        self.stdout.write(secret)

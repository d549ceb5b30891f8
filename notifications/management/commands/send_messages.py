from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications import sending


class Command(BaseCommand):
    help = (
        "Send the messages that wait in the queue. Run it every minute; several may run at once, and each"
        " message is sent once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        sent = sending.send_due_messages(at=now)
        self.stdout.write(f"Sent: {sent}. Waiting: {sending.waiting_messages(now).count()}.")

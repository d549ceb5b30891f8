from __future__ import annotations

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from channels.models import Channel
from reports.management.commands.export_status import parse_instant
from reports.packs.making import make_pack
from reports.packs.questions import PackReason, PackRefusedError, PackView, find_question

ACTOR = "system:evidence_pack"


class Command(BaseCommand):
    help = (
        "Write an evidence pack: one ZIP file about a person, a channel, a decision or (with a person and a channel) a"
        " post. The ledger tells that it was made."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--person", default="", metavar="HR_ID")
        parser.add_argument("--channel", default="", metavar="CODE")
        parser.add_argument("--decision", type=UUID, metavar="UUID")
        parser.add_argument("--at", metavar="ISO", help="the moment asked about; default: now")
        parser.add_argument(
            "--known-at", metavar="ISO", help="by what was recorded until then; default: all"
        )
        parser.add_argument("--why", choices=PackReason.values, required=True)
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        view = PackView(User.objects.people(), Channel.objects.select_related("region", "platform"))
        try:
            question = find_question(
                view,
                **{name: options[name] for name in ("person", "channel", "decision", "why")},
                at=parse_instant(options["at"]),
                known_at=parse_instant(options["known_at"]),
                now=now,
            )
        except PackRefusedError as refusal:
            raise CommandError(refusal.reason, returncode=2) from refusal
        pack = make_pack(question, view.people, actor=ACTOR, now=now)
        try:
            with options["out"].open("wb") as written, pack.content as made:
                shutil.copyfileobj(made, written)
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}.") from error
        self.stdout.write(f"{options['out']}: {pack.size} bytes, SHA-256 {pack.sha256}")

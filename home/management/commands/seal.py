from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from home.operations import anchoring
from home.operations.anchoring import Anchors
from ledger import heads


class Command(BaseCommand):
    help = (
        "Seal the ledger and print the head of its chain, PLACE:HASH. It also goes where the settings and the options"
        " say. Kept outside, it proves with check_integrity --expect that nothing before it was cut. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mail", action="append", metavar="ADDRESS", help="Mail the head.")
        parser.add_argument("--out", metavar="FILE", help="Add the head to this file.")
        parser.add_argument("--post", metavar="URL", help="Post the head as JSON (https only).")
        parser.add_argument("--dry-run", action="store_true", help="Only print the head there is.")

    def handle(self, *args: Any, **options: Any) -> None:
        head = heads.newest_head() if options["dry_run"] else self._seal(options)
        self.stdout.write(str(head) if head else "The ledger is empty.")

    def _seal(self, options: dict[str, Any]) -> heads.ChainHead | None:
        now, chosen = timezone.now(), anchoring.chosen_anchors()
        anchors = Anchors(
            options["mail"] or chosen.mails,
            options["out"] or chosen.file,
            options["post"] or chosen.url,
        )
        report = anchoring.seal_ledger(at=now, anchors=Anchors())
        if report.head is not None:
            try:
                anchoring.anchor_head(report.head, anchors, at=now)
            except OSError as error:
                self.stdout.write(str(report.head))
                raise CommandError(
                    f"Sealed, but the head did not arrive everywhere: {error}"
                ) from error
        return report.head

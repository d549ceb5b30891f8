from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.dates import DateRefusedError, require_known_moment
from channels.decisions import DecisionQuery, decide
from channels.rules.fact_types import PostingAction
from channels.timestamps import parse_timestamp

WORDS = {"allow": "Yes", "allow_with_review": "Yes, with review", "deny": "No"}


class Command(BaseCommand):
    """Exit status 0: answered, whatever the answer. 2: the question could not be read."""

    help = "May this person do this on that channel, at that moment? The answer of POST /api/v1/decisions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--person", required=True, help="HR id")
        parser.add_argument("--channel", required=True, help="code of the channel")
        parser.add_argument(
            "--action",
            default=PostingAction.PUBLISH.value,
            choices=[a.value for a in PostingAction],
        )
        parser.add_argument(
            "--at", help="moment of publishing, 2026-06-15T09:00:00Z (default: now)"
        )
        parser.add_argument(
            "--known-at", help="by what was recorded until then, at the latest now (default: now)"
        )
        parser.add_argument(
            "--author", help="HR id of whoever wrote the post that is to be approved"
        )
        parser.add_argument("--json", action="store_true", help="print the object of the API")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        ask = DecisionQuery(
            person=self.plain(options["person"]),
            channel=self.plain(options["channel"]),
            action=options["action"],
            at=self.moment(options["at"]) or now,
            known_at=self.known_moment(options["known_at"], now),
            author=None if options["author"] is None else self.plain(options["author"]),
        )
        (answer,) = decide([ask], asked_by="system:command", evaluated_at=now)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=not _utf8(), sort_keys=False))
        else:
            self.tell(answer)

    def plain(self, text: str) -> str:
        if not text or len(text) > 50 or not text.isprintable():
            raise CommandError("Ids are 1 to 50 printable characters.", returncode=2)
        return text

    def moment(self, text: str | None) -> datetime | None:
        try:
            return parse_timestamp(text) if text else None
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error

    def known_moment(self, text: str | None, now: datetime) -> datetime | None:
        try:
            return require_known_moment(self.moment(text) or now, now)
        except DateRefusedError as reason:
            raise CommandError(f"--known-at: {reason}", returncode=2) from reason

    def tell(self, answer: dict[str, Any]) -> None:
        self.stdout.write(WORDS[answer["decision"]])
        for reason in answer["reasons"]:
            self.stdout.write(f"- {reason['text']} ({reason['remedy']})")
        if answer["evidence"]:
            self.stdout.write(f"Evidence: {', '.join(answer['evidence'])}")
        self.stdout.write(f"Good until {answer['valid_until']}")


def _utf8() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from accounts.dates import DateRefusedError, require_known_moment, require_plausible_moment
from accounts.models import User
from reports import exports
from reports.exporting.companion_rows import companion_table
from reports.exporting.companions import COMPANIONS, PLAIN_PROFILES
from reports.exporting.own_profiles import ProfileRefusedError
from reports.exporting.profiles import PROFILES, ExportProfile
from reports.exporting.saved_profiles import ProfileUnknownError, find_profile
from reports.listing.policies import CertificationPolicy, certification_policies
from reports.models import ExportRun
from reports.status_rows import StatusQuery

ACTOR = "system:export_status"


class Command(BaseCommand):
    help = "Write the HR status table (hr-status/1, docs/hr-exports.md) for people or for a system, as of any moment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of",
            metavar="ISO",
            help="the moment asked about; a day means its first instant, UTC",
        )
        parser.add_argument(
            "--known-at",
            metavar="ISO",
            help="by what was recorded until then; default: all we know",
        )
        parser.add_argument(
            "--certification", metavar="CODE", help="one certification; default: all"
        )
        parser.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
        parser.add_argument(
            "--profile",
            metavar="NAME",
            default=exports.PEOPLE,
            help=f"who reads the file: {', '.join(PROFILES)}, or a profile of your own; default: %(default)s",
        )
        parser.add_argument(
            "--companion",
            choices=list(COMPANIONS),
            help="a file beside the table, for the same people and moments; "
            f"--profile is one of {', '.join(PLAIN_PROFILES)}",
        )
        parser.add_argument(
            "--manifest",
            action="store_true",
            help="write FILE.manifest.json beside the file: rows, SHA-256, filters, moments",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now, path = timezone.now(), options["out"]
        profile = self.find_profile(options["profile"], options["companion"])
        if options["manifest"] and path is None:
            raise CommandError("A manifest stands beside a file: say --out.", returncode=2)
        question = StatusQuery(
            people=User.objects.people(),
            programmes=self.programmes(options["certification"]),
            as_of=parse_instant(options["as_of"]) or now,
            known_at=parse_known_instant(options["known_at"], now),
            scores=exports.shows_scores(profile.name),
        )
        filters = {"certification": options["certification"]} if options["certification"] else {}
        try:
            table = self.find_table(question, options["companion"])
            run = exports.start_export(table, profile, filters=filters, actor=ACTOR, at=now)
            self.write(path, exports.stream_export(run, table, profile))
            if options["manifest"]:
                manifest = json.dumps(exports.describe_export(run, path.name), indent=2)
                self.write(path.with_name(f"{path.name}.manifest.json"), [manifest.encode()])
        except exports.ExportTooLargeError as reason:
            raise CommandError(str(reason)) from reason
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}. No file was written.") from error
        self.tell(run, profile)

    def find_table(self, question: StatusQuery, companion: str | None) -> exports.ExportTable:
        if companion is None:
            return exports.status_table(question)
        return companion_table(COMPANIONS[companion], question)

    def find_profile(self, name: str, companion: str | None) -> ExportProfile:
        if companion is not None:
            if name not in PLAIN_PROFILES:
                names = ", ".join(PLAIN_PROFILES)
                raise CommandError(f"--companion takes these profiles: {names}.", returncode=2)
            return COMPANIONS[companion].write_as(name)
        try:
            return find_profile(name)
        except ProfileUnknownError as reason:
            raise CommandError(str(reason), returncode=2) from reason
        except ProfileRefusedError as reason:
            raise CommandError(str(reason)) from reason

    def tell(self, run: ExportRun, profile: ExportProfile) -> None:
        """How much was written, and what was not."""
        self.stderr.write(f"{run.rows} rows, SHA-256 {run.sha256}")
        for reason, number in run.left_out["counts"].items():
            self.stderr.write(f"{number} left out, {reason}")
        for hr_id, code, reason in run.left_out["rows"]:
            self.stderr.write(f"{hr_id}, {code}: {reason}")
        for hr_id, column in () if exports.is_safe_for_spreadsheets(profile) else run.hits:
            self.stderr.write(f"A spreadsheet would read {column} of {hr_id} as a formula.")

    def programmes(self, code: str | None) -> list[CertificationPolicy]:
        found = [p for p in certification_policies() if code in (None, p.code)]
        if code and not found:
            codes = ", ".join(p.code for p in certification_policies()) or "none"
            raise CommandError(f"There is no certification {code}. There are: {codes}.")
        return found

    def write(self, path: Path | None, parts: Any) -> None:
        """A file has its name only once it is whole."""
        if path is None:
            for part in parts:
                sys.stdout.buffer.write(part)
            sys.stdout.flush()
            return
        unfinished = path.with_name(f"{path.name}.part")
        try:
            with unfinished.open("wb") as out:
                out.writelines(parts)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


def parse_known_instant(text: str | None, now: datetime) -> datetime:
    """The instant by which something was recorded, without a text now. Raises CommandError, also for a later one."""
    try:
        return require_known_moment(parse_instant(text) or now, now)
    except DateRefusedError as reason:
        raise CommandError(f"“{text}”: {reason}") from reason


def parse_instant(text: str | None) -> datetime | None:
    """A plausible ISO instant or day; without a zone it is UTC. Raises CommandError."""
    if text is None:
        return None
    try:
        found = parse_datetime(text)
        if found is None and (day := parse_date(text)) is not None:
            found = datetime.combine(day, time.min)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(
            f"“{text}” is no moment. Write it like 2026-03-14T09:00:00Z or 2026-03-14."
        )
    try:
        return require_plausible_moment(found if found.tzinfo else found.replace(tzinfo=UTC))
    except DateRefusedError as reason:
        raise CommandError(f"“{text}”: {reason}") from reason

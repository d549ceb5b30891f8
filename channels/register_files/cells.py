"""From the cells of a row to values of a channel. What cannot be read is refused in words, all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Region, User
from channels.desk import people_lookup
from channels.desk.platforms import list_patterns, spell_refusal
from channels.guards import ChannelRefusedError
from channels.models import Channel, Owner, Platform
from channels.models.registry import ReviewMode
from channels.register_files.columns import DAYS, FLAGS, TEXTS
from channels.rules.profile_addresses import (
    AddressRefusedError,
    ProfileAddress,
    read_profile_address,
)

YES = frozenset({"yes", "true", "1", "y", "x"})
NO = frozenset({"no", "false", "0", "n"})
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(slots=True)
class ReadRow:
    """What a row says: the account, columns of the channel, and who answers for it. An empty cell says nothing."""

    code: str = ""
    account: ProfileAddress | None = None
    platform: Platform | None = None
    values: dict[str, Any] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)


class KnownNames:
    """The platforms and regions as they are now, by code and by name: read once for a file."""

    def __init__(self) -> None:
        platforms = list(Platform.objects.order_by("code"))
        self.patterns = list_patterns()
        self.by_code = {platform.code: platform for platform in platforms}
        self.platforms = _by_name_and_code(platforms)
        self.regions = _by_name_and_code(Region.objects.all())


def _by_name_and_code(rows: Iterable[Any]) -> dict[str, Any]:
    found = list(rows)
    by_name = {row.name.casefold(): row for row in found}
    return by_name | {row.code.casefold(): row for row in found}


def read_cells(cells: dict[str, str], known: KnownNames) -> ReadRow:
    """Raises ChannelRefusedError that names every cell that cannot be read."""
    said = {name: cell for name, cell in cells.items() if cell}
    read, wrong = ReadRow(code=said.get("code", "").upper()), []
    for name, cell in said.items():
        try:
            _read_cell(read, name, cell, said, known)
        except (ValueError, LookupError) as why:
            wrong.append(f"{name}: {why}")
    if wrong:
        raise ChannelRefusedError(" ".join(wrong))
    return read


def _read_cell(
    read: ReadRow, name: str, cell: str, said: dict[str, str], known: KnownNames
) -> None:
    if name == "address":
        read.account = _account(cell, said.get("platform", ""), known)
        read.platform = known.by_code[read.account.platform]
    elif name == "region":
        read.values[name] = _region(cell, known)
    elif name in {Owner.Kind.OWNER, Owner.Kind.DEPUTY}:
        read.people[name] = people_lookup.find_person(cell)
    elif name in READERS:
        read.values[name] = READERS[name](cell)


def _account(cell: str, platform: str, known: KnownNames) -> ProfileAddress:
    code = _platform(platform, known).code if platform else ""
    try:
        return read_profile_address(cell, known.patterns, code)
    except AddressRefusedError as refused:
        raise ValueError(spell_refusal(refused)) from refused


def _platform(cell: str, known: KnownNames) -> Platform:
    found: Platform | None = known.platforms.get(cell.casefold())
    if found is None:
        codes = ", ".join(known.by_code)
        raise ValueError(
            _("no platform is called “%(cell)s”. Known: %(known)s.")
            % {"cell": cell, "known": codes}
        )
    return found


def _region(cell: str, known: KnownNames) -> Region:
    found: Region | None = known.regions.get(cell.casefold())
    if found is None:
        raise ValueError(_("no region is called “%(cell)s”. Write its code.") % {"cell": cell})
    return found


def _flag(cell: str) -> bool:
    if (word := cell.casefold()) not in YES | NO:
        raise ValueError(_("“%(cell)s” is neither yes nor no.") % {"cell": cell})
    return word in YES


def _day(cell: str) -> date:
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        day = date.min
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(_("“%(cell)s” is no day. Write it like 2026-12-31.") % {"cell": cell})
    return day


def _number(cell: str) -> int:
    if not cell.isascii() or not cell.isdigit() or not 1 <= int(cell) <= 500:
        raise ValueError(_("“%(cell)s” is no number from 1 to 500.") % {"cell": cell})
    return int(cell)


def _choice(choices: type[Channel.Classification | ReviewMode]) -> Callable[[str], str]:
    def read(cell: str) -> str:
        for value, label in choices.choices:
            if cell.casefold() in {value.casefold(), str(label).casefold()}:
                return str(value)
        known = ", ".join(choices.values)
        raise ValueError(_("“%(cell)s” is none of: %(known)s.") % {"cell": cell, "known": known})

    return read


READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(TEXTS, str),
    **dict.fromkeys(FLAGS, _flag),
    **dict.fromkeys(DAYS, _day),
    "min_cover": _number,
    "classification": _choice(Channel.Classification),
    "review_mode": _choice(ReviewMode),
}

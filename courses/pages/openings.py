"""What a course opens: the certificates it earns, for how long, and the channels that ask for them.

Courses know of neither certificates nor channels: the room above registers how to read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from courses.pages.editions import keep_in_edition


@dataclass(frozen=True, slots=True)
class OpenedChannel:
    """A listed channel that asks for the certificate, and the address of its page."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class CourseOpening:
    """A certificate that a course earns, how many months it holds, in which zone its days count, and what it opens."""

    code: str
    title: str
    months: int
    course_title: str
    policy_tz: str
    channels: tuple[OpenedChannel, ...] = ()


@dataclass(frozen=True, slots=True)
class RenewalOutlook:
    """Where somebody stands in a certificate of the course, in a sentence; `due`: taking it again is called for.

    `href` leads to what has changed, where that is the shorter way; `whole`: only the whole course renews it;
    `over`: it lets nobody post any more.
    """

    text: str
    due: bool
    href: str = ""
    whole: bool = False
    over: bool = False


Openings = Mapping[int, tuple[CourseOpening, ...]]
OpeningsReader = Callable[[], Openings]
OutlooksReader = Callable[[User, int, datetime], list[RenewalOutlook]]

_openings: list[OpeningsReader] = []
_outlooks: list[OutlooksReader] = []


def register_openings(openings: OpeningsReader, outlooks: OutlooksReader) -> None:
    """Let these say what courses open, and where a person stands in what a course opens."""
    _openings[:] = [openings]
    _outlooks[:] = [outlooks]


def openings_of(course_id: int | None) -> tuple[CourseOpening, ...]:
    """What the course opens; each process remembers for a minute."""
    return all_openings().get(course_id or 0, ())


def all_openings() -> Openings:
    """What every course opens, by course id."""
    return keep_in_edition("openings", _read_openings)


def _read_openings() -> Openings:
    return {course: made for read in _openings for course, made in read().items()}


def courses_by_certificate() -> dict[str, str]:
    """The title of the course that earns each certificate, by the certificate's code."""
    return {one.code: one.course_title for made in all_openings().values() for one in made}


def quote_titles(titles: Iterable[str]) -> str:
    """Titles in a sentence: “Core” and “Customer replies”."""
    quoted = [_("“%(title)s”") % {"title": title} for title in titles]
    return get_text_list(quoted, _("and"))


def renewal_outlooks(person: User, course_id: int, at: datetime) -> list[RenewalOutlook]:
    """Where the person stands in each certificate that the course earns."""
    return [one for read in _outlooks for one in read(person, course_id, at)]

"""Which refusal an exception comes to: a status, a heading, what to do next and, where waiting helps, how long."""

from __future__ import annotations

import errno
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db.models import Model, ProtectedError, RestrictedError
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wagtail.models import Page, Site

from courses.writing.addresses import find_edit_address
from courses.writing.finished import UnfinishedError
from courses.writing.kept_files import FileInUseError
from quizzes.cms.kept_pictures import PictureShownError

# Where the routes of the editor begin (config/urls.py).
EDITOR = "cms/"
RETRY_SECONDS = 10
SAFE = ("GET", "HEAD", "OPTIONS")
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
# No id of ours has so many digits, no text a NUL, and none half of a surrogate pair.
ODD = re.compile(r"[0-9]{19}|[\0\ud800-\udfff]|%00", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer to a request that is not served. `uses` names what stands in the way, one phrase each.

    `step` is label and address of what the person can do instead, `again` the fields to send once more.
    """

    status: int
    title: str
    text: str
    retry_after: int = 0
    uses: tuple[str, ...] = ()
    step: tuple[str, str] | None = None
    again: tuple[tuple[str, str], ...] = ()


def refuse_unreadable() -> Refusal:
    return Refusal(
        400,
        _("This request cannot be read"),
        _("Nothing was changed. Go back, load the page again and send it once more."),
    )


def refuse_too_much() -> Refusal:
    return Refusal(
        413,
        _("That is too much at once"),
        _(
            "Nothing was changed. Go back and send less: a shorter text, fewer fields or a smaller file."
        ),
    )


def refuse_without_length() -> Refusal:
    return Refusal(
        411,
        _("The length is missing"),
        _("Nothing was read. Send the body with its length (Content-Length), not in chunks."),
    )


def refuse_for_now(request: HttpRequest) -> Refusal:
    """Whoever only wanted to read has lost nothing."""
    title, text = (
        _("We cannot save anything just now"),
        _(
            "The last thing you sent was not stored. What was saved before is safe."
            " Go back, wait %(seconds)s seconds and send it again."
        ),
    )
    if request.method in SAFE:
        title, text = (
            _("We cannot show this page just now"),
            _("Nothing is lost. Wait %(seconds)s seconds and load the page again."),
        )
    return Refusal(503, title, text % {"seconds": RETRY_SECONDS}, retry_after=RETRY_SECONDS)


def refuse_taken(request: HttpRequest) -> Refusal:
    """Others took each name that was free, at the same moment: nothing is stored, and nothing is lost."""
    return Refusal(
        409,
        _("Others are saving at the same moment"),
        _(
            "What you wrote is not stored yet: each free code or address was taken just before you."
            " Nothing is lost. Send it once more."
        ),
        again=tuple((name, text) for name, texts in request.POST.lists() for text in texts),
    )


def refuse_method(request: HttpRequest, allowed: str) -> Refusal:
    """The address takes other methods than this one; the step opens it if it can be opened."""
    step = (_("Open this address"), request.path) if "GET" in allowed else None
    return Refusal(
        405,
        _("This address cannot be used like that"),
        _("Nothing was changed. Go back to the page before and use its buttons and links."),
        step=step,
    )


def refuse_in_use(used_by: Iterable[Model]) -> Refusal:
    """A record that others rest on is not deleted; says how many of which kind, and names a few."""
    found = sorted(used_by, key=lambda record: (record._meta.verbose_name_plural or "", record.pk))
    kinds = Counter(str(record._meta.verbose_name_plural) for record in found)
    named = [f"{record._meta.verbose_name}: {record}" for record in found[:5]]
    stays = any(not can_be_removed(type(record)) for record in found)
    return refuse_counted_uses(kinds, named, stays=stays)


def can_be_removed(model: type[Model]) -> bool:
    """Whether the editor deletes such records at all; what people have done nobody deletes."""
    return issubclass(model, Page | Site) or hasattr(model, "snippet_viewset")


def refuse_counted_uses(
    kinds: Mapping[str, int], named: Iterable[str] = (), *, stays: bool = False, people: int = 0
) -> Refusal:
    """`stays`: something of it is a record of what people did; `people` is how many they are."""
    text = _("Nothing was deleted. First remove what uses it, or keep it and take it out of use.")
    if stays:
        text = _(
            "Nothing was deleted. People have learned, tried or decided something with it, and what they did"
            " is kept for good. Take it out of use instead: that loses nothing."
        )
    who = ngettext("%(n)s person", "%(n)s people", people) % {"n": people}
    counted = [f"{number} × {kind}" for kind, number in kinds.items()]
    return Refusal(
        409,
        _("This is still in use"),
        text,
        uses=(*([who] if people else ()), *counted, *named),
    )


def refuse_last_site(sites: str) -> Refusal:
    """Every address that no other site has is shown by the default one; `sites` is the address of their list."""
    return Refusal(
        409,
        _("All pages are shown by this site"),
        _(
            "Nothing was deleted. Add another site or choose one, and make it the default one first."
        ),
        step=(_("See the sites"), sites),
    )


def refuse_to_rewrite() -> Refusal:
    return Refusal(
        409,
        _("This is a record of what happened"),
        _(
            "Nothing was changed. Records of what happened stay as they are; take it out of use instead."
        ),
    )


def refuse_shown_picture(error: PictureShownError) -> Refusal:
    """A picture of a question is not deleted; the step leads to the question, which may show another one."""
    return Refusal(
        409,
        _("A question shows this picture"),
        _(
            "Nothing was deleted. Choose another picture in the question and publish it, then delete this one."
            " A picture that people were asked about stays, because their results show it."
        ),
        uses=tuple(item.full_code for item in error.items),
        step=(
            _("Open the question"),
            find_edit_address(error.items[0]),
        ),
    )


def refuse_file_in_use(error: FileInUseError) -> Refusal:
    """A picture or document of a published page is not deleted; the step leads to the page."""
    return Refusal(
        409,
        _("A page shows this file"),
        _(
            "Nothing was deleted. Readers would find a hole or a dead link. Take the file out of the page, or"
            " choose another one, and publish the page, then delete this one."
        ),
        uses=tuple(page.get_admin_display_title() for page in error.pages[:5]),
        step=(_("Open the page"), find_edit_address(error.pages[0])),
    )


def refuse_unfinished(error: UnfinishedError) -> Refusal:
    """What is half-written does not go live; the step leads to its editor."""
    return Refusal(
        409,
        _("“%(title)s” is not finished") % {"title": str(error.thing)},
        _("Nothing was published. What is missing: %(what)s") % {"what": "; ".join(error.messages)},
        step=(_("Go on writing"), find_edit_address(error.thing)),
    )


def find_refusal(request: HttpRequest, error: BaseException | None) -> Refusal | None:
    """The refusal that `error` comes to; None when it is a fault of the program."""
    if isinstance(error, TOO_MUCH):
        return refuse_too_much()
    if isinstance(error, UnreadablePostError | MultiPartParserError):
        return refuse_unreadable()
    if refusal := find_refusal_to_change(error):
        return refusal
    if lacks_a_field(request, error):
        return refuse_unreadable()
    if cannot_be_stored(error):
        return refuse_for_now(request)
    if isinstance(error, OverflowError | ValueError | DataError) and carries_odd_values(request):
        return refuse_unreadable()
    return None


def find_refusal_to_change(error: BaseException | None) -> Refusal | None:
    """The refusal of a record that others rest on, that says what happened, or that is half-written."""
    if isinstance(error, UnfinishedError):
        return refuse_unfinished(error)
    if isinstance(error, PictureShownError):
        return refuse_shown_picture(error)
    if isinstance(error, FileInUseError):
        return refuse_file_in_use(error)
    if isinstance(error, ProtectedError):
        return refuse_in_use(error.protected_objects)
    if isinstance(error, RestrictedError):
        return refuse_in_use(error.restricted_objects)
    if isinstance(error, IntegrityError) and "is append-only" in str(error):
        return refuse_to_rewrite()
    return None


def cannot_be_stored(error: BaseException | None) -> bool:
    """Whether the database or the disk did not take part: locked, gone, full. A missing table is our fault."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return not str(error).startswith(("no such", "near "))


def lacks_a_field(request: HttpRequest, error: BaseException | None) -> bool:
    """Whether a field is missing that a form of the editor always sends, such as how many blocks a page has."""
    if not isinstance(error, MultiValueDictKeyError) or request.method != "POST":
        return False
    match = request.resolver_match
    return bool(match and match.route.startswith(EDITOR))


def carries_odd_values(request: HttpRequest) -> bool:
    """Whether the request holds what no database column can: 19 digits in a row, a NUL, half a character."""
    sent = [request.path_info]
    for values in (request.GET, request.POST):
        sent += [text for name, texts in values.lists() for text in (name, *map(str, texts))]
    return any(ODD.search(text) for text in sent)

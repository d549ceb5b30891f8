"""Who may see a picture or a document: its collection says so, and so do the pages and questions that use it.

Within its collection a file is seen by those who may read a published page with it, or were asked a question with it;
and by who writes and reviews. What only drafts show, or nothing yet, nobody else has been meant to see.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import Page, PageViewRestriction, ReferenceIndex

from items.publishing import read_pictured_versions
from quizzes.attempts import asked_pictures

File: TypeAlias = AbstractImage | AbstractDocument


def refuse_file(request: HttpRequest, file: File, *, whole: bool = False) -> HttpResponse | None:
    """None for who may see the file; others are sent to the sign-in page, or, signed in, refused.

    `whole` asks for a picture as it was uploaded, with all that a camera wrote into it: for editors only.
    """
    if _may_see(request, file, whole=whole):
        return None
    if request.user.is_authenticated:
        raise PermissionDenied(
            _("This file belongs to a page or a question that is not open to you.")
        )
    response = redirect_to_login(request.get_full_path())
    add_never_cache_headers(response)
    return response


def _may_see(request: HttpRequest, file: File, *, whole: bool) -> bool:
    restrictions = file.collection.get_view_restrictions()
    if not all(one.accept_request(request) for one in restrictions):
        return False
    if edits(request):
        return True
    return not whole and _is_shown_to(request, file)


def edits(request: HttpRequest) -> bool:
    """Whether the person writes or reviews: what the editor shows has to be seen there."""
    return bool(request.user.has_perm("wagtailadmin.access_admin"))


def _is_shown_to(request: HttpRequest, file: File) -> bool:
    """Whether the person was asked a question with the file, or may read a published page with it."""
    versions: frozenset[int] = frozenset()
    if isinstance(file, AbstractImage):
        versions = read_pictured_versions().get(file.pk, frozenset())
    if versions and asked_pictures.was_asked(request.user, versions):
        return True
    return any(_open_paths(request, _find_pages(file)))


def _find_pages(file: File) -> set[str]:
    """The primary keys of the pages that refer to the file, published or not."""
    found = ReferenceIndex.get_references_to(file).filter(
        base_content_type=ContentType.objects.get_for_model(Page)
    )
    return set(found.order_by().values_list("object_id", flat=True))


def _open_paths(request: HttpRequest, pages: Iterable[str]) -> list[str]:
    """The tree paths of those of the pages that are live and open to the person."""
    paths = list(Page.objects.live().filter(pk__in=pages).values_list("path", flat=True))
    ways = {
        path[:end] for path in paths for end in range(Page.steplen, len(path) + 1, Page.steplen)
    }
    closed = [
        one.page.path
        for one in PageViewRestriction.objects.filter(page__path__in=ways).select_related("page")
        if not one.accept_request(request)
    ]
    return [path for path in paths if not path.startswith(tuple(closed))]

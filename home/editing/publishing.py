"""Publishing what people are in the middle of: the editor says what hangs on it first, and asks once."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.permissions import policy_registry

from courses.models import CoursePage
from courses.writing.addresses import find_edit_address
from home.editing.dependents import find_dependents
from items.models import Item
from quizzes.models import QuizPage

# What tries and certificates pin. Lessons and modules are read as they are; their next release says what changed.
ASKED_ABOUT = (CoursePage, QuizPage, Item)


def ask_before_publishing(request: HttpRequest, thing: Any) -> HttpResponse | None:
    """A page that says what hangs on a course, quiz or question, with its draft saved; None if nothing does."""
    if not isinstance(thing, ASKED_ABOUT) or not thing.live:
        return None
    found = find_dependents([thing], at=timezone.now())
    revision = thing.latest_revision
    if not found or revision is None:
        return None
    told = [thing._meta.app_label, thing._meta.model_name, thing.pk, revision.pk]
    return render(
        request,
        "home/cms/before_publishing.html",
        {
            "subtitle": str(thing),
            "lines": found.lines,
            "publish_url": reverse("publish_asked", args=told),
            "edit_url": find_edit_address(thing),
        },
    )


@require_POST
def publish_asked(
    request: HttpRequest, app: str, model: str, pk: int, revision: int
) -> HttpResponse:
    """Publish the draft that the person was asked about. A newer draft is asked about again."""
    kinds = {kind._meta.label_lower: kind for kind in ASKED_ABOUT}
    if f"{app}.{model}" not in kinds:
        raise Http404
    kind: Any = kinds[f"{app}.{model}"]
    thing: Any = get_object_or_404(kind, pk=pk)
    if not _may_publish(request, thing):
        raise PermissionDenied
    lock = thing.get_lock()
    if thing.latest_revision_id != revision or (lock and lock.for_user(request.user)):
        messages.error(request, _("Somebody has written or locked it meanwhile. Look at it first."))
        return redirect(find_edit_address(thing))
    thing.latest_revision.publish(user=request.user)
    return _tell(request, kind.objects.get(pk=pk))


def _tell(request: HttpRequest, thing: Any) -> HttpResponse:
    for hook in hooks.get_hooks(
        "after_publish_page" if isinstance(thing, Page) else "after_publish"
    ):
        answer = hook(request, thing)
        if isinstance(answer, HttpResponse):
            return answer
    messages.success(request, _("“%(title)s” is published.") % {"title": str(thing)})
    if isinstance(thing, Page):
        return redirect("wagtailadmin_explore", thing.get_parent().pk)
    return redirect(Item.snippet_viewset.get_url_name("list"))


def _may_publish(request: HttpRequest, thing: Any) -> bool:
    if isinstance(thing, Page):
        return bool(thing.permissions_for_user(request.user).can_publish())
    policy = policy_registry.get_by_type(Item)
    return bool(policy.user_has_permission_for_instance(request.user, "publish", thing))

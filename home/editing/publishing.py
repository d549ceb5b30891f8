"""Publishing what people are in the middle of: the editor says what hangs on it first, and asks once.

Where nothing hangs on it nobody is asked. A reviewer reads the same above the page before approving it.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.permissions import policy_registry

from accounts.readers.button_pages import pressed_on
from courses.models import CoursePage, LessonPage, ModulePage, PrinciplePage
from courses.writing.addresses import find_edit_address
from home.editing.dependents import find_dependents
from home.editing.material_changes import tell_material_change
from items.models import Item
from quizzes.models import QuizPage

# What people learn and are asked. The other pages have nothing on them but what is below them, which stays as it is.
ASKED_ABOUT = (CoursePage, ModulePage, LessonPage, QuizPage, PrinciplePage, Item)


def ask_before_publishing(request: HttpRequest, thing: Any) -> HttpResponse | None:
    """A page that says what hangs on what is about to go live, with its draft saved; None if nothing does."""
    if not isinstance(thing, ASKED_ABOUT):
        return None
    at, revision = timezone.now(), thing.latest_revision
    lines = [*tell_material_change(thing, at), *find_dependents([thing], at=at).lines]
    if not lines or revision is None:
        return None
    _finish_making(request, thing)
    told = [thing._meta.app_label, thing._meta.model_name, thing.pk, revision.pk]
    return render(
        request,
        "home/cms/before_publishing.html",
        {
            "subtitle": str(thing),
            "lines": lines,
            "publish_url": reverse("publish_asked", args=told),
            "edit_url": find_edit_address(thing),
        },
    )


def _finish_making(request: HttpRequest, page: Any) -> None:
    """Leave a new page as the draft it is: Wagtail has saved it as live, and its hooks do not know of it yet.

    They remember which form made it, so that the form, when it is sent again, goes on with that page.
    """
    match = request.resolver_match
    if match and match.url_name == "add":
        Page.objects.filter(pk=page.pk).update(live=False, has_unpublished_changes=True)
        for hook in hooks.get_hooks("after_create_page"):
            hook(request, page)


def tell_before_approving(request: HttpRequest, thing: Any) -> None:
    """Say what hangs on it to somebody who opens what they may approve: approving it publishes."""
    if request.method != "GET" or not isinstance(thing, ASKED_ABOUT):
        return
    task = thing.current_workflow_task
    if task is None or not _may_approve(task, thing, request.user):
        return
    at, written = timezone.now(), thing.get_latest_revision_as_object()
    if lines := [*tell_material_change(written, at), *find_dependents([thing], at=at).lines]:
        said = [_("Before you approve it:"), *lines]
        messages.info(request, format_html_join(" ", "{}", ((line,) for line in said)))


def tell_asked_changes(request: HttpRequest, thing: Any) -> None:
    """Say what a reviewer has asked for to whoever opens it, until it is submitted again."""
    state = thing.current_workflow_state if isinstance(thing, ASKED_ABOUT) else None
    if (
        request.method != "GET"
        or state is None
        or state.status != WorkflowState.STATUS_NEEDS_CHANGES
    ):
        return
    asked = state.current_task_state
    if asked is None or asked.status != TaskState.STATUS_REJECTED:
        return
    words = _("%(who)s asks for changes: %(words)s Mend it and submit it again.") % {
        "who": asked.finished_by or _("The reviewer"),
        "words": f"“{asked.comment}”." if asked.comment else _("no words were left."),
    }
    messages.warning(request, words)


def _may_approve(task: Any, thing: Any, person: Any) -> bool:
    return any(name == "approve" for name, *_rest in task.get_actions(thing, person))


def _find_asked(app: str, model: str, pk: int) -> Any:
    kinds = {kind._meta.label_lower: kind for kind in ASKED_ABOUT}
    if f"{app}.{model}" not in kinds:
        raise Http404
    kind: Any = kinds[f"{app}.{model}"]
    return get_object_or_404(kind, pk=pk)


def _editor_of(_request: HttpRequest, app: str, model: str, pk: int, **_draft: int) -> str:
    return find_edit_address(_find_asked(app, model, pk))


@pressed_on(_editor_of)
def publish_asked(
    request: HttpRequest, app: str, model: str, pk: int, revision: int
) -> HttpResponse:
    """Publish the draft that the person was asked about. A newer draft is asked about again."""
    thing = _find_asked(app, model, pk)
    if not _may_publish(request, thing):
        raise PermissionDenied
    lock = thing.get_lock()
    if thing.latest_revision_id != revision or (lock and lock.for_user(request.user)):
        messages.error(request, _("Somebody has written or locked it meanwhile. Look at it first."))
        return redirect(find_edit_address(thing))
    thing.latest_revision.publish(user=request.user)
    return _tell(request, _find_asked(app, model, pk))


def _tell(request: HttpRequest, thing: Any) -> HttpResponse:
    for hook in hooks.get_hooks(
        "after_publish_page" if isinstance(thing, Page) else "after_publish"
    ):
        answer = hook(request, thing)
        if isinstance(answer, HttpResponse):
            return answer
    planned = thing.scheduled_revision is not None
    told = _("“%(title)s” goes live when you said.") if planned else _("“%(title)s” is published.")
    messages.success(request, told % {"title": str(thing)})
    if isinstance(thing, Page):
        return redirect("wagtailadmin_explore", thing.get_parent().pk)
    return redirect(Item.snippet_viewset.get_url_name("list"))


def _may_publish(request: HttpRequest, thing: Any) -> bool:
    if isinstance(thing, Page):
        return bool(thing.permissions_for_user(request.user).can_publish())
    policy = policy_registry.get_by_type(Item)
    return bool(policy.user_has_permission_for_instance(request.user, "publish", thing))

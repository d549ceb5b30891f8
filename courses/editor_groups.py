"""What authors and reviewers may do in the CMS: two groups of Wagtail, filled from responsibilities.

Pages, questions and their keys belong to no region, so the editor opens for authors and reviewers of all regions
only. A role in one region counts for its people: giving another try, marking their answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
)

from accounts.models import Role, User
from accounts.permissions import current_responsibilities
from courses.writing.file_places import find_closed_collection, find_open_collection

GROUP_NAMES = {Role.AUTHOR: "Authors", Role.REVIEWER: "Reviewers"}
# What each may do with pages, pictures and documents, questions and banks: docs/authoring.md has the same as a table.
PAGE_PERMISSIONS = {
    Role.AUTHOR: ("add_page", "change_page", "publish_page", "bulk_delete_page"),
    Role.REVIEWER: ("change_page", "lock_page", "unlock_page"),
}
FILE_PERMISSIONS = {
    Role.AUTHOR: [
        f"{act}_{kind}" for kind in ("image", "document") for act in ("add", "change", "choose")
    ],
    Role.REVIEWER: [f"choose_{kind}" for kind in ("image", "document")],
}
# Whoever publishes a question may also correct marks; whoever adds one may import files.
SNIPPET_PERMISSIONS = {
    Role.AUTHOR: [
        *("add_item", "change_item", "publish_item", "view_item"),
        *("add_itembank", "change_itembank", "view_itembank"),
    ],
    Role.REVIEWER: ["change_item", "view_item", "lock_item", "unlock_item", "view_itembank"],
}
# A translation is a new page: whoever only changes pages makes none.
TRANSLATION_PERMISSIONS = {Role.AUTHOR: ["submit_translation"], Role.REVIEWER: []}


def prepare_groups() -> None:
    """Make both groups, what they may do, and the review of questions.

    Groups that exist are left as they are: what an administrator takes from them stays taken.
    """
    for role, name in GROUP_NAMES.items():
        if not Group.objects.filter(name=name).exists():
            _make_group(role, name)


def _make_group(role: Role, name: str) -> None:
    group = Group.objects.create(name=name)
    group.permissions.add(
        *Permission.objects.filter(
            Q(content_type__app_label="items", codename__in=SNIPPET_PERMISSIONS[role])
            | Q(
                content_type__app_label="simple_translation",
                codename__in=TRANSLATION_PERMISSIONS[role],
            )
            | Q(codename="access_admin", content_type__app_label="wagtailadmin")
        )
    )
    if top := Page.objects.filter(depth=1).first():
        _allow_pages(group, top, PAGE_PERMISSIONS[role])
    if Collection.objects.filter(depth=1).exists():
        # The closed place comes first: it is what the form for uploading proposes.
        for files in (find_closed_collection(), find_open_collection()):
            _allow_files(group, files, FILE_PERMISSIONS[role])
    if role == Role.REVIEWER:
        _review_by(group)


def _allow_pages(group: Group, top: Page, names: Iterable[str]) -> None:
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailcore", content_type__model="page", codename__in=names
    ):
        GroupPagePermission.objects.create(group=group, page=top, permission=permission)


def _allow_files(group: Group, files: Collection, names: Iterable[str]) -> None:
    for permission in Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=names
    ):
        GroupCollectionPermission.objects.create(
            group=group, collection=files, permission=permission
        )


def _review_by(reviewers: Group) -> None:
    """Let reviewers approve in the workflow that Wagtail sets up for all pages, and questions go the same way."""
    workflow = Workflow.objects.filter(workflow_pages__page__depth=1).first()
    if workflow is None:
        return
    for task in GroupApprovalTask.objects.filter(workflow_tasks__workflow=workflow):
        task.groups.add(reviewers)
    question = ContentType.objects.get_by_natural_key("items", "item")
    WorkflowContentType.objects.get_or_create(
        content_type=question, defaults={"workflow": workflow}
    )


def sync_groups(person: User, *, at: datetime) -> None:
    """Give the person the groups of the roles they hold everywhere at `at`, and take the others."""
    everywhere = current_responsibilities(person, at).filter(region__isnull=True)
    held = set(everywhere.values_list("role", flat=True))
    groups = {group.name: group for group in Group.objects.filter(name__in=GROUP_NAMES.values())}
    for role, name in GROUP_NAMES.items():
        if name in groups and role in held:
            person.groups.add(groups[name])
        elif name in groups:
            person.groups.remove(groups[name])


def find_counting_groups(person: User) -> QuerySet[Group]:
    """The person's groups without those of a role that they do not hold everywhere now."""
    everywhere = current_responsibilities(person, timezone.now()).filter(region__isnull=True)
    groups = person.groups.all()
    for role, name in GROUP_NAMES.items():
        groups = groups.exclude(~Exists(everywhere.filter(role=role)), name=name)
    return groups


def sync_all_groups(*, at: datetime) -> int:
    """Sync everybody who is or was an editor: a role also ends when its time is over. Returns how many people."""
    people = User.objects.filter(
        Q(groups__name__in=GROUP_NAMES.values()) | Q(responsibilities__role__in=GROUP_NAMES)
    ).distinct()
    for person in people:
        sync_groups(person, at=at)
    return len(people)

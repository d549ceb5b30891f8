"""What authors and reviewers may do in the CMS: two groups of Wagtail, filled from responsibilities.

Pages, questions and their keys belong to no region, so the editor opens for authors and reviewers of all regions
only. A role in one region counts for its people: giving another try, marking their answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
)

from accounts.models import Role, User
from accounts.permissions import current_responsibilities

GROUP_NAMES = {Role.AUTHOR: "Authors", Role.REVIEWER: "Reviewers"}
PAGE_PERMISSIONS = {
    Role.AUTHOR: ("add_page", "change_page", "publish_page"),
    Role.REVIEWER: ("change_page", "publish_page", "lock_page", "unlock_page"),
}
FILE_PERMISSIONS = (
    "add_image",
    "change_image",
    "choose_image",
    "add_document",
    "change_document",
    "choose_document",
)
# The items that quizzes draw from are snippets: whoever writes lessons writes questions.
SNIPPET_PERMISSIONS = Q(
    content_type__app_label="items", content_type__model__in=("item", "itembank")
) & (
    Q(codename__startswith="add_")
    | Q(codename__startswith="change_")
    | Q(codename__startswith="publish_")
    | Q(codename__startswith="view_")
)


def prepare_groups() -> None:
    """Make both groups and what they may do. Safe to run again: permissions are added, never taken."""
    top = Page.objects.filter(depth=1).first()
    files = Collection.objects.filter(depth=1).first()
    for role, name in GROUP_NAMES.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(
            *Permission.objects.filter(
                SNIPPET_PERMISSIONS
                | Q(codename="access_admin", content_type__app_label="wagtailadmin")
            )
        )
        if top:
            _allow_pages(group, top, PAGE_PERMISSIONS[role])
        if files:
            _allow_files(group, files)
    _review_by(Group.objects.get(name=GROUP_NAMES[Role.REVIEWER]))


def _allow_pages(group: Group, top: Page, names: Iterable[str]) -> None:
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailcore", content_type__model="page", codename__in=names
    ):
        GroupPagePermission.objects.get_or_create(group=group, page=top, permission=permission)


def _allow_files(group: Group, files: Collection) -> None:
    for permission in Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=FILE_PERMISSIONS
    ):
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=files, permission=permission
        )


def _review_by(reviewers: Group) -> None:
    """Let reviewers approve in the workflow that Wagtail sets up for all pages."""
    for workflow in Workflow.objects.filter(workflow_pages__page__depth=1):
        for task in GroupApprovalTask.objects.filter(workflow_tasks__workflow=workflow):
            task.groups.add(reviewers)


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


def sync_all_groups(*, at: datetime) -> int:
    """Sync everybody who is or was an editor: a role also ends when its time is over. Returns how many people."""
    people = User.objects.filter(
        Q(groups__name__in=GROUP_NAMES.values()) | Q(responsibilities__role__in=GROUP_NAMES)
    ).distinct()
    for person in people:
        sync_groups(person, at=at)
    return len(people)

"""The versions of courses that somebody learned on: who published and approved each, what changed, and its words."""

from __future__ import annotations

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from wagtail.models import TaskState

from accounts.readers.actor_names import name_actors
from courses.models import CourseRelease, ReleaseEvent
from courses.pages.release_texts import read_release
from reports.packs.tables import PackFile, PackPart, PackRows, fill_table, tell_instant


def build_release_part(releases: Iterable[int]) -> PackPart:
    """These releases (primary keys), each with a file of its words."""
    part = PackPart(_("Versions of the courses"))
    found = CourseRelease.objects.filter(pk__in=set(releases)).select_related("course")
    shown = list(found.order_by("course__code", "number"))
    names = name_actors(release.actor for release in shown)
    rows = []
    for release in shown:
        name = f"versions/{release.course.code}-v{release.number}.html"
        about = _("Words of %(release)s") % {"release": release}
        part.files.append(PackFile(name, _write_release(release, about), about))
        part.facts.append(release)
        rows.append(
            [
                release.course,
                release.label,
                release.published_at,
                names[release.actor],
                release.get_change_class_display(),
                release.note,
                release.sha256,
                name,
            ]
        )
    headings = [
        *(_("Course"), _("Version"), _("Published"), _("By"), _("Kind of change")),
        *(_("What changed"), "SHA-256", _("File")),
    ]
    part.shared = {f"course:{release.course.key}" for release in shown}
    part.tables.append(fill_table(_("Versions"), headings, rows))
    part.tables += [_tell_approvals(shown), _tell_changes(part, shown)]
    return part


def _tell_changes(part: PackPart, releases: list[CourseRelease]) -> PackRows:
    """Who said what these releases mean for holders, and why."""
    said = list(
        ReleaseEvent.objects.filter(release__in=releases)
        .select_related("release__course")
        .order_by("id")
    )
    part.facts += said
    names = name_actors(one.actor for one in said)
    rows = [
        [
            one.release,
            one.get_what_display(),
            one.recorded_at,
            names[one.actor],
            one.note,
            one.reason,
        ]
        for one in said
    ]
    headings = [_("Version"), _("Said"), _("Recorded"), _("By"), _("What changed"), _("Why")]
    return fill_table(_("What the versions mean for holders"), headings, rows)


def _tell_approvals(releases: list[CourseRelease]) -> PackRows:
    rows = [
        [f"{release}: {path}", one.task, one.finished_by, one.finished_at, one.comment]
        for release, path, one in read_approvals(releases)
    ]
    headings = [_("Page"), _("Step"), _("Approved by"), _("Approved"), _("Comment")]
    return fill_table(_("Approvals"), headings, rows)


def read_approvals(
    releases: Iterable[CourseRelease],
) -> list[tuple[CourseRelease, str, TaskState]]:
    """Whoever approved a revision of these releases in the workflow of the editor: the release, the page, the step."""
    pinned = {
        page["revision"]: (release, page["path"])
        for release in releases
        for page in release.content.get("pages", [])
        if page["revision"]
    }
    states = TaskState.objects.filter(
        revision__in=list(pinned), status=TaskState.STATUS_APPROVED
    ).select_related("finished_by", "task")
    return [(*pinned[one.revision_id], one) for one in states.order_by("finished_at", "id")]


def _write_release(release: CourseRelease, title: str) -> bytes:
    facts = [
        (_("Published"), tell_instant(release.published_at)),
        (_("Kind of change"), release.get_change_class_display()),
        (_("What changed"), release.note or "–"),
        ("SHA-256", release.sha256),
    ]
    context = {
        "title": title,
        "facts": facts,
        "pages": read_release(release),
        "back": "../index.html",
        "style": "../pack.css",
    }
    return render_to_string("packs/release.html", context).encode()

"""A material change is confirmed by a reviewer who did not make it, on a page that shows its effect first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts import people
from accounts.models import User
from certificates.acts import awards
from certificates.models import Certification, Requirement
from courses.changes import reading, reviewing
from courses.changes.reviewing import ChangeRefusedError
from courses.changes.states import ChangeStage
from courses.models import CoursePage, CourseRelease, ModulePage, ReleaseEvent, VersionFloor
from ledger.models import Entry
from notifications.models import Notification
from reports.console.change_effects import foretell_floor
from tests.factories.certificates import make_completion
from tests.factories.courses import lessons_of, make_course
from tests.factories.people import give_role, make_person
from tests.factories.quizzes import make_principle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def release(ada: User, ben: User, dana: User) -> CourseRelease:
    """Dana has published a material change of a course by which Ada and Ben are certified; Ben is on leave."""
    page = make_course("CORE", modules=1, lessons=1)
    ModulePage.objects.update(principle=make_principle(2))
    core = Certification.objects.create(code="POST-CORE", title="Core", policy_tz="UTC")
    Requirement.objects.create(certification=core, course=page.course)
    for person in (ada, ben):
        make_award_on(person, page)
    now = timezone.now()
    people.record_absence(
        ben, starts_at=now - DAY, until=now + 90 * DAY, actor="system:test", at=now
    )
    lesson = lessons_of(page)[0]
    lesson.title = "Safety reports"
    lesson.save_revision().publish()
    page.change_class, page.change_note = "material", "What a safety report is."
    page.save_revision(user=dana).publish(user=dana)
    return page.course.releases.latest("number")


def make_award_on(person: User, page: CoursePage) -> None:
    make_completion(person, page.course, at=timezone.now() - 5 * DAY)
    awards.issue_earned_awards(person, at=timezone.now())


def address_of(release: CourseRelease) -> str:
    return reverse("course_release", args=[release.course.pages.get().pk, release.number])


def look(cms: Client, release: CourseRelease) -> BeautifulSoup:
    return BeautifulSoup(cms.get(address_of(release)).content, "html.parser")


def fill(cms: Client, release: CourseRelease, act: str, **said: Any) -> dict[str, Any]:
    """The form of an act as its page offers it, filled in."""
    found = look(cms, release).select_one(f"section[aria-labelledby=act-{act}] form")
    assert found is not None, act
    fields = found.select("input[name], textarea[name]")
    sent: dict[str, Any] = {}
    for field in fields:
        if field.get("type") != "checkbox":
            sent[str(field["name"])] = field.get("value", "")
        elif field.has_attr("checked"):
            sent.setdefault(str(field["name"]), []).append(field["value"])
    return sent | {"reason": "Everybody has to know it."} | said


def press(cms: Client, release: CourseRelease, sent: dict[str, Any]) -> Any:
    return cms.post(address_of(release), sent)


def stage_of(release: CourseRelease) -> ChangeStage:
    return reading.read_change_state(release).stage


@pytest.mark.databases
def test_reviewer_sees_the_effect_and_confirms_a_day_with_what_people_catch_up_on(
    as_: Any, ravi: User, dana: User, release: CourseRelease
) -> None:
    cms = as_(ravi)
    text = " ".join(look(cms, release).get_text().split())
    assert "2 people would have to catch up by this day" in text
    assert "1 of them is on leave." in text
    answer = press(cms, release, fill(cms, release, "confirm"))
    assert answer.status_code == 302
    event, floor = ReleaseEvent.objects.get(), VersionFloor.objects.get()
    assert (event.what, event.principles) == ("confirmed", [make_principle(2).pk])
    assert floor.effective_at.date() == (timezone.now() + 31 * DAY).date()
    assert floor.actor == event.actor == ravi.actor
    kinds = list(Entry.objects.order_by("-seq").values_list("kind", flat=True)[:2])
    assert kinds == ["floor.set", "release.confirmed"]
    assert all(Entry.objects.order_by("-seq").values_list("facts", flat=True)[:2])
    assert "confirmed" in Notification.objects.get(recipient=dana).body


def test_another_day_is_shown_before_it_is_confirmed(
    as_: Any, ravi: User, release: CourseRelease
) -> None:
    """Nothing is done on a day whose effect was not seen, and then exactly that."""
    cms, later = as_(ravi), (timezone.now() + 60 * DAY).date()
    sent = fill(cms, release, "confirm", day=later.isoformat())
    answer = press(cms, release, sent)
    assert "Nothing was done yet." in answer.content.decode()
    assert stage_of(release) is ChangeStage.WAITING
    assert press(cms, release, _seen(cms, release, sent)).status_code == 302
    assert VersionFloor.objects.get().effective_at.date() == later + DAY


@pytest.mark.parametrize("act", ["return", "refuse"])
def test_change_that_is_sent_back_affects_nobody_and_tells_its_author(
    as_: Any, ravi: User, dana: User, release: CourseRelease, act: str
) -> None:
    assert press(as_(ravi), release, fill(as_(ravi), release, act)).status_code == 302
    assert stage_of(release) == {"return": "returned", "refuse": "refused"}[act]
    assert not VersionFloor.objects.exists()
    assert "Everybody has to know it." in Notification.objects.get(recipient=dana).body
    press(as_(dana), release, fill(as_(dana), release, "propose", note="Said better."))
    assert stage_of(release) is ChangeStage.WAITING
    assert reading.read_change_state(release).note == "Said better."


def test_author_and_proposer_do_not_confirm_their_own_change(
    as_: Any, dana: User, release: CourseRelease
) -> None:
    give_role(dana, "reviewer")
    assert "another reviewer looks at it" in look(as_(dana), release).get_text()
    answer = press(as_(dana), release, {"act": "confirm", "reason": "Mine"})
    assert (answer.status_code, stage_of(release)) == (409, ChangeStage.WAITING)
    with pytest.raises(ChangeRefusedError, match="your own"):
        reviewing.confirm_change(
            release,
            principles=[],
            effective_at=timezone.now() + DAY,
            reason="Mine",
            actor=dana.actor,
            at=timezone.now(),
            seen=reading.version_of_change(release),
        )


def test_author_is_offered_no_review(as_: Any, release: CourseRelease) -> None:
    other = give_role(make_person("Otto"), "author")
    page = look(as_(other), release)
    assert not page.select("section[aria-labelledby^=act-]")
    assert "A reviewer looks at it." in page.get_text()


@pytest.mark.databases
def test_act_on_a_stale_page_is_refused(as_: Any, ravi: User, release: CourseRelease) -> None:
    first, second = as_(ravi), as_(give_role(make_person("Rita"), "reviewer"))
    stale = fill(second, release, "return")
    press(first, release, fill(first, release, "refuse"))
    proposer = give_role(make_person("Otto"), "author")
    press(as_(proposer), release, fill(as_(proposer), release, "propose", note="It is."))
    answer = press(second, release, stale)
    assert answer.status_code == 409
    assert "Somebody else was first" in answer.content.decode()
    assert ReleaseEvent.objects.filter(what="returned").count() == 0


def test_floor_can_be_set_sooner_and_never_later(
    as_: Any, ravi: User, release: CourseRelease
) -> None:
    cms = as_(ravi)
    press(cms, release, fill(cms, release, "confirm"))
    today = timezone.now().date()
    later = fill(cms, release, "floor", day=(today + 40 * DAY).isoformat())
    assert press(cms, release, _seen(cms, release, later)).status_code == 409
    sooner = fill(cms, release, "floor", day=(today + 7 * DAY).isoformat())
    assert press(cms, release, _seen(cms, release, sooner)).status_code == 302
    course = release.course
    assert course.floors.count() == 2
    soonest = min(course.floors.values_list("effective_at", flat=True))
    assert soonest.date() == today + 8 * DAY
    assert foretell_floor(course, release.number, floor_at=soonest, at=timezone.now()).people == 0


def _seen(cms: Client, release: CourseRelease, sent: dict[str, Any]) -> dict[str, Any]:
    """The same, with the effect of its day as the page has shown it."""
    page = BeautifulSoup(press(cms, release, sent).content, "html.parser")
    shown = page.select_one("input[name=effect]")
    assert shown is not None
    return sent | {"effect": shown["value"]}


@pytest.mark.parametrize("day", ["", "2020-01-01", "2099-01-01", "soon"])
def test_day_that_cannot_be_is_refused(
    as_: Any, ravi: User, release: CourseRelease, day: str
) -> None:
    answer = press(as_(ravi), release, fill(as_(ravi), release, "confirm", day=day))
    assert answer.status_code == 200
    assert stage_of(release) is ChangeStage.WAITING


def test_versions_are_listed_and_compared_side_by_side(
    as_: Any, ravi: User, release: CourseRelease
) -> None:
    cms, page = as_(ravi), release.course.pages.get()
    listed = cms.get(reverse("course_releases", args=[page.pk])).content.decode()
    assert "Material: waits for a reviewer" in listed
    compared = cms.get(
        reverse("compare_releases", args=[page.pk]), {"from": "1", "to": str(release.number)}
    ).content.decode()
    assert "<ins>Safety reports</ins>" in compared
    assert "other pages, quizzes and certificates are the same." in " ".join(compared.split())
    lost = cms.get(reverse("compare_releases", args=[page.pk]), {"from": "1", "to": "99"})
    assert lost.url == reverse("course_releases", args=[page.pk])


def test_waiting_changes_stand_on_the_start_page(
    as_: Any, ravi: User, release: CourseRelease
) -> None:
    assert address_of(release) in as_(ravi).get("/cms/").content.decode()
    press(as_(ravi), release, fill(as_(ravi), release, "refuse"))
    assert address_of(release) not in as_(ravi).get("/cms/").content.decode()


def test_release_that_was_an_editorial_change_can_be_proposed_as_material(
    as_: Any, dana: User, ravi: User, release: CourseRelease
) -> None:
    page = release.course.pages.get()
    page.title = "Said anew"
    page.save_revision(user=dana).publish(user=dana)
    newest = page.course.releases.latest("number")
    assert stage_of(newest) is ChangeStage.SETTLED
    press(as_(ravi), newest, fill(as_(ravi), newest, "propose", note="It is material."))
    assert stage_of(newest) is ChangeStage.WAITING
    # Neither who published it nor who proposed it confirms it.
    assert not look(as_(ravi), newest).select("section[aria-labelledby=act-confirm]")


def test_first_release_changes_nothing_for_anybody(as_: Any, ravi: User) -> None:
    first = make_course("NEW").course.releases.get()
    assert not look(as_(ravi), first).select("section[aria-labelledby^=act-]")
    with pytest.raises(ChangeRefusedError):
        reviewing.propose_material(
            first,
            note="All",
            reason="All",
            actor=ravi.actor,
            at=timezone.now(),
            seen=reading.version_of_change(first),
        )

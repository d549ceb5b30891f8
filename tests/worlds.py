"""One of each object that a route of the product can name, for the permissions matrix."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.utils import timezone

from wagtail.models import APIToken, Page

from accounts.models import User
from certificates.acts.evidence import EvidenceUpload, keep_evidence
from certificates.models import Award
from channels.models import Freeze, OwnerOffer, PermissionRequest, Sponsorship
from home.models import ContentPage
from reports.exporting import saved_profiles
from reports.models import BulkAct, SavedProfile, SavedView
from tests.factories import channels, courses, hr_files, quizzes
from tests.factories.people import give_role, make_person, make_region


@dataclass
class World:
    """`people` by persona, their API tokens, `names`: the values for the placeholders of a row's path.

    `cookies` are those of the personas who have signed in.
    """

    people: dict[str, User]
    tokens: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)


def build_world() -> World:
    """Ada has an open quiz attempt, holds a certificate and may post on Olga's channel."""
    world = World(people=make_people())
    world.tokens = {
        name: APIToken.create_token(user=person, name="matrix")[1]
        for name, person in world.people.items()
    }
    world.names = {
        **learning(world.people["ada"]),
        "waiting": marking(world.people["ben"]),
        **failing(world.people["ada"]),
        **posting(*(world.people[name] for name in ("ada", "olga", "carol"))),
        **{name: str(person.uuid) for name, person in world.people.items()},
        "nobody": str(uuid4()),
        "job": str(make_bulk_act(world.people["hugo"]).uuid),
        "duty": str(world.people["vera"].responsibilities.get().pk),
        "view": str(make_view(world.people["hugo"]).uuid),
        "profile": make_profile("payroll", "machine").name,
        "mapping": hr_files.make_mapping().name,
        "import": str(hr_files.plan_file(hr_files.make_row("E1"), at=timezone.now()).uuid),
    }
    return world


def make_bulk_act(asker: User) -> BulkAct:
    return BulkAct.objects.create(
        act="remind", total=0, requested_by=asker.actor, created_at=timezone.now()
    )


def make_profile(name: str, ready: str) -> SavedProfile:
    """An export profile of one's own, which says what the ready one says."""
    return saved_profiles.begin_profile(name, ready, actor="system:test", at=timezone.now())


def make_view(owner: User) -> SavedView:
    """A view that is shared with HR, who may open and not change it."""
    now = timezone.now()
    return SavedView.objects.create(
        owner=owner, name="Mine", shared_with="hr", created_at=now, changed_at=now
    )


def make_people() -> dict[str, User]:
    ben = make_person("Ben Aalto", email="ben@northlight.example")
    carol = {"email": "carol@northlight.example", "region": make_region("BR")}
    people = {
        "ben": ben,
        "ada": make_person("Ada Virtanen", email="ada@northlight.example", manager=ben),
        "carol": make_person("Carol Souza", **carol),
        "olga": make_person("Olga Niemi", email="olga@northlight.example"),
        "root": make_person("Root Admin", email="root@northlight.example", is_superuser=True),
    }
    roles = {"dana": "author", "hugo": "hr", "ravi": "reviewer", "vera": "auditor"}
    for name, role in roles.items():
        person = make_person(f"{name.title()} Berg", email=f"{name}@northlight.example")
        people[name] = give_role(person, role)
    return people | make_regional_people()


def make_regional_people() -> dict[str, User]:
    """People with roles in one region, and with two roles: each role counts in its own region."""
    roles: dict[str, list[tuple[str, str]]] = {
        "hana": [("hr", "BR"), ("auditor", "")],
        "uwe": [("author", "BR"), ("regional_lead", "FI")],
        "bia": [("auditor", "BR"), ("reviewer", "BR")],
    }
    people = {}
    for name, held in roles.items():
        people[name] = make_person(f"{name.title()} Lind", email=f"{name}@northlight.example")
        for role, code in held:
            give_role(people[name], role, region=make_region(code) if code else None)
    return people


def learning(ada: User) -> dict[str, str]:
    """A live page, a draft page, a course, and a quiz with an open attempt of Ada."""
    now = timezone.now()
    courses.make_content_page()
    courses.add(courses.make_home(), ContentPage(title="Draft", slug="draft"), live=False)
    course = courses.make_course("CORE", modules=1, lessons=1)
    quiz = quizzes.make_quiz(course=course)
    quiz.save_revision().publish()
    quiz.quiz.refresh_from_db()
    attempt = quizzes.make_attempt(ada, quiz, now)
    lesson = courses.lessons_of(course)[0]
    return {
        "course": str(course.translation_key),
        "course_path": address(course),
        "lesson": str(lesson.translation_key),
        "lesson_path": address(lesson),
        "quiz": str(quiz.pk),
        "quiz_path": address(quiz),
        "attempt": str(attempt.uuid),
        "practice": str(practice(ada)),
    }


def practice(ada: User) -> UUID:
    """The open attempt of Ada at a practice quiz, which shows all questions on one page."""
    page = quizzes.make_quiz(quizzes.make_bank("PRACTICE", quizzes.make_row()), preset="practice")
    return quizzes.make_attempt(ada, page, timezone.now()).uuid


def prove(award: Award) -> str:
    """A file that proves the award."""
    upload = EvidenceUpload("proof.pdf", b"%PDF-1.7 proof")
    return str(keep_evidence(award, upload, actor="system:test").uuid)


def address(page: Page) -> str:
    return Page.objects.get(pk=page.pk).get_url()


def marking(ben: User) -> str:
    """The primary key of a free-text answer of Ben that waits for a reviewer."""
    bank = quizzes.make_bank("WORDS", quizzes.make_row("free_text"))
    done = quizzes.take(ben, quizzes.make_quiz(bank), timezone.now())
    return str(done.responses.get().pk)


def failing(ada: User) -> dict[str, str]:
    """The failed attempt of Ada at a quiz that allows one attempt, with a principle to read again."""
    quizzes.make_principle(1)
    bank = quizzes.make_bank("HARD", quizzes.make_row(principle="P1"))
    hard = quizzes.make_quiz(bank, attempts_allowed=1, attempts_window_hours=0, recap_gate=True)
    done = quizzes.take(ada, hard, timezone.now(), right=False)
    return {"failed": str(done.uuid), "hard_quiz": hard.quiz.code}


def posting(ada: User, olga: User, carol: User) -> dict[str, str]:
    """Olga's channels: one where Ada may post and Carol has asked to, one frozen, one not listed."""
    now = timezone.now()
    channel, paused = channels.make_channel("BLOG"), channels.make_channel("PAUSED")
    unlisted = channels.make_channel("UNLISTED", public=False)
    for owned in (channel, paused, unlisted):
        channels.make_owner(owned, olga)
    channels.make_poster(ada, channel)
    asked = PermissionRequest.objects.create(channel=channel, person=carol, why="Why", asked_at=now)
    stop = Freeze.objects.create(
        scope="channel",
        channel=paused,
        reason="Why",
        starts_at=now,
        recorded_at=now,
        actor="system:test",
    )
    offer = OwnerOffer.objects.create(
        channel=channel,
        person=ada,
        kind="deputy",
        reason="Why",
        offered_at=now,
        actor=olga.actor,
    )
    sponsorship = Sponsorship.objects.create(
        channel=channel, person=ada, asker=carol, reason="Why", asked_at=now, recorded_at=now
    )
    return {
        "channel": channel.code,
        "sponsorship": str(sponsorship.uuid),
        "offer": str(offer.uuid),
        "paused": paused.code,
        "unlisted": unlisted.code,
        "permission": str(channel.permissions.get().uuid),
        "request": str(asked.uuid),
        "freeze": str(stop.uuid),
        "award": ada.awards.get().code,
        "evidence": prove(ada.awards.get()),
        "certification": ada.awards.get().certification.code,
        "hr_id": str(ada.hr_id),
    }

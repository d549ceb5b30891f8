"""The demo's pages, published by dana from the texts in `content/`. An existing page is not changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from wagtail.models import Locale, Page, Site

from accounts.models import User
from courses.models import (
    CatalogPage,
    CoursePage,
    LessonPage,
    ModulePage,
    Principle,
    PrincipleIndexPage,
    PrinciplePage,
)
from home.demo.streamfield_data import Json, build_blocks, inline_html, read_texts, stable_id
from home.models import ContentPage, HomePage
from items.models import ItemBank
from quizzes.models import QuizPage
from quizzes.rules import presets

COURSE = "PRINCIPLES"
QUIZ = "PRINCIPLES-FINAL"
PRACTICE = "PRINCIPLES-PRACTICE"
NUMBERS = range(1, 7)
CRITICAL = 4
PER_PRINCIPLE = 3


def publish_page(parent: Page, page: Page, author: User) -> Page:
    """Publish `page` below `parent`, unless a page with its slug is there already."""
    known = parent.get_children().filter(slug=page.slug).first()
    if known is not None:
        return known.specific
    page.owner = author
    page.live = False
    parent.add_child(instance=page)
    page.save_revision(user=author).publish(user=author)
    page.refresh_from_db()
    return page


def load_front(author: User, site_name: str) -> HomePage:
    """Home page, plain pages, principles."""
    texts = read_texts("pages")
    home = _home(texts["home"], author, site_name)
    for page in texts["page"]:
        body = build_blocks([_intro(page["intro"]), *page["block"]], "page", page["slug"])
        publish_page(
            home, ContentPage(title=page["title"], slug=page["slug"], body=json.dumps(body)), author
        )
    index = PrincipleIndexPage(
        title="Principles", slug="principles", intro=texts["home"]["principles_lede"]
    )
    index = publish_page(home, index, author)
    for number in NUMBERS:
        publish_page(index, _principle(read_texts(f"p{number}")["principle"]), author)
    return home


def _home(texts: Json, author: User, site_name: str) -> HomePage:
    known = HomePage.objects.filter(depth=2).first()
    if known is not None:
        return known
    root = Page.get_first_root_node()
    steps = [
        f"<li><b>{inline_html(step['title'])}.</b> {inline_html(step['text'])}</li>"
        for step in texts["steps"]
    ]
    body = {"heading": texts["steps_title"], "body": f"<ol>{''.join(steps)}</ol>"}
    home = HomePage(
        title="Home",
        slug="postworthy",
        seo_title=texts["title"],
        search_description=texts["lede"],
        promise=texts["title"],
        lede=texts["lede"],
        body=json.dumps([{"type": "text", "value": body, "id": stable_id("home", "steps")}]),
        locale=Locale.get_default(),
    )
    home = publish_page(root, home, author)
    welcome = root.get_children().filter(slug="home").exclude(pk=home.pk).first()
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": home, "site_name": site_name},
    )
    if welcome is not None and type(welcome.specific) is Page:
        welcome.delete()  # the page that Wagtail's own migration made
    home.refresh_from_db()
    return home


def _intro(text: str) -> Json:
    return {"type": "text", "heading": "", "paragraphs": [text]}


def _principle(texts: Json) -> PrinciplePage:
    case, check = texts["case_study"], texts["check"]
    raw = [
        {
            "type": "text",
            "heading": "In practice",
            "paragraphs": ["\n".join(f"- {line}" for line in texts["implications"])],
        },
        *({"type": "example", **example} for example in texts["examples"]),
        {"type": "case_study", **case},
        {
            "type": "do_dont",
            "title": "In short",
            "do": texts["do"],
            "dont": texts["dont"],
            "why": "",
        },
        {"type": "check", **check},
    ]
    return PrinciplePage(
        title=texts["title"],
        slug=texts["slug"],
        number=texts["number"],
        code=texts["code"],
        working_title=texts["working_title"],
        statement=texts["statement"],
        meaning=texts["meaning"],
        search_description=texts["statement"][:300],
        body=json.dumps(build_blocks(raw, "principle", texts["code"])),
    )


def load_course(home: HomePage, author: User) -> CoursePage:
    """The catalogue and the course with its modules and lessons."""
    texts = read_texts("pages")["course"]
    catalog = CatalogPage(
        title="Courses",
        slug="courses",
        intro="What you learn here decides where you can post.",
    )
    catalog = publish_page(home, catalog, author)
    course = CoursePage(
        title=texts["title"],
        slug=texts["slug"],
        code=COURSE,
        promise=texts["summary"],
        audience=texts["audience"],
        search_description=texts["summary"],
        in_order=True,
        body=json.dumps(build_blocks([_goals(texts["goals"])], "course")),
    )
    course = publish_page(catalog, course, author)
    for number in NUMBERS:
        _module(course, read_texts(f"p{number}"), author)
    return course


def _goals(goals: list[str]) -> Json:
    listed = "\n".join(f"- {goal}" for goal in goals)
    return {"type": "text", "heading": "When you finish, you can", "paragraphs": [listed]}


def _module(course: CoursePage, texts: Json, author: User) -> None:
    module = texts["module"]
    code = texts["principle"]["code"]
    goals = [
        {"type": "goal", "value": goal, "id": stable_id("goal", code, n)}
        for n, goal in enumerate(module["goals"])
    ]
    page = ModulePage(
        title=module["title"],
        slug=module["slug"],
        principle=Principle.objects.get(code=code),
        summary=module["summary"],
        goals=json.dumps(goals),
    )
    page = publish_page(course, page, author)
    for lesson in texts["lesson"]:
        body = json.dumps(build_blocks(lesson["block"], "lesson", code, lesson["slug"]))
        fields: dict[str, Any] = {"minutes": lesson["minutes"], "body": body}
        publish_page(page, LessonPage(title=lesson["title"], slug=lesson["slug"], **fields), author)


def load_quizzes(course: CoursePage, bank: ItemBank, practice: ItemBank, author: User) -> None:
    """The final quiz, three of each principle and four critical ones besides; and one for practice."""
    texts = read_texts("pages")
    each = [_section(bank, principle, PER_PRINCIPLE) for principle in _principles()]
    final = [*each, _section(bank, None, CRITICAL, critical_only=True)]
    publish_page(course, _quiz(texts["quiz"], QUIZ, presets.EXAM, final), author)
    one = [_section(practice, principle, 1) for principle in _principles()]
    publish_page(course, _quiz(texts["practice"], PRACTICE, presets.PRACTICE, one), author)
    # The course goes last: its release then holds every lesson and the quizzes.
    course.save_revision(user=author).publish(user=author)


def _principles() -> Iterable[Principle]:
    return Principle.objects.order_by("number")


def _section(
    bank: ItemBank, principle: Principle | None, count: int, *, critical_only: bool = False
) -> dict[str, Any]:
    return {
        "bank": bank.pk,
        "principle": principle.pk if principle else None,
        "count": count,
        "critical_only": critical_only,
        "mandatory": False,
    }


def _quiz(texts: Json, code: str, preset: str, sections: list[dict[str, Any]]) -> QuizPage:
    draw = [
        {"type": "section", "value": section, "id": stable_id("draw", code, n)}
        for n, section in enumerate(sections)
    ]
    return QuizPage(
        title=texts["title"],
        slug=texts["slug"],
        code=code,
        intro=texts["intro"],
        draw=json.dumps(draw),
        preset=preset,
    )

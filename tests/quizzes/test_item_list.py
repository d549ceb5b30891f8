"""The list of questions, what can be done to many of them, and where one is used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.urls import reverse

import pytest

from accounts.models import User
from courses import editor_groups
from items.banks import importing
from items.models import Item, ItemBank, ItemVersion
from quizzes.authoring import bulk_changes
from quizzes.cms.item_search import search_items
from quizzes.models import Quiz
from quizzes.reporting import item_usage, reports
from tests.conftest import NOW, Case
from tests.factories.measured import make_sat
from tests.factories.quizzes import make_bank, make_principle, make_quiz, make_row, take

pytestmark = [pytest.mark.django_db]
LIST = "/cms/snippets/quizzes/item/"


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def cms(as_: Any, dana: Any) -> Client:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=NOW)
    return as_(dana)


@pytest.fixture
def bank() -> ItemBank:
    make_principle(1)
    return make_bank(
        "LIST",
        make_row(code="L-1", stem="What is 1 < 2 & 3?", principle="P1"),
        make_row("true_false", code="L-2", critical=True),
        make_row(code="L-3"),
        make_row(code="L-4"),
    )


def item(code: str) -> Item:
    return Item.objects.get(code=code)


def version(code: str) -> ItemVersion:
    return ItemVersion.objects.filter(item__code=code).latest("number")


def sit(quiz: Quiz, number: int = 40) -> None:
    """Half of the people are wrong on L-3 only, whose key is wrong; the others are right on L-3 only."""

    asked = [version(code) for code in ("L-1", "L-2", "L-3", "L-4")]

    def answer(asked: ItemVersion, *, right: bool) -> dict[str, str]:
        if asked.kind == "true_false":
            return {"choice": "true" if right else "false"}
        return {"choice": asked.content["options"][1 if right else 0]["id"]}

    rows = [
        {one: answer(one, right=bool(n % 2) != (one is asked[2])) for one in asked}
        for n in range(number)
    ]
    make_sat(quiz, rows, NOW)


def shown(cms: Client, **query: str) -> str:
    return cms.get(LIST, query).content.decode()


def codes(cms: Client, **query: str) -> list[str]:
    return [each.code for each in cms.get(LIST, query).context["object_list"]]


@pytest.mark.databases
def test_list_row_shows_usage_facility_and_advice(cms: Client, bank: ItemBank) -> None:
    quiz = make_quiz(bank, title="Everyday quiz").quiz
    sit(quiz)
    page = shown(cms)
    assert "Everyday quiz" in page
    assert "What is 1 &lt; 2 &amp; 3?" in page
    assert (
        f'{reverse("quiz_statistics:item", args=[version("L-1").pk])}?quiz={quiz.pk}">50%</a>'
        in page
    )
    assert page.count("needs a look") == 1
    assert "live, critical" in page


def test_list_shows_no_figures_for_too_few_attempts(cms: Client, bank: ItemBank) -> None:
    sit(make_quiz(bank).quiz, 10)
    assert "50%" not in shown(cms)


FILTERED = {
    ("kind", "true_false"): ["L-2"],
    ("critical", "true"): ["L-2"],
    ("look", "yes"): ["L-3"],
    ("look", "no"): ["L-1", "L-2", "L-4"],
    ("state", "live"): ["L-1", "L-2", "L-3", "L-4"],
    ("state", "draft"): [],
    ("state", "changed"): [],
    ("difficulty", "3"): [],
}


@pytest.mark.databases
def test_list_filters_narrow_the_items(cms: Client, bank: ItemBank, case: Case) -> None:
    sit(make_quiz(bank).quiz)
    for (name, value), expected in FILTERED.items():
        with case(f"{name}={value}"):
            assert sorted(codes(cms, **{name: value})) == expected


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"kind": "nope"}, "“nope” is no choice for kind"),
        ({"bank": "999999"}, "“999999” is no choice for bank"),
        ({"kinds": "true_false"}, "There is no filter called “kinds” here"),
    ],
)
def test_list_with_unknown_filter_lists_no_question_and_says_so(
    cms: Client, bank: ItemBank, query: dict[str, str], said: str
) -> None:
    make_quiz(bank)
    assert codes(cms, **query) == []
    assert said in shown(cms, **query)


@pytest.mark.databases
def test_list_can_be_sorted_by_times_asked(cms: Client, bank: ItemBank) -> None:
    quiz = make_quiz(bank).quiz
    make_sat(quiz, [{version("L-4"): {}}, {version("L-4"): {}, version("L-3"): {}}], NOW)
    assert codes(cms, ordering="-asked")[:2] == ["L-4", "L-3"]


def test_list_query_count_does_not_grow(
    cms: Client, bank: ItemBank, django_assert_max_num_queries: Any
) -> None:
    sit(make_quiz(bank).quiz)
    shown(cms)
    with django_assert_max_num_queries(60) as few:
        shown(cms)
    most = len(few)
    more = make_bank("MORE", *[make_row() for _ in range(20)])
    sit(make_quiz(bank).quiz)
    make_quiz(more)
    shown(cms)
    with django_assert_max_num_queries(most):
        shown(cms)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ({"principle": 1}, {"L-1"}),
        ({"critical_only": True}, {"L-2"}),
        ({}, {"L-1", "L-2", "L-3", "L-4"}),
        ({"bank": "OTHER"}, set()),
    ],
)
@pytest.mark.databases
def test_usage_finds_the_quizzes_whose_rules_draw_an_item(
    bank: ItemBank, section: dict[str, Any], expected: set[str]
) -> None:
    make_bank("OTHER", make_row())
    quiz = make_quiz(ItemBank.objects.get(code=section.get("bank", "LIST"))).quiz
    quiz.rules["sections"][0] |= {"critical_only": section.get("critical_only", False)}
    quiz.rules["sections"][0]["principle"] = "P1" if "principle" in section else None
    drawings = item_usage.list_quiz_draws([quiz])
    items = bank.items.select_related("bank", "principle")
    assert {each.code for each in items if item_usage.quizzes_of(each, drawings)} == expected


def test_usage_finds_no_quiz_for_retired_or_draft_items(bank: ItemBank) -> None:
    drawings = item_usage.list_quiz_draws([make_quiz(bank).quiz])
    retired, draft = item("L-1"), item("L-3")
    retired.retired, draft.live = True, False
    assert [item_usage.quizzes_of(each, drawings) for each in (retired, draft)] == [[], []]


@pytest.mark.databases
def test_usage_page_names_quizzes_attempts_and_versions(
    cms: Client, bank: ItemBank, dana: Any
) -> None:
    quiz = make_quiz(bank, title="Everyday quiz").quiz
    sit(quiz, 3)
    importing.apply_plan(
        importing.plan_import(bank, [make_row(code="L-1", stem="Anew", principle="P1")]), actor=dana
    )
    page = cms.get(f"{LIST}usage/{item('L-1').pk}/").content.decode()
    for words in ("Asked in 3 tries", "Everyday quiz", "Dana Lee", "the system", "replaced"):
        assert words in page
    bulk_changes.retire_items([item("L-1")], retired=True, actor=dana, at=NOW)
    assert "so no quiz draws it" in cms.get(f"{LIST}usage/{item('L-1').pk}/").content.decode()


def act(cms: Client, action: str, *codes: str, **form: Any) -> Any:
    query = "&".join(f"id={item(code).pk}" for code in codes)
    address = reverse("wagtail_bulk_action", args=["items", "item", action])
    asked = cms.get(f"{address}?{query}&next={LIST}")
    assert asked.status_code == 200
    return cms.post(f"{address}?{query}&next={LIST}", form, follow=True)


@pytest.mark.databases
def test_bulk_retire_and_bring_back_change_the_chosen_items(cms: Client, bank: ItemBank) -> None:
    page = act(cms, "retire", "L-1", "L-2").content.decode()
    assert "2 questions were changed." in page
    assert set(Item.objects.filter(retired=True).values_list("code", flat=True)) == {"L-1", "L-2"}
    act(cms, "bring-back", "L-1")
    assert set(Item.objects.filter(retired=True).values_list("code", flat=True)) == {"L-2"}
    assert ItemVersion.objects.count() == 4


@pytest.mark.databases
def test_bulk_difficulty_cuts_new_versions(cms: Client, bank: ItemBank, dana: Any) -> None:
    act(cms, "difficulty", "L-1", "L-3", difficulty="3")
    assert [version(code).difficulty for code in ("L-1", "L-2", "L-3")] == [3, 2, 3]
    assert (version("L-1").number, version("L-1").actor) == (2, dana.actor)


def test_bulk_move_leaves_items_whose_code_is_taken(cms: Client, bank: ItemBank) -> None:
    other = make_bank("OTHER", make_row(code="L-9"))
    Item.objects.filter(bank=other).update(code="L-1")
    ids = [each.pk for each in bank.items.filter(code__in=["L-1", "L-3"])]
    address = reverse("wagtail_bulk_action", args=["items", "item", "move"])
    query = "&".join(f"id={pk}" for pk in ids)
    page = cms.post(
        f"{address}?{query}&next={LIST}", {"bank": other.pk}, follow=True
    ).content.decode()
    assert "L-1 stays as it is. The bank has another question with this code." in page
    assert item("L-3").bank == other
    assert item("L-3").get_latest_revision_as_object().bank == other


def test_bulk_change_never_publishes_an_open_draft(bank: ItemBank, dana: Any) -> None:
    draft = item("L-1")
    draft.stem = "<p>Half an idea"
    draft.save_revision(clean=False)
    bulk_changes.set_difficulty([item("L-1")], 3, actor=dana, at=NOW)
    live, newest = item("L-1"), item("L-1").get_latest_revision_as_object()
    assert ("Half" in live.stem, "Half" in newest.stem) == (False, True)
    assert (live.difficulty, newest.difficulty, version("L-1").difficulty) == (3, 3, 3)
    assert live.has_unpublished_changes


def test_bulk_retire_keeps_a_draft_unpublished(bank: ItemBank, dana: Any) -> None:
    new = Item(bank=bank, code="L-5", stem="", live=False)
    new.save()
    assert bulk_changes.retire_items([new], retired=True, actor=dana, at=NOW).changed == 1
    assert (item("L-5").live, item("L-5").retired) == (False, True)
    assert not item("L-5").versions.exists()


def test_bulk_retire_skips_items_locked_by_others(bank: ItemBank, dana: Any, ravi: Any) -> None:
    Item.objects.filter(code="L-1").update(locked=True, locked_by=ravi, locked_at=NOW)
    outcome = bulk_changes.retire_items(list(bank.items.all()), retired=True, actor=dana, at=NOW)
    assert (outcome.changed, [each.code for each, _why in outcome.refused]) == (3, ["L-1"])


def test_bulk_difficulty_twice_changes_nothing_more(bank: ItemBank, dana: Any) -> None:
    for changed in (4, 0):
        outcome = bulk_changes.set_difficulty(list(bank.items.all()), 1, actor=dana, at=NOW)
        assert outcome.changed == changed


def test_bulk_action_requires_the_publish_permission(
    cms: Client, bank: ItemBank, dana: Any
) -> None:
    for group in dana.groups.all():
        group.permissions.remove(*group.permissions.filter(codename="publish_item"))
    act(cms, "retire", "L-1")
    assert not item("L-1").retired


@pytest.mark.parametrize("action", ["retire", "bring-back", "move", "difficulty"])
def test_bulk_actions_are_refused_to_learners(
    as_: Any, ada: Any, bank: ItemBank, action: str
) -> None:
    address = reverse("wagtail_bulk_action", args=["items", "item", action])
    reply = as_(ada).post(f"{address}?id={item('L-1').pk}", {"difficulty": "3", "bank": bank.pk})
    assert reply.status_code in (302, 403)
    assert (item("L-1").retired, item("L-1").difficulty) == (False, 2)


@pytest.mark.django_db
def test_figures_of_big_quizzes_are_counted_only_by_recount(
    ada: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_AT_ONCE", 0)
    done = take(ada, make_quiz(), now)
    assert reports.get_reports([done.quiz], at=now) == {}
    assert reports.find_stale_quizzes() == [done.quiz]
    assert reports.recount_stale_quizzes(at=now) == 1
    assert reports.get_reports([done.quiz], at=now)[done.quiz.pk].analysis.quiz.attempts == 1
    assert reports.recount_stale_quizzes(at=now) == 0


@pytest.mark.parametrize("query", ["don't", "don’t", "DON`T w", "ｄｏn‘t"])
def test_search_takes_look_alike_signs_for_one(db: None, query: str) -> None:
    make_bank("SIGNS", make_row(code="S-1", stem="Why don’t we?"), make_row(code="S-2"))
    assert [one.code for one in search_items(Item.objects.all(), query)] == ["S-1"]

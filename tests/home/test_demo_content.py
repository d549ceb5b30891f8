"""The texts and items of the demo course, checked as plain data without Django or a database."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from home.demo import items as demo_items
from items.kinds.registry import KINDS as EVERY_KIND

CONTENT = Path(__file__).resolve().parents[2] / "home" / "demo" / "content"
NUMBERS = (1, 2, 3, 4, 5, 6)
FIELDS: dict[str, set[str]] = {
    "text": {"heading", "paragraphs"},
    "statement": {"text"},
    "do_dont": {"title", "do", "dont", "why"},
    "example": {"title", "body"},
    "case_study": {"title", "story", "numbers", "people_said", "illustrative", "measures"},
    "figure": {"figure", "title", "caption", "alt", "rows", "unit"},
    "quote": {"text", "attribution"},
    "check": {"question", "kind", "options", "summary"},
}
KINDS: dict[str, set[str]] = {
    "single": {"options"},
    "multiple": {"options", "credit"},
    "true_false": {"answer", "reason_true", "reason_false"},
    "number": {"answer", "tolerance", "unit", "reason_right", "reason_wrong"},
    "ordering": {"steps", "reason"},
    "matching": {"pairs", "extra", "reason"},
}
COMMON = {"code", "kind", "principle", "difficulty", "critical", "stem", "feedback"}
MAY_BE_EMPTY = {"heading", "unit"}
FORBIDDEN = re.compile(
    r"!|\b(submit|click here|oops|invalid|todo|fixme|lorem|tbc)\b", re.IGNORECASE
)
# The answer of each number item, worked out again from the figures in its stem.
SUMS = {
    "P2-03": Decimal(153) / 180 * 100,
    "P2-09": Decimal(190 - 41) / 190 * 100,
    "P4-06": Decimal(1900 + 5 * 120) / 6,
    "P5-03": Decimal(5400) / 2000,
    "P5-08": Decimal("4.10") - Decimal("2.70"),
    "P6-04": Decimal(3 * 5 * 40 * 48),
    "P6-09": Decimal(2 * 9 * 12),
}


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


MODULES = {number: load(f"p{number}.toml") for number in NUMBERS}
ITEMS = [item for number in NUMBERS for item in load(f"items-p{number}.toml")["item"]]
SAMPLES = load("items-kinds.toml")["item"]
PAGES = load("pages.toml")
LESSON_BLOCKS = [
    block for data in MODULES.values() for lesson in data["lesson"] for block in lesson["block"]
]
PAGE_BLOCKS = [block for page in PAGES["page"] for block in page["block"]]
CHECKS = [block for block in LESSON_BLOCKS if block["type"] == "check"] + [
    data["principle"]["check"] for data in MODULES.values()
]


def label(value: Any) -> str:
    return str(value.get("code") or value.get("question") or value.get("slug"))[:40]


def texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every string in the tree with the key it stands under."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, key)


def prose_words(lessons: list[dict[str, Any]]) -> int:
    """Words read in the lessons' own blocks; checks, alternatives and block names do not count."""
    blocks = [block for lesson in lessons for block in lesson["block"] if block["type"] != "check"]
    hidden = {"type", "figure", "alt", "attribution", "unit"}
    return sum(len(text.split()) for key, text in texts(blocks) if key not in hidden)


def minutes(lesson: dict[str, Any]) -> float:
    """Minutes to read a lesson and work through its checks, at 180 words a minute."""
    checks = [block for block in lesson["block"] if block["type"] == "check"]
    return (prose_words([lesson]) + sum(len(text.split()) for _, text in texts(checks))) / 180


def by_kind(*kinds: str) -> list[dict[str, Any]]:
    return [item for item in ITEMS if item["kind"] in kinds]


def choices() -> list[dict[str, Any]]:
    return CHECKS + by_kind("single", "multiple")


@pytest.mark.parametrize("number", NUMBERS)
def test_principle_is_complete(number: int) -> None:
    principle = MODULES[number]["principle"]
    assert (principle["number"], principle["code"]) == (number, f"P{number}")
    assert 2 <= len(principle["meaning"].split("\n\n")) <= 3
    assert 4 <= len(principle["implications"]) <= 5
    assert 3 <= len(principle["do"]) <= 4
    assert 3 <= len(principle["dont"]) <= 4
    assert len(principle["examples"]) == 2
    assert set(principle["case_study"]) == FIELDS["case_study"] - {"measures"}


@pytest.mark.parametrize("number", NUMBERS)
def test_module_has_three_lessons_of_the_stated_length(number: int) -> None:
    data = MODULES[number]
    assert len(data["lesson"]) == 3
    assert data["module"]["minutes"] == sum(lesson["minutes"] for lesson in data["lesson"])
    assert 8 <= data["module"]["minutes"] <= 12
    assert 1_400 <= prose_words(data["lesson"]) <= 2_200


@pytest.mark.parametrize("number", NUMBERS)
def test_lesson_length_matches_its_minutes(number: int) -> None:
    for lesson in MODULES[number]["lesson"]:
        assert abs(minutes(lesson) - lesson["minutes"]) <= 0.8, lesson["slug"]


@pytest.mark.parametrize("number", NUMBERS)
def test_module_uses_every_block_type_and_checks_every_lesson(number: int) -> None:
    lessons = MODULES[number]["lesson"]
    assert {block["type"] for lesson in lessons for block in lesson["block"]} == set(FIELDS)
    for lesson in lessons:
        assert 6 <= len(lesson["block"]) <= 10
        assert any(block["type"] == "check" for block in lesson["block"])


@pytest.mark.parametrize("block", LESSON_BLOCKS + PAGE_BLOCKS, ids=lambda block: block["type"])
def test_block_has_exactly_the_fields_of_its_type(block: dict[str, Any]) -> None:
    assert set(block) == FIELDS[block["type"]] | {"type"}


def test_slugs_are_unique_and_readable() -> None:
    modules = [data["module"]["slug"] for data in MODULES.values()]
    lessons = [lesson["slug"] for data in MODULES.values() for lesson in data["lesson"]]
    pages = [page["slug"] for page in PAGES["page"]]
    for slugs in (modules, lessons, pages):
        assert len(slugs) == len(set(slugs))
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs)


def test_texts_are_not_empty_and_avoid_forbidden_words() -> None:
    for key, text in texts([list(MODULES.values()), ITEMS, SAMPLES, PAGES]):
        assert text.strip() or key in MAY_BE_EMPTY, key
        assert not FORBIDDEN.search(text), text


def test_case_studies_say_their_numbers_are_illustrative() -> None:
    stories = [block for block in LESSON_BLOCKS if block["type"] == "case_study"]
    stories += [data["principle"]["case_study"] for data in MODULES.values()]
    assert all(story["illustrative"] is True for story in stories)
    assert all("illustrative" in story["numbers"].lower() for story in stories)


def test_figures_have_valid_rows() -> None:
    figures = [block for block in LESSON_BLOCKS if block["type"] == "figure"]
    for figure in figures:
        assert figure["figure"] == "bars"
        assert 2 <= len(figure["rows"]) <= 8
        assert all(row["label"] and row["value"] >= 0 for row in figure["rows"])


@pytest.mark.parametrize("choice", choices(), ids=label)
def test_options_say_why_they_are_right_or_wrong(choice: dict[str, Any]) -> None:
    assert choice["kind"] in {"single", "multiple"}
    assert len(choice["options"]) >= 3
    assert all(set(option) == {"text", "correct", "reason"} for option in choice["options"])
    assert len({option["text"] for option in choice["options"]}) == len(choice["options"])
    assert not any(
        re.search(r"(all|none) of the", option["text"].lower()) for option in choice["options"]
    )


@pytest.mark.parametrize("choice", choices(), ids=label)
def test_choice_has_a_valid_number_of_right_options(choice: dict[str, Any]) -> None:
    right = sum(option["correct"] for option in choice["options"])
    if choice["kind"] == "single":
        assert right == 1
    else:
        assert 2 <= right < len(choice["options"])


@pytest.mark.parametrize("choice", choices(), ids=label)
def test_option_length_does_not_reveal_the_right_one(choice: dict[str, Any]) -> None:
    lengths = {True: 0, False: 0}
    for option in choice["options"]:
        lengths[option["correct"]] = max(lengths[option["correct"]], len(option["text"]))
    assert lengths[True] <= 1.3 * lengths[False]


@pytest.mark.parametrize("item", ITEMS, ids=label)
def test_item_has_exactly_the_fields_of_its_kind(item: dict[str, Any]) -> None:
    assert set(item) == COMMON | KINDS[item["kind"]]
    assert item["difficulty"] in {1, 2, 3}
    assert isinstance(item["critical"], bool)
    assert item.get("credit", "exact") in {"proportional", "exact", "proportional_correct"}


def test_sample_items_show_every_kind_once() -> None:
    assert Counter(item["kind"] for item in SAMPLES) == Counter(list(EVERY_KIND))
    assert [item["code"] for item in SAMPLES] == [
        f"KINDS-{place:02}" for place in range(1, len(SAMPLES) + 1)
    ]


def test_item_codes_are_unique_and_belong_to_their_principle() -> None:
    assert len({item["code"] for item in ITEMS}) == len(ITEMS)
    for item in ITEMS:
        assert re.fullmatch(r"P[1-6]-[0-9]{2}", item["code"])
        assert item["code"].startswith(item["principle"])


def test_principle_has_enough_items_for_fresh_retakes() -> None:
    pools = Counter(item["principle"] for item in ITEMS)
    assert set(pools) == {f"P{number}" for number in NUMBERS}
    assert min(pools.values()) >= 7


def test_item_kinds_are_all_used_and_varied_by_principle() -> None:
    assert {item["kind"] for item in ITEMS} == set(KINDS)
    for number in NUMBERS:
        kinds = {item["kind"] for item in ITEMS if item["principle"] == f"P{number}"}
        assert len(kinds) >= 4


def test_critical_items_reach_every_principle() -> None:
    critical = [item for item in ITEMS if item["critical"]]
    assert len(critical) >= 12
    assert {item["principle"] for item in critical} == {f"P{number}" for number in NUMBERS}


def test_critical_multiple_item_gives_no_partial_credit() -> None:
    assert all(item["credit"] == "exact" for item in by_kind("multiple") if item["critical"])


@pytest.mark.parametrize("item", by_kind("number"), ids=label)
def test_number_answer_matches_the_sum_in_its_stem(item: dict[str, Any]) -> None:
    answer, tolerance = Decimal(item["answer"]), Decimal(item["tolerance"])
    assert tolerance >= 0
    assert abs(answer - SUMS[item["code"]]) <= Decimal("0.005") + tolerance / 10


def test_worked_sums_match_the_number_items() -> None:
    assert set(SUMS) == {item["code"] for item in by_kind("number")}


@pytest.mark.parametrize("item", by_kind("ordering"), ids=label)
def test_ordering_has_four_to_six_different_steps(item: dict[str, Any]) -> None:
    assert 4 <= len(item["steps"]) == len(set(item["steps"])) <= 6


@pytest.mark.parametrize("item", by_kind("matching"), ids=label)
def test_matching_has_one_match_for_each_left_side(item: dict[str, Any]) -> None:
    lefts = [pair["left"] for pair in item["pairs"]]
    rights = {pair["right"] for pair in item["pairs"]}
    assert len(lefts) == len(set(lefts)) >= 3
    assert rights.isdisjoint(item["extra"])
    assert len(rights) + len(item["extra"]) >= 3


def test_option_position_does_not_reveal_the_right_one() -> None:
    places: Counter[int] = Counter()
    for choice in choices():
        if choice["kind"] == "single":
            places[[option["correct"] for option in choice["options"]].index(True)] += 1
    assert max(places.values()) <= places.total() / 2


def test_pages_include_home_and_four_content_pages() -> None:
    assert PAGES["home"]["title"] == "Post with confidence, on every official channel"
    assert len(PAGES["home"]["steps"]) == 3
    expected = {"sources-and-thanks", "accessibility", "privacy", "posting-rules"}
    assert {page["slug"] for page in PAGES["page"]} == expected


def test_thanks_page_names_the_paper_and_its_publisher_link() -> None:
    page = next(page for page in PAGES["page"] if page["slug"] == "sources-and-thanks")
    words = " ".join(text for _, text in texts(page["block"]))
    paper = "Stories, Numbers, Conversations: Nokia’s principles for social media marketing"
    assert paper in words
    assert set(re.findall(r"https?://[^)\s]+", words)) == {"https://brilliantnoise.com/"}


def test_practice_has_questions_of_its_own_two_of_each_principle():
    practice = load("items-practice.toml")["item"]
    assert Counter(item["principle"] for item in practice) == {f"P{n}": 2 for n in NUMBERS}
    asked = {item["stem"] for item in [*ITEMS, *SAMPLES]}
    assert not asked & {item["stem"] for item in practice}
    assert len({demo_items.PRACTICE, demo_items.BANK, demo_items.SAMPLES}) == 3

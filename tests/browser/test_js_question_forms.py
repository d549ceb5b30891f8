"""The author's forms of questions: places drawn on their picture, scenes of a story offered by name, and its map."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page

from tests.browser.bench import bench

WORDS = """<template id="question-form-words" data-picture="/pictures/0/" data-places="Draw" data-place="Place"
  data-undrawn="not drawn" data-scenes="Scenes" data-endings="Endings" data-unknown="missing" data-map="Map"
  data-lost="Nothing leads to:"></template>
<style>.places-sheet { position: relative; inline-size: 200px; block-size: 100px; }
  .places-sheet img { inline-size: 200px; block-size: 100px; }
  .place { position: absolute; padding: 0; border: 0; } .undrawn { position: static }</style>"""
SCRIPT = '<script type="module" src="/static/editor/forms.js"></script>'
# A key that is held down repeats faster than a busy machine draws.
HELD_DOWN = """() => { for (let again = 0; again < 5; again += 1) document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true })) }"""
HOT = "body-0-value-regions"
STORY = "body-0-value-"


def field(name: str, value: str = "") -> str:
    return f'<input name="{name}" id="{name}" value="{value}">'


def place(row: int, label: str, *box: str) -> str:
    sides = zip(("x", "y", "width", "height"), box or ("",) * 4, strict=True)
    fields = "".join(field(f"{HOT}-{row}-value-{side}", value) for side, value in sides)
    return field(f"{HOT}-{row}-value-label", label) + fields + field(f"{HOT}-{row}-deleted")


def scene(row: int, name: str, *leads: str) -> str:
    start = f"{STORY}nodes-{row}"
    ways = "".join(
        field(f"{start}-value-choices-{n}-value-text", f"Do {to}")
        + field(f"{start}-value-choices-{n}-value-to", to)
        for n, to in enumerate(leads)
    )
    return field(f"{start}-value-name", name) + ways


PLACES = (
    field("body-0-value-image", "7")
    + f"<div>{field(f'{HOT}-count', '2')}</div>"
    + place(0, "The name", "10", "10", "30", "20")
    + place(1, "The claim")
)
SCENES = (
    f"<div>{field(f'{STORY}nodes-count', '3')}</div>"
    + scene(0, "start", "calm", "good")
    + scene(1, "calm", "good", "nowhere")
    + scene(2, "lonely", "good")
    + field(f"{STORY}endings-0-value-name", "good")
)


@contextmanager
def form(browser: Browser, fields: str) -> Iterator[Page]:
    with bench(browser, f"<form data-edit-form>{fields}</form>{WORDS}{SCRIPT}") as page:
        page.wait_for_selector(".places-sheet, .scene-map ul")
        yield page


def box(page: Page, row: int) -> list[str]:
    return [
        page.input_value(f"[name='{HOT}-{row}-value-{side}']")
        for side in ("x", "y", "width", "height")
    ]


def leads(page: Page, row: int, choice: int) -> Locator:
    return page.locator(f"[name='{STORY}nodes-{row}-value-choices-{choice}-value-to'] + select")


def test_places_are_moved_and_sized_with_the_keyboard(browser: Browser) -> None:
    with form(browser, PLACES) as page:
        page.get_by_role("button", name="The name").focus()
        for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowLeft"):
            page.keyboard.press(key)
            page.wait_for_timeout(50)
        assert box(page, 0) == ["12", "11", "29", "20"]
        page.evaluate(HELD_DOWN)
        assert box(page, 0) == ["17", "11", "29", "20"]


def test_places_stay_on_the_picture(browser: Browser) -> None:
    with form(browser, PLACES.replace('value="10"', 'value="0"')) as page:
        page.get_by_role("button", name="The name").press("ArrowLeft")
        page.wait_for_timeout(50)
        assert box(page, 0) == ["0", "0", "30", "20"]


def test_place_without_numbers_is_put_in_the_middle_by_its_button(browser: Browser) -> None:
    with form(browser, PLACES) as page:
        page.get_by_role("button", name="The claim: not drawn").press("Enter")
        page.get_by_role("button", name="The claim", exact=True).wait_for()
        assert box(page, 1) == ["40", "40", "20", "20"]


def test_places_are_drawn_and_moved_with_the_pointer(browser: Browser) -> None:
    with form(browser, PLACES) as page:
        left, top = (page.locator(".places-sheet").bounding_box()[side] for side in ("x", "y"))
        drag(page, left + 100, top + 50, left + 160, top + 90)
        page.get_by_role("button", name="The claim", exact=True).wait_for()
        assert box(page, 1) == ["50", "50", "30", "40"]
        drag(page, left + 40, top + 20, left + 60, top + 20)
        page.wait_for_function(f"document.getElementById('{HOT}-0-value-x').value === '20'")


def test_place_of_a_deleted_row_is_not_drawn(browser: Browser) -> None:
    with form(browser, PLACES) as page:
        page.locator(f"[name='{HOT}-1-deleted']").fill("1")
        page.wait_for_timeout(50)
        assert page.locator(".place").count() == 1


def test_scenes_and_endings_are_offered_by_name(browser: Browser) -> None:
    with form(browser, SCENES) as page:
        offered = leads(page, 0, 0).locator("option").all_inner_texts()
        assert offered == ["–", "calm", "lonely", "good"]
        leads(page, 0, 0).select_option("lonely")
        assert page.input_value(f"[name='{STORY}nodes-0-value-choices-0-value-to']") == "lonely"
        assert "nowhere (missing)" in leads(page, 1, 1).inner_text()


def test_renamed_scene_keeps_the_choices_that_lead_to_it(browser: Browser) -> None:
    with form(browser, SCENES) as page:
        page.fill(f"[name='{STORY}nodes-1-value-name']", "quiet")
        page.wait_for_timeout(50)
        assert leads(page, 0, 0).input_value() == "quiet"


def test_map_of_a_story_shows_every_way_once_and_what_is_never_reached(browser: Browser) -> None:
    with form(browser, SCENES) as page:
        shown = page.locator(".scene-map")
        assert "Do calm → calm" in shown.inner_text()
        assert shown.locator(".lost").inner_text() == "Nothing leads to: lonely"


def drag(page: Page, *path: float) -> None:
    page.mouse.move(path[0], path[1])
    page.mouse.down()
    page.mouse.move(path[2], path[3], steps=3)
    page.mouse.up()

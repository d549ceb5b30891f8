from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.bench import bench

PICTURE = """<form><div data-hotspot>
  <svg width="100" height="40"><g data-region="a"><rect width="40" height="40"/></g>
  <g data-region="b"><rect x="50" width="40" height="40"/></g></svg>
  <input type="checkbox" value="a"><input type="checkbox" value="b" checked>
</div></form>"""


def test_places_show_which_boxes_are_ticked(browser: Browser) -> None:
    with bench(browser, PICTURE) as page:
        assert page.locator("[data-on]").evaluate_all(
            "all => all.map(one => one.dataset.region)"
        ) == ["b"]
        page.check("input[value=a]")
        assert page.locator("[data-on]").count() == 2


def test_pressing_a_place_ticks_and_unticks_its_box(browser: Browser) -> None:
    with bench(browser, PICTURE) as page:
        page.click("[data-region=a]")
        assert page.is_checked("input[value=a]")
        page.click("[data-region=a]")
        assert not page.is_checked("input[value=a]")
        assert page.locator("[data-region=a][data-on]").count() == 0


def test_places_follow_a_restored_answer(browser: Browser) -> None:
    with bench(browser, PICTURE) as page:
        page.evaluate("""() => {
          document.querySelector("input[value=b]").checked = false;
          document.querySelector("form").dispatchEvent(new Event("restored"));
        }""")
        assert page.locator("[data-on]").count() == 0

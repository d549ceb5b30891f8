from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.browser.bench import bench, spoken


def row(name: str) -> str:
    options = "".join(f'<option value="{place}">{place}</option>' for place in (1, 2, 3))
    return f"""<li id="{name}"><select name="{name}"><option value="">–</option>{options}</select>
      <span class="text">{name}</span>
      <button type="button" data-up>Up</button><button type="button" data-down>Down</button></li>"""


LIST = f"<form><ol data-order>{row('ask')}{row('write')}{row('post')}</ol></form>"


def order(page: Page) -> list[str]:
    return page.locator("li").evaluate_all("rows => rows.map(row => row.id)")


def numbers(page: Page) -> list[str]:
    return page.locator("select").evaluate_all("all => all.map(one => one.value)")


def test_untouched_list_stays_blank(browser: Browser) -> None:
    with bench(browser, LIST) as page:
        assert numbers(page) == ["", "", ""]


def test_down_moves_the_row_numbers_all_and_keeps_the_focus(browser: Browser) -> None:
    with bench(browser, LIST) as page:
        page.click("#ask [data-down]")
        assert order(page) == ["write", "ask", "post"]
        assert numbers(page) == ["1", "2", "3"]
        assert page.evaluate("document.activeElement.closest('li').id") == "ask"
        spoken(page, "ask: 2 of 3")


def test_edges_are_marked_and_say_so(browser: Browser) -> None:
    style = '<link rel="stylesheet" href="/static/css/site.css">'
    pale = "all => all.filter(one => getComputedStyle(one).opacity < 1).map(one => one.textContent)"
    with bench(browser, style + LIST.replace("<ol ", '<ol class="order" ')) as page:
        assert page.locator("button").evaluate_all(pale) == ["Up", "Down"]
        page.click("#ask [data-up]")
        assert numbers(page) == ["1", "2", "3"]
        page.click("#ask [data-up]")
        spoken(page, "At the top")
        page.click("#post [data-down]")
        spoken(page, "At the bottom")


def test_chosen_number_moves_the_row_there(browser: Browser) -> None:
    with bench(browser, LIST) as page:
        page.select_option("#post select", "1")
        assert order(page) == ["post", "ask", "write"]
        assert numbers(page) == ["1", "2", "3"]


def test_dragged_row_is_numbered_where_it_lands(browser: Browser) -> None:
    with bench(browser, LIST) as page:
        page.drag_and_drop("#ask .text", "#post .text", target_position={"x": 2, "y": 15})
        assert order(page)[0] == "write"
        assert numbers(page) == ["1", "2", "3"]
        assert page.locator("[data-held]").count() == 0


def test_rows_follow_restored_numbers(browser: Browser) -> None:
    with bench(browser, LIST) as page:
        page.evaluate("""() => {
          const values = { ask: "3", write: "1", post: "2" };
          for (const select of document.querySelectorAll("select")) select.value = values[select.name];
          document.querySelector("form").dispatchEvent(new Event("restored"));
        }""")
        assert order(page) == ["write", "post", "ask"]

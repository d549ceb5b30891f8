"""Pages on a small screen and with twice the text: nothing scrolls sideways, and no column breaks words by letter."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.keyboard import sign_in
from tests.servers import Site

COURSE = "/courses/principles-of-posting/"
PAGES = {
    "": ["/", "/principles/", "/courses/", "/verify/", "/accounts/login/", "/channels/official/"],
    "ada": ["/me/", "/me/profile/", "/quiz/tries/", "/me/contacts/", "/accounts/sessions/"],
    "carol": ["/me/", COURSE, "/certificates/", "/certificates/mine/"],
    "ben": ["/me/", "/team/"],
    "hugo": ["/people/", "/people/export/", "/people/bulk/assign/?all=1", "/certification/import/"],
    "olga": [
        *("/channels/", "/channels/cover/", "/channels/BLOG-CORPORATE/", "/channels/freezes/"),
        "/channels/freezes/start/channel:X-NEWS/",
        "/channels/BLOG-CORPORATE/change/grant/",
    ],
}
# With text of this size: how wide the page is, words of a few letters that are wider than the room of their element,
# inside its padding, and boxes that hide a part of what they hold, where nothing scrolls to it.
LOOK = """size => {
  document.documentElement.style.fontSize = size;
  const pen = document.createElement('canvas').getContext('2d');
  const broken = [], clipped = [];
  // Heads of tables that are read out only, a pixel wide, and what only readers of a screen and the Enter key meet.
  const hidden = place => place.offsetWidth <= 1 || place.classList.contains('visually-hidden');
  const unseen = place => place && (hidden(place) || unseen(place.parentElement));
  const said = place => [...place.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data);
  for (const place of document.querySelectorAll('main *')) {
    if (place.closest('svg')) continue;
    const style = getComputedStyle(place);
    const words = said(place).join(' ').split(/\\s+/).filter(word => /^\\p{L}{2,12}$/u.test(word));
    if (words.length && !style.display.startsWith('inline') && !unseen(place)) {
      pen.font = style.font;
      const room = place.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      broken.push(...words.filter(word => pen.measureText(word).width > room + 1));
    }
    const hides = /hidden|clip/.test(style.overflowX) && place.scrollWidth > place.clientWidth + 1;
    if (hides && place.offsetWidth > 1 && !place.closest('.visually-hidden')) clipped.push(place.className);
  }
  return [document.scrollingElement.scrollWidth, broken, clipped];
}"""
# Menus whose words are smaller than those around them, or are cut at the end of their line.
SMALL_MENUS = """() => [...document.querySelectorAll('main select')].filter(menu => {
  const size = place => parseFloat(getComputedStyle(place).fontSize);
  return size(menu) < size(menu.parentElement) || getComputedStyle(menu).appearance !== 'base-select';
}).map(menu => menu.name)"""
# Width of the screen, and size of the text.
SCREENS = [(320, "100%"), (320, "200%"), (640, "200%"), (1280, "200%")]


QUIZ_TAKER = "carol"
# Half an hour for what somebody has begun.
LIMIT = """
from datetime import timedelta
from django.utils import timezone
from quizzes.models import Attempt
mine = Attempt.objects.filter(state="open", person__email__startswith="carol@")
mine.update(deadline_at=timezone.now() + timedelta(minutes=30))
"""


def open_quizzes(page: Page, site: Site) -> list[str]:
    """The pages of a quiz on one page, and of one with a page for each question, both with a limit of time."""
    page.goto(f"{COURSE}practice/")
    page.locator("form[action*='/quiz/start/'] button").first.click()
    page.wait_for_url("**/all/")
    one_page = urlsplit(page.url).path
    page.goto(COURSE)
    page.get_by_role("button", name="Start the renewal").click()
    page.goto(f"{COURSE}final-quiz/")
    page.locator("form[action*='/quiz/start/'] button").first.click()
    page.wait_for_url("**/1/")
    question = urlsplit(page.url).path
    site.manage("shell", "-c", LIMIT)
    return [one_page, question, question.removesuffix("1/") + "check/"]


def own_certificate(page: Page) -> list[str]:
    """The page of a certificate, and the one its QR code opens."""
    page.goto("/certificates/mine/")
    link = page.locator("main a[href^='/certificates/']:not([href$='/mine/'])").first
    path = link.get_attribute("href") or ""
    return [path, path.replace("/certificates/", "/verify/")]


@pytest.mark.parametrize("who", PAGES)
def test_pages_fit_a_small_screen_and_twice_the_text(
    browser: Browser, site: Site, who: str
) -> None:
    page = browser.new_page(base_url=site.url)
    if who:
        sign_in(page, who)
    wide, broken, clipped = [], [], []
    more = [*own_certificate(page), *open_quizzes(page, site)] if who == QUIZ_TAKER else []
    for path in [*PAGES[who], *more]:
        reply = page.goto(path)
        assert reply is not None
        assert reply.status == 200, path
        for width, text in SCREENS:
            if page.viewport_size != (screen := {"width": width, "height": 900}):
                page.set_viewport_size(screen)
            needs, words, places = page.evaluate(LOOK, text)
            if needs > width:
                wide.append((path, width, text))
            broken += [(path, width, text, word) for word in words]
            clipped += [(path, width, text, place) for place in places]
            clipped += [(path, width, text, menu) for menu in page.evaluate(SMALL_MENUS)]
    page.close()
    assert (wide, broken, clipped) == ([], [], [])


# Lists to choose from that end beyond the screen, where nothing scrolls to their arrow.
CUT = "() => [...document.querySelectorAll('select')].filter(e => e.getBoundingClientRect().right > innerWidth).length"


def test_lists_of_authors_fit_a_small_screen(browser: Browser, site: Site) -> None:
    page = browser.new_page(base_url=site.url, viewport={"width": 320, "height": 900})
    sign_in(page, "dana")
    for path in ("/cms/items/import/", "/cms/items/export/"):
        page.goto(path)
        assert page.locator("select[name=bank]").count() == 1
        assert (path, page.evaluate(CUT)) == (path, 0)
    page.close()

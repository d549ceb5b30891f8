"""Pages on a small screen and with twice the text: nothing scrolls sideways, and no column breaks words by letter."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.keyboard import sign_in
from tests.servers import Site

COURSE = "/courses/principles-of-posting/"
PAGES = {
    "": ["/", "/principles/", "/courses/", "/verify/", "/accounts/login/", "/channels/official/"],
    "ada": ["/me/", "/me/profile/", "/quiz/tries/", "/me/contacts/", "/accounts/sessions/"],
    "carol": ["/me/", COURSE],
    "ben": ["/me/", "/team/"],
    "hugo": ["/people/", "/people/export/", "/people/bulk/assign/?all=1"],
    "olga": [
        *("/channels/", "/channels/BLOG-CORPORATE/", "/channels/freezes/"),
        "/channels/freezes/start/channel:X-NEWS/",
        "/channels/BLOG-CORPORATE/change/grant/",
    ],
}
# Words of a few letters that are wider than the room of their element, inside its padding.
BROKEN = """() => {
  const pen = document.createElement('canvas').getContext('2d');
  const broken = [];
  // Heads of tables that are read out only: a pixel wide.
  const unseen = place => place && (place.offsetWidth <= 1 || unseen(place.parentElement));
  for (const place of document.querySelectorAll('main *')) {
    const style = getComputedStyle(place);
    if (style.display.startsWith('inline') || place.closest('svg') || unseen(place)) continue;
    const said = [...place.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data);
    const words = said.join(' ').split(/\\s+/).filter(word => /^\\p{L}{2,12}$/u.test(word));
    pen.font = style.font;
    const room = place.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    broken.push(...words.filter(word => pen.measureText(word).width > room + 1));
  }
  return broken;
}"""
# Width of the screen, and size of the text.
SCREENS = [(320, "100%"), (320, "200%"), (640, "200%"), (1280, "200%")]


@pytest.mark.parametrize("who", PAGES)
def test_pages_fit_a_small_screen_and_twice_the_text(
    browser: Browser, site: Site, who: str
) -> None:
    page = browser.new_page(base_url=site.url)
    if who:
        sign_in(page, who)
    wide, broken = [], []
    for path in PAGES[who]:
        reply = page.goto(path)
        assert reply is not None
        assert reply.status == 200, path
        for width, text in SCREENS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate("size => { document.documentElement.style.fontSize = size; }", text)
            if page.evaluate("document.scrollingElement.scrollWidth") > width:
                wide.append((path, width, text))
            broken += [(path, width, text, word) for word in page.evaluate(BROKEN)]
    page.close()
    assert (wide, broken) == ([], [])

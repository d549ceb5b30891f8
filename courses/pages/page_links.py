"""Links in running text to pages: where the page is not published, or is gone, the words stay and lead nowhere."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.html import escape

from wagtail.rich_text.pages import PageLinkHandler

from accounts.readers.languages import find_content_language

PLAIN = "<a>"


class PublishedPageLinkHandler(PageLinkHandler):
    """Takes the place of Wagtail's, which leads to drafts as well."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        pages = cls.get_many(attrs_list)
        # The site's own words may be in another language than the page that is read.
        with translation.override(find_content_language()):
            return [_open_link(page) for page in pages]


def _open_link(page: Any) -> str:
    """The beginning of a link to the page in the reader's language, else to itself."""
    shown = page.localized if page else None
    address = shown.url if shown and shown.live else None
    return f'<a href="{escape(address)}">' if address else PLAIN

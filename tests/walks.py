"""Somebody who walks the site by its links and forms: what a page does not offer cannot be pressed."""

from __future__ import annotations

from typing import Any

from django.test import Client

from bs4 import BeautifulSoup, Tag

from accounts.models import User
from quizzes.models import Attempt
from tests.factories.quizzes import form_for


class Walker:
    """A browser without scripts; `page` is the page it is on, `path` its address."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.path = "/"
        self.page = BeautifulSoup("", "html.parser")

    @property
    def h1(self) -> str:
        return words_of(self.page.h1)

    @property
    def text(self) -> str:
        return words_of(self.page.main)

    @property
    def links(self) -> dict[str, str]:
        """The links of the page's main part: their words and addresses."""
        return {words_of(link): str(link["href"]) for link in self.page.main.select("a[href]")}

    @property
    def forms(self) -> dict[str, Tag]:
        """The forms of the main part that change something, by the words on their first visible button."""
        found = self.page.main.select("form[method=post]")
        return {
            words_of(form.select_one("button:not(.visually-hidden)")): form
            for form in found
            if form.select_one("button")
        }

    @property
    def main_buttons(self) -> list[str]:
        """The words on the main buttons: a page has one at most, for what helps most."""
        return [words_of(one) for one in self.page.select("main .button:not(.quiet, .small)")]

    @property
    def letters(self) -> list[str]:
        """The addresses to which a letter may be written from here."""
        return [str(link["href"]) for link in self.page.main.select("a[href^='mailto:']")]

    def go(self, path: str) -> Walker:
        return self._arrive(self.client.get(path, follow=True), path)

    def follow(self, words: str) -> Walker:
        """Follow the one link that begins with these words."""
        (href,) = {href for said, href in self.links.items() if said.startswith(words)}
        return self.go(href)

    def press(self, words: str, **filled: Any) -> Walker:
        """Fill in and send the form whose button says this."""
        form = self.forms[words]
        sent = {
            str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")
        }
        path = str(form.get("action") or self.path)
        return self._arrive(self.client.post(path, sent | filled, follow=True), path)

    def hand_in(self, person: User, *, right: bool = True) -> Walker:
        """Answer every question of the open attempt on its own page, then hand in."""
        attempt = Attempt.objects.get(person=person, state="open")
        for response in attempt.responses.select_related("version"):
            answer = form_for(response, right=right)
            path = f"/quiz/{attempt.uuid}/{response.slot}/"
            self._arrive(self.client.post(path, {"seq": "1", **answer}, follow=True), path)
        return self.press("Hand in the quiz")

    def _arrive(self, response: Any, path: str) -> Walker:
        assert response.status_code == 200, (path, response.status_code)
        self.path = response.redirect_chain[-1][0] if response.redirect_chain else path
        self.page = BeautifulSoup(response.content, "html.parser")
        return self


def words_of(tag: Tag | None) -> str:
    return " ".join(tag.get_text(" ").split()) if tag else ""

"""How tests use the pages of acts: look, then send back what the page holds."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User


def act_address(person: User, act: str) -> str:
    return f"/certification/{person.uuid}/{act}/"


def look_at_act(browser: Client, person: User, act: str, query: str = "") -> Any:
    """The page of an act as it is opened."""
    return browser.get(act_address(person, act) + query)


def fill_act(page: Any, **fields: Any) -> dict[str, Any]:
    """What a browser sends from the page: what it proposes, what was seen, and `fields`."""
    form, effect = page.context["form"], page.context["effect"]
    proposed = {
        name: form.data.get(name, "") if form.is_bound else form.get_initial_for_field(field, name)
        for name, field in form.fields.items()
    }
    sent = {name: value for name, value in proposed.items() if value is not None}
    fields = {name: given() if callable(given) else given for name, given in fields.items()}
    hidden = {"version": page.context["version"], "seen": effect.digest if effect else ""}
    return {"reason": "Because", **sent, **hidden, "step": "do", **fields}


def send_act(browser: Client, person: User, act: str, sent: dict[str, Any]) -> Any:
    return browser.post(act_address(person, act), sent)


def do_act(browser: Client, person: User, act: str, **fields: Any) -> Any:
    """Open the page, see what would happen with these fields, and confirm exactly that. The last answer."""
    page = look_at_act(browser, person, act)
    page = send_act(browser, person, act, fill_act(page, step="look", **fields))
    return send_act(browser, person, act, fill_act(page, **fields))

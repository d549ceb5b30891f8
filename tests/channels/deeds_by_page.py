"""A deed as a browser does it: open the form, look at the effect, do what was seen."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup


def hidden_fields(page: Any) -> dict[str, str]:
    """What a page of a deed sends beside what is written: the version that was read, and the effect that was seen."""
    soup = BeautifulSoup(page.content, "html.parser")
    found = soup.select("[name=version], [name=seen]")
    return {str(one["name"]): str(one["value"]) for one in found}


def look_at_deed(client: Any, path: str, said: dict[str, Any]) -> Any:
    """The page with the effect, or with what is wrong."""
    return client.post(path, {**said, **hidden_fields(client.get(path))})


def send_deed(client: Any, path: str, said: dict[str, Any]) -> Any:
    """The page after the act, or the one on which it is refused."""
    seen = look_at_deed(client, path, said)
    if "seen" not in hidden_fields(seen):
        return seen
    return client.post(path, {**said, **hidden_fields(seen), "step": "do"}, follow=True)

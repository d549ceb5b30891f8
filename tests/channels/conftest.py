"""Every refusal on a page of channels leads somewhere: its next step opens for whoever was refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.contrib.auth import get_user
from django.test import Client

import pytest

from channels.guards import ActorNotAllowedError, ChannelRefusedError


@pytest.fixture(autouse=True)
def refusals(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The refusals of the test with their next steps, each of which the refused person has opened."""
    raised: list[ChannelRefusedError] = []
    opened: list[tuple[str, str]] = []
    begin, request = ChannelRefusedError.__init__, Client.request

    def keep(self: ChannelRefusedError, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        if not isinstance(self, ActorNotAllowedError):
            raised.append(self)

    def follow(self: Client, **environ: Any) -> Any:
        raised.clear()
        response = request(self, **environ)
        steps, person = list(raised), get_user(SimpleNamespace(session=self.session))
        # Another window of the same person: what the site has to tell stays for the test.
        window = Client()
        if steps and person.is_authenticated:
            window.force_login(person, backend="home.backends.PersonBackend")
        for refused in steps:
            step = request(window, PATH_INFO=refused.remedy.partition("#")[0])
            assert step.status_code == 200, f"{refused.reason} leads to {refused.remedy}"
            opened.append((refused.reason, refused.remedy))
        return response

    monkeypatch.setattr(ChannelRefusedError, "__init__", keep)
    monkeypatch.setattr(Client, "request", follow)
    return opened

from __future__ import annotations

from io import StringIO

from django.core.management import call_command

from wagtail.models import APIToken

import pytest

from accounts.models import User
from tests.config.test_api_decisions import ask

pytestmark = pytest.mark.django_db


def demo_token() -> str:
    out = StringIO()
    call_command("demo_token", stdout=out)
    return out.getvalue().strip()


def test_demo_token_opens_the_api() -> None:
    assert ask(demo_token()).status_code == 200


def test_demo_token_reuses_tool_and_revokes_oldest_tokens() -> None:
    printed = [demo_token() for _ in range(7)]
    tool = User.objects.get(email="api@northlight.example")
    assert (tool.kind, tool.has_usable_password()) == ("service", False)
    assert APIToken.objects.filter(user=tool, revoked_at=None).count() == 5
    assert [ask(token).status_code for token in printed] == [401] * 2 + [200] * 5

"""docs/api.md describes every reason, action and role."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.reason_texts import REMEDIES, SENTENCES
from channels.rules.fact_types import PostingAction
from channels.rules.posting import ROLE_ACTIONS

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", SENTENCES)
def test_api_docs_describe_every_reason_with_remedy(code) -> None:
    assert f"| `{code}` |" in DOCS
    assert code in REMEDIES


@pytest.mark.parametrize("action", list(PostingAction))
def test_api_docs_describe_every_action(action) -> None:
    assert f"`{action}`" in DOCS


@pytest.mark.parametrize("role", ROLE_ACTIONS)
def test_api_docs_describe_every_role(role) -> None:
    assert f"| {role} |" in DOCS

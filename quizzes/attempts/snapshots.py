"""The rules that attempts began with, stored once for all attempts with the same rules."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from items.publishing import canonical_json
from quizzes.models import RulesSnapshot


def hash_rules(rules: Mapping[str, Any]) -> str:
    """SHA-256 in hex over the canonical JSON."""
    return hashlib.sha256(canonical_json(rules).encode()).hexdigest()


def snapshot_rules(rules: Mapping[str, Any]) -> RulesSnapshot:
    """The stored snapshot of these rules, made if they are new. Of two writers at once both get the same row."""
    found, _new = RulesSnapshot.objects.get_or_create(
        sha256=hash_rules(rules), defaults={"rules": rules}
    )
    return found

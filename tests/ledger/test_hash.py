"""The hash of an entry is the documented one, whatever the entry holds."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger import entries
from ledger.models import Entry

WORDS = st.text(max_size=20)
MOMENTS = st.datetimes(timezones=st.just(UTC))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(
    words=st.fixed_dictionaries(dict.fromkeys(("kind", "subject", "actor", "facts"), WORDS)),
    moments=st.fixed_dictionaries(dict.fromkeys(("at", "effective_at"), MOMENTS)),
    numbers=st.fixed_dictionaries(dict.fromkeys(("seq", "place"), st.integers(1))),
    data=st.dictionaries(WORDS, VALUES, max_size=4),
)
def test_hash_is_the_sha256_of_the_canonical_json(
    words: dict[str, str],
    moments: dict[str, datetime],
    numbers: dict[str, int],
    data: dict[str, Any],
) -> None:
    stamps = {name: moment.isoformat() for name, moment in moments.items()}
    body = words | stamps | numbers | {"data": data}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    found = entries.hash_entry(Entry(**words, **moments, **numbers, data=data), "a" * 64)
    assert found == hashlib.sha256(f"{'a' * 64}{text}".encode()).hexdigest()

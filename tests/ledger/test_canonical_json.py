"""Hashes rest on texts that never change: the quick encoder gives what Python's own gives."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical_json import make_encoder

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@pytest.mark.parametrize("sort_keys", [True, False])
@given(value=VALUES)
def test_encoder_gives_what_pythons_own_gives(sort_keys, value):
    own = json.JSONEncoder(sort_keys=sort_keys, separators=(",", ":"), ensure_ascii=False)
    assert make_encoder(sort_keys=sort_keys)(value) == own.encode(value)

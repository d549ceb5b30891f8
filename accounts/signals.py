"""News about people. Receivers only queue an idempotent re-check; they never do work in the sender's transaction."""

from __future__ import annotations

from django.dispatch import Signal

# Sent inside the writing transaction with `person_ids`, a list of primary keys: somebody joined, left, returned,
# moved, or was given or lost a role.
people_changed = Signal()

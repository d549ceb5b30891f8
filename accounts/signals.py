"""The signal about people. A receiver only queues an idempotent re-check, outside the sender's transaction."""

from __future__ import annotations

from django.dispatch import Signal

# Sent inside the writing transaction with `person_ids`, a list of primary keys: somebody joined, left, returned,
# moved, or was given or lost a role.
people_changed = Signal()

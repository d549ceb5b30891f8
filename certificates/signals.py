"""News from certificates to the rooms above."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with person_id and certification_id (None: all of them), inside the transaction that changed where the
# person stands: an award was issued, revoked or reinstated, a hold or a waiver was started or ended.
standing_changed = Signal()

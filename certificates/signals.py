"""Signals from certificates to the apps above."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with person_id and certification_id (None: all of them), inside the transaction that changed the
# person's standing: an award was issued, revoked or reinstated, a hold or a waiver was started or ended.
standing_changed = Signal()

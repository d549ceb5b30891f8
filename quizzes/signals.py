"""Signals that quizzes send to the apps above."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with attempt, reason, actor and at, inside the transaction in which a correction of marks took the pass of
# an attempt away and no other attempt of the same round stands in for it.
pass_lost = Signal()

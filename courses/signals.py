"""The signal that courses send to the apps above."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with person_id and course_id, inside the transaction that recorded the completion.
course_completed = Signal()

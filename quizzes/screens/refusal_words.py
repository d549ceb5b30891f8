"""Refusals in words, for the person who was refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from items.sentences import translate
from quizzes.attempts.submitting import ClosedNotice
from quizzes.rules.refusals import StartRefusal


def refusal_message(reason: StartRefusal, person: User) -> dict[str, Any]:
    """Return a refusal for the start page: its code, the sentence, the next step, and the target of its link."""
    return {
        "code": reason.code,
        "text": translate(reason.phrase, reason.when, person),
        "remedy": translate(reason.remedy, reason.when, person),
        "target": reason.target,
    }


def closed_message(closed: ClosedNotice, person: User) -> str:
    """Return why an answer came too late, and what happened to the other answers."""
    return translate(closed.phrase, closed.when, person)


def overtaken_message() -> str:
    """Return why a save in the background was not stored although the question is open."""
    return _("Another answer is stored: it was given in another tab or on another device.")


def replaced_message(slot: int, lines: Sequence[str]) -> str:
    """Return which answer of another page a pressed button has replaced with the one that was sent."""
    return _(
        "Question %(slot)s had another answer by then, given in another tab or on another device: “%(answer)s”. "
        "It is replaced: the answer that you sent just now is stored."
    ) % {"slot": slot, "answer": "; ".join(lines)}


def left_message(slots: Sequence[int]) -> str:
    """Return which answers a pressed button has left as another page has stored them."""
    return ngettext(
        "Question %(slots)s was answered in another tab or on another device. That answer stands; here it is.",
        "Questions %(slots)s were answered in another tab or on another device. Those answers stand; here they are.",
        len(slots),
    ) % {"slots": ", ".join(map(str, slots))}

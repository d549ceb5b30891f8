"""The operations on an attempt: check eligibility, start, save answers, add time, submit.

Each is defined in a module of its own; other apps import it from here.
"""

from __future__ import annotations

from quizzes.clock import add_time
from quizzes.handing_in import close_if_over, submit, sweep
from quizzes.saving import NoSuchQuestion, SaveResult, close_question, save, save_all
from quizzes.starting import NotAgreed, NotEligible, eligibility, start

__all__ = [
    "NoSuchQuestion",
    "NotAgreed",
    "NotEligible",
    "SaveResult",
    "add_time",
    "close_if_over",
    "close_question",
    "eligibility",
    "save",
    "save_all",
    "start",
    "submit",
    "sweep",
]

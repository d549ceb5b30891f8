"""The life of an attempt in verbs: may it start, start, save, add time, submit, sweep.

Each verb lives in a module of its own; other rooms import them from here.
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

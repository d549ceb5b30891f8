"""The life of an attempt in verbs: may it start, start, save, add time, submit, sweep.

Each verb lives in a module of its own; other rooms import them from here.
"""

from __future__ import annotations

from quizzes.clock import add_time
from quizzes.handing_in import close_if_over, submit, sweep
from quizzes.saving import NoSuchQuestion, SaveResult, save
from quizzes.starting import NotEligible, eligibility, start

__all__ = [
    "NoSuchQuestion",
    "NotEligible",
    "SaveResult",
    "add_time",
    "close_if_over",
    "eligibility",
    "save",
    "start",
    "submit",
    "sweep",
]

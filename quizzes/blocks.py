"""The author's form of an item, in the place where the model looks for it."""

from __future__ import annotations

from quizzes.authoring import KindBlocks

__all__ = ["KindBlocks"]

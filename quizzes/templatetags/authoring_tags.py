"""Template tags of the author's screens: `{% load authoring_tags %}`."""

from __future__ import annotations

from django import template

from quizzes.screens import previews
from quizzes.screens.questions import AskedQuestion

register = template.Library()


@register.simple_tag
def example_question(kind: str) -> AskedQuestion:
    """The example of a kind of question, as learners meet it."""
    return previews.ask_example(kind)

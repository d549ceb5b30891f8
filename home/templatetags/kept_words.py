"""Django's `{% load i18n %}`, in which a text that stands in a template is translated once for each language.

A page has hundreds of them, and Django looks each up, and escapes it, every time. The settings put this in its place.
"""

from __future__ import annotations

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.templatetags.i18n import TranslateNode
from django.utils.translation import get_language

register = template.Library()
register.tags = dict(i18n.register.tags)
register.filters = dict(i18n.register.filters)


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> template.Node:
    """`{% translate %}` of Django; a plain text keeps its translations."""
    node = i18n.do_translate(parser, token)
    text = node.filter_expression
    plain = getattr(text.var, "literal", None) is not None and not text.filters
    if not plain or node.noop or node.message_context:
        return node
    return TranslatedText(node)


class TranslatedText(template.Node):
    """A text of a template in each language in which it was asked for."""

    def __init__(self, node: TranslateNode) -> None:
        self.name, node.asvar = node.asvar, None
        self.node = node
        self._words: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Context) -> str:
        language = (get_language(), context.autoescape)
        words = self._words.get(language)
        if words is None:
            words = self._words[language] = self.node.render(context)
        if self.name:
            context[self.name] = words
            return ""
        return words

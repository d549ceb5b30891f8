"""Parts of pages that are the same for everybody: `{% load kept_tags %}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import template
from django.core.files.storage import storages
from django.db.models import Model
from django.template.base import FilterExpression, NodeList, Parser, Template, Token, token_kwargs
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

register = template.Library()
# Rows of lists among them, about a kilobyte each.
MOST_KEPT = 2_000


@register.tag
def kept(parser: Parser, token: Token) -> KeptPart:
    """`{% kept name=value … %}…{% endkept %}`: rendered once for each language, time zone and values, in each process.

    What stands in it sees these values and nothing else of the page, so it cannot tell one reader of another. They
    are texts, numbers, days or tuples of these: two objects that are equal may not be the same to a reader.
    """
    words = token.split_contents()[1:]
    given = token_kwargs(words, parser)
    if words:
        raise template.TemplateSyntaxError(f"kept takes name=value, not {words[0]!r}.")
    content = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptPart(content, given)


class KeptPart(template.Node):
    """Renders its content once for each language and time zone of a reader and each of the values given."""

    def __init__(self, nodelist: NodeList, given: Mapping[str, FilterExpression]) -> None:
        self.nodelist, self.given = nodelist, given
        self._texts: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        given = {name: _as_told(value.resolve(context)) for name, value in self.given.items()}
        here = get_language(), get_current_timezone_name(), get_script_prefix()
        key = (*here, storages["staticfiles"], *given.values())
        text = self._texts.get(key)
        if text is None:
            if len(self._texts) >= MOST_KEPT:
                self._texts.clear()
            text = self._texts[key] = self._render_anew(given, context)
        return text

    def _render_anew(self, given: dict[str, Any], context: Context) -> SafeString:
        alone, whole = Context(given), cast("Template", context.template)
        with alone.bind_template(whole), alone.render_context.push_state(whole):
            return mark_safe(self.nodelist.render(alone))  # noqa: S308 - as Django's own tags make it


def _as_told(value: Any) -> Any:
    """A text that is translated only when it is told, in the language of now. Raises TypeError for a stored object."""
    if isinstance(value, Model):
        # It equals what it was before somebody changed it.
        raise TypeError(f"kept takes the values of a {type(value).__name__}, not the object.")
    return str(value) if isinstance(value, Promise) else value

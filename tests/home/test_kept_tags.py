"""Parts of pages that are rendered once: they hold nothing of a reader, and follow the language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.template import Context, Template
from django.templatetags.i18n import do_translate
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_lazy

import pytest

from home.templatetags import kept_words
from home.templatetags.kept_tags import MOST_KEPT, KeptPart

MENU = "{% load i18n kept_tags %}{% kept name=name %}{% translate 'Sign in' %}, {{ name }}{{ reader }}{% endkept %}"


def render(template: Template, **context: Any) -> str:
    return template.render(Context(context))


def test_kept_part_is_rendered_once_for_each_language_and_value(monkeypatch):
    made = []
    anew = KeptPart._render_anew
    monkeypatch.setattr(KeptPart, "_render_anew", lambda *given: made.append(1) or anew(*given))
    template = Template(MENU)
    for _time in range(2):
        for name in ("A & B", gettext_lazy("People")):
            for language in ("en", "fi"):
                with translation.override(language):
                    said = str(name).replace("&", "&amp;")
                    assert (
                        render(template, name=name, reader="Ada") == f"{gettext('Sign in')}, {said}"
                    )
    assert len(made) == 4


def test_kept_part_does_not_grow_without_end():
    template = Template(MENU)
    (node,) = template.nodelist.get_nodes_by_type(KeptPart)
    for number in range(MOST_KEPT + 1):
        render(template, name=number)
    assert len(node._texts) == 1


def test_kept_part_follows_the_zone_of_the_reader():
    template = Template("{% load kept_tags tz %}{% kept at=at %}{{ at|date:'H:i' }}{% endkept %}")
    found = []
    for zone in ("UTC", "Asia/Tokyo", "UTC"):
        with timezone.override(zone):
            found.append(render(template, at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC)))
    assert found == ["03:04", "12:04", "03:04"]


def test_kept_part_takes_no_stored_object(ada):
    """One equals another with the same key, whatever stands in its columns."""
    with pytest.raises(TypeError, match="the values of a User"):
        render(Template(MENU), name=ada)


@pytest.mark.parametrize("language", ["en", "fi", "pt-br"])
@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize(
    "tag",
    [
        *('{% translate "Sign in" %}', '{% trans "100%% <b>sure</b> & more" %}'),
        *('{% translate "Sign in" as said %}[{{ said }}]', '{% translate "x" noop %}'),
        *("{% translate name %}", '{% translate "May" context "month" %}'),
        '{% translate "Sign in"|upper %}',
    ],
)
def test_kept_words_are_those_that_django_gives(monkeypatch, language, escaped, tag):
    source = "{% load i18n %}" + tag
    with translation.override(language):
        context = {"name": "People"}
        ours = Template(source)
        twice = [ours.render(Context(context, autoescape=escaped)) for _time in range(2)]
        monkeypatch.setitem(kept_words.register.tags, "translate", do_translate)
        monkeypatch.setitem(kept_words.register.tags, "trans", do_translate)
        djangos = Template(source).render(Context(context, autoescape=escaped))
    assert twice == [djangos, djangos]


def test_kept_words_follow_the_language_of_each_rendering():
    template = Template('{% load i18n %}{% translate "Sign in" as said %}{{ said }}')
    found = []
    for language in ("en", "fi", "en"):
        with translation.override(language):
            found.append(render(template))
            assert found[-1] == gettext("Sign in")
    assert found[0] != found[1]

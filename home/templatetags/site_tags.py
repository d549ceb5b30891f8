"""Template tags of the whole site: `{% load site_tags %}`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.core.files.storage import Storage, storages
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from wagtail.models import Page

from accounts.readers import browsers, days, languages, switches
from accounts.sign_in.step_up import tell_why
from certificates import policy_days
from courses import charts
from courses.writing.originals import find_original
from home import patterns
from quizzes.rules import percentages

register = template.Library()

# Icons that point somewhere turn around where the writing runs from right to left.
TURNING = {"arrow-left", "arrow-right", "log-in", "log-out", "send", "undo-2"}

HIDDEN = mark_safe('aria-hidden="true"')


@register.simple_tag
def icon(name: str, class_: str = "", label: str = "") -> SafeString:
    """An icon of `static/icons.svg`: ornament beside words, or a picture with its own `label`."""
    return _draw_icon(name, class_, label, _icons_address(storages["staticfiles"]))


@lru_cache(maxsize=4)
def _icons_address(_storage: Storage) -> str:
    """Looked up once for each place that static files are in."""
    return static("icons.svg")


@register.simple_tag
def canonical_link(page: Any) -> SafeString:
    """For search engines: the address of the page that an alias shows; nothing for any other page."""
    if not isinstance(page, Page) or not page.alias_of_id:
        return SafeString("")
    original = find_original(page)
    address = original.get_full_url() if original.live else None
    return format_html('<link rel="canonical" href="{}">', address) if address else SafeString("")


@register.simple_tag
def lang_of(page: Any) -> SafeString:
    """` lang="fi"` for what an author wrote on this page, where the site's own words are in another language."""
    return _mark_language(page.locale.language_code, get_language())


@register.simple_tag
def content_lang() -> SafeString:
    """The same for what stands on a page in the language of the page around it."""
    return _mark_language(languages.find_content_language(), get_language())


@register.simple_tag
def words_lang() -> SafeString:
    """` lang="en"` for the site's own words amid an author's in another language."""
    return _mark_language(get_language() or "", languages.find_content_language())


def _mark_language(spoken: str, around: str | None) -> SafeString:
    return SafeString("") if spoken == around else format_html(' lang="{}"', spoken)


@register.simple_tag
def status_tag(tone: str, text: str | Promise, icon: str = "") -> SafeString:
    """A status as colour, icon and words, by `components/status_tag.html`."""
    said = str(text) if isinstance(text, Promise) else text
    return _draw_status_tag(tone, said, icon, storages["staticfiles"])


# A list has the same dozen in every row.
@lru_cache(maxsize=1_000, typed=True)
def _draw_status_tag(tone: str, text: str, icon: str, _storage: Storage) -> SafeString:
    told = {"tone": tone, "text": text, "icon": icon}
    return render_to_string("components/status_tag.html", told)


@register.filter
def why_asked_again(following: str | None) -> str:
    """Why the password is asked for again before the address that comes next."""
    return tell_why(following or "")


# Some pages have a hundred icons, of a dozen kinds. `typed`: a label that is safe already is not escaped again.
@lru_cache(maxsize=1_000, typed=True)
def _draw_icon(name: str, class_: str, label: str, source: str) -> SafeString:
    classes = " ".join(filter(None, ["icon", "flip" if name in TURNING else "", class_]))
    spoken = format_html('role="img" aria-label="{}"', label) if label else HIDDEN
    return format_html(
        '<svg class="{}" {}><use href="{}#{}"/></svg>',
        classes,
        spoken,
        source,
        name,
    )


@register.simple_tag
def pattern(
    seed: object, w: int = 480, h: int = 360, variant: patterns.Variant = "light", class_: str = ""
) -> SafeString:
    """The seed's picture; see `home.patterns.draw_pattern`."""
    drawn = patterns.draw_pattern(
        str(seed), width=w, height=h, variant=variant, class_name=conditional_escape(class_)
    )
    return mark_safe(drawn)  # noqa: S308 - holds nothing of the seed, and the class is escaped


@register.simple_tag
def bar_chart(rows: Iterable[tuple[str, float]], title: str, desc: str) -> SafeString:
    """A bar chart of (label, value) rows; see `courses.charts.bars`."""
    drawn = charts.draw_bar_chart(
        [(str(label), value) for label, value in rows],
        title=str(title),
        desc=str(desc),
        words=lambda value: number_format(value, use_l10n=True, force_grouping=True),
        mirrored=get_language_bidi(),
    )
    return mark_safe(drawn)  # noqa: S308 - every text in it is escaped by the chart


@register.filter
def control(field: BoundField) -> SafeString:
    """The form control without a placeholder: the visible label beside it says what to write."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def is_ticked(control_type: str | None) -> bool:
    """Whether a control of this type is ticked, so that its label stands behind it."""
    return control_type in {"checkbox", "radio"}


# The look of a button by its tags; the first that fits.
BUTTON_LOOKS = (
    ("danger", {"danger"}),
    ("plain", {"link", "cancel"}),
    ("quiet", {"outline", "secondary"}),
)


@register.filter
def button_look(attrs: Mapping[str, Any]) -> str:
    """The class of a button of the sign-in pages; one that only leads somewhere is quiet."""
    tags = attrs.get("tags") or ()
    looks = (look for look, names in BUTTON_LOOKS if not names.isdisjoint(tags))
    return next(looks, "quiet" if attrs.get("href") else "")


@register.filter
def as_date(value: date | datetime | None) -> str:
    """The day in the reader's words, "14 March 2027"; a moment is read in the current time zone."""
    if not value:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return days.spell_day(value)


@register.filter
def as_day_of_year(value: date) -> str:
    """ "14 March", where the year goes without saying."""
    return days.spell_day_of_year(value)


@register.filter
def tell_off(since: datetime | None) -> str:
    """The sentence about an account that is switched off since then."""
    return switches.spell_off(since)


@register.filter
def as_policy_day(value: date | datetime | None, zone: str) -> str:
    """A day of a certificate in its policy zone, which is named where the reader's differs."""
    return policy_days.spell_policy_day(value, zone)


@register.filter
def as_time(value: datetime | None) -> str:
    """The time of day in the current time zone, 24 hours, "09:14"."""
    if not value:
        return ""
    return date_format(timezone.localtime(value) if timezone.is_aware(value) else value, "H:i")


@register.filter
def as_clock(value: datetime | None) -> str:
    """The time of day with the zone it is told in: "09:14 UTC", "11:14 Helsinki time"."""
    return f"{as_time(value)} {days.name_current_zone()}" if value else ""


@register.filter
def as_browser(user_agent: str) -> str:
    """A browser and its device in words, "Firefox on Windows"."""
    return browsers.describe_browser(user_agent or "")


@register.filter
def told_percent(value: Decimal | None) -> str:
    """A score as it is told everywhere, "71"; see `quizzes.rules.percentages`."""
    return percentages.tell_percent(value)


@register.filter
def seconds_in_words(seconds: int) -> str:
    """A length of time in its largest whole unit: "40 seconds", "12 minutes", "1 day"."""
    for size, spell in LENGTHS:
        if seconds >= size:
            return spell(seconds // size)
    return _spell_seconds(seconds)


def _spell_seconds(count: int) -> str:
    return ngettext("%(count)d second", "%(count)d seconds", count) % {"count": count}


def _spell_minutes(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def _spell_hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _spell_days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


# Lengths of time in seconds, the longest first, and how many of them are said.
LENGTHS = ((86_400, _spell_days), (3_600, _spell_hours), (60, _spell_minutes))


@register.filter
def hours_minutes(minutes: float | None) -> str:
    """A length of time given in minutes, "45 minutes" or "1 hour 20 minutes"."""
    if minutes is None:
        return ""
    hours, rest = divmod(round(minutes), 60)
    some_hours, some_minutes = _spell_hours(hours), _spell_minutes(rest)
    if not hours:
        return some_minutes
    if not rest:
        return some_hours
    return _("%(hours)s %(minutes)s") % {"hours": some_hours, "minutes": some_minutes}


@register.filter
def grouped_code(code: str | None) -> str:
    """A code in groups of four, "7QK2-M4XD", so that it can be read aloud."""
    plain = "".join(str(code or "").split()).replace("-", "")
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))

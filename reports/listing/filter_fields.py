"""The fields of the people list that few need: what each is called, and what may be chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.models import PostingRole
from reports.filters import COMPLIANCE, DAYS, EXCEPTIONS, PeopleFilters, ready_views

LABELS: dict[str, str | Promise] = {
    "compliant": gettext_lazy("Requirement"),
    "due_before": gettext_lazy("Due before"),
    "exception": gettext_lazy("Exception"),
    "release": gettext_lazy("Version it was earned on"),
    "locale": gettext_lazy("Language it was earned in"),
    "unit": gettext_lazy("Code of a team, with all below"),
    "manager": gettext_lazy("HR id of a manager, with all below"),
    "country": gettext_lazy("Country, two letters"),
    "site": gettext_lazy("Site"),
    "job": gettext_lazy("Job code or title"),
    "channel": gettext_lazy("Code of a channel"),
    "role": gettext_lazy("Role on a channel"),
    "left_since": gettext_lazy("Left since"),
    "changed_since": gettext_lazy("Changed since"),
}


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field: a choice if it has `options`, else of this `kind` of input."""

    name: str
    label: str
    value: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MoreFilters:
    """The fields, and whether one of them, or a status, is chosen, as no saved view does: then they are shown."""

    fields: tuple[FilterField, ...]
    is_open: bool


def describe_fields(filters: PeopleFilters) -> MoreFilters:
    options = {
        "compliant": _spell(COMPLIANCE.items()),
        "exception": _spell(EXCEPTIONS.items()),
        "role": _spell(PostingRole.choices),
        "locale": tuple((code, _(str(name))) for code, name in settings.LANGUAGES),
    }
    fields = tuple(
        FilterField(
            name,
            str(label),
            getattr(filters, name),
            "date" if name in DAYS else "text",
            options.get(name, ()),
        )
        for name, label in LABELS.items()
    )
    chosen = bool(filters.status) or any(field.value for field in fields)
    is_view = any(current for _text, _address, current in ready_views(filters))
    return MoreFilters(fields, chosen and not is_view)


def _spell(choices: Iterable[tuple[str, str | Promise]]) -> tuple[tuple[str, str], ...]:
    return tuple((value, str(text)) for value, text in choices)

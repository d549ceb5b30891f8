"""The forms of a profile: begin one from a ready one, and say which columns a file has and how it is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.readers.known_rows import KnownRowMixin
from certificates.rules.standings import Status
from reports.exporting import own_profiles
from reports.exporting.own_profiles import OwnProfile
from reports.exporting.profiles import PROFILES
from reports.exporting.saved_profiles import READY
from reports.models import SavedProfile

PLACE, HEADER = "place-", "header-"
PLAIN = (
    *("delimiter", "encoding", "quoted", "guarded", "date_style", "instant_style", "zone"),
    "truths",
)


class BeginProfileForm(forms.Form):
    """A name, and the ready profile that it begins with."""

    name = forms.SlugField(
        label=_("Name of the profile"),
        max_length=60,
        help_text=_(
            "Letters, digits and hyphens, like payroll-weekly. The command line asks for it by this name."
        ),
        error_messages={"required": _("Give the profile a name")},
    )
    based_on = forms.ChoiceField(
        label=_("Begin with"), choices=[(name, ready.label) for name, ready in PROFILES.items()]
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name in READY or SavedProfile.objects.filter(name=name).exists():
            raise ValidationError(
                _("There is a profile of this name. Open it, or choose another name.")
            )
        return name


class OwnProfileForm(KnownRowMixin, forms.Form):
    """A place and a name for each column that there is, then how cells and lines are written."""

    delimiter = forms.ChoiceField(
        label=_("Sign between two cells"), choices=list(own_profiles.DELIMITERS.items())
    )
    encoding = forms.ChoiceField(
        label=_("Encoding"),
        choices=list(own_profiles.ENCODINGS.items()),
        help_text=_("Rows with a sign that it cannot write are left out, and listed."),
    )
    quoted = forms.BooleanField(label=_("Every cell in quotation marks"), required=False)
    guarded = forms.BooleanField(
        label=_(
            "People open it in a spreadsheet: a cell that would run as a formula gets a ' in front"
        ),
        required=False,
    )
    date_style = forms.ChoiceField(
        label=_("How days look"), choices=list(own_profiles.DATE_LABELS.items())
    )
    instant_style = forms.ChoiceField(
        label=_("How moments look"), choices=list(own_profiles.INSTANT_LABELS.items())
    )
    zone = forms.CharField(
        label=_("Time zone of moments"),
        max_length=60,
        help_text=_("Like UTC or Europe/Helsinki. Days stay those of policy_tz."),
    )
    truths = forms.ChoiceField(
        label=_("Yes and no"), choices=[(name, name) for name in own_profiles.TRUTHS]
    )
    statuses = forms.CharField(
        label=_("What statuses are called"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def __init__(self, data: Any, own: OwnProfile) -> None:
        self.own, self.sources = own, list(own_profiles.find_sources())
        super().__init__(data, initial=_initial(own, self.sources))
        named = ", ".join(status.value for status in Status)
        self.fields["statuses"].help_text = (
            _now("One on each line, like “certified = Completed”; others keep our words: %s.")
            % named
        )
        for number, source in enumerate(self.sources):
            self.fields[f"{PLACE}{number}"] = forms.IntegerField(
                label=_now("Place of %s") % source, required=False, min_value=1, max_value=999
            )
            self.fields[f"{HEADER}{number}"] = forms.CharField(
                label=_now("Name of %s") % source,
                required=False,
                max_length=own_profiles.LONGEST_HEADER,
            )

    def column_rows(self) -> list[tuple[str, Any, Any]]:
        """What each column holds, its place and its name: those of the file first, in their order."""
        chosen = {source: place for place, (source, _h) in enumerate(self.own.columns)}
        last = len(chosen)
        order = sorted(enumerate(self.sources), key=lambda pair: (chosen.get(pair[1], last), pair))
        return [
            (source, self[f"{PLACE}{number}"], self[f"{HEADER}{number}"])
            for number, source in order
        ]

    def other_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith((PLACE, HEADER))]

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        if not own_profiles.is_time_zone(zone):
            text = _("There is no time zone “%(zone)s”. Write it like Europe/Helsinki.")
            raise ValidationError(text, params={"zone": zone})
        return zone

    def clean_statuses(self) -> dict[str, str]:
        pairs: dict[str, str] = {}
        for line in filter(str.strip, self.cleaned_data["statuses"].splitlines()):
            status, sign, word = (part.strip() for part in line.partition("="))
            if not sign or not word:
                text = _("“%(line)s”: write our status, the sign = and the word of the file.")
                raise ValidationError(text, params={"line": line[:60]})
            pairs[status] = word
        return pairs

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            for problem in own_profiles.find_problems(self.read_profile()):
                self.add_error(None, problem)
        return cleaned

    def read_profile(self) -> OwnProfile:
        """The profile that the form says. A column without a name has its own."""
        said = self.cleaned_data
        placed = sorted(
            (said[f"{PLACE}{number}"], number, source)
            for number, source in enumerate(self.sources)
            if said.get(f"{PLACE}{number}")
        )
        columns = tuple(
            (source, said[f"{HEADER}{number}"] or source) for _place, number, source in placed
        )
        plain = {name: said[name] for name in PLAIN}
        return replace(self.own, columns=columns, statuses=said["statuses"], **plain)


def _initial(own: OwnProfile, sources: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(own, name) for name in PLAIN}
    found["statuses"] = "\n".join(f"{status} = {word}" for status, word in own.statuses.items())
    for place, (source, header) in enumerate(own.columns, start=1):
        if source in sources:
            number = sources.index(source)
            found |= {f"{PLACE}{number}": place * 10, f"{HEADER}{number}": header}
    return found

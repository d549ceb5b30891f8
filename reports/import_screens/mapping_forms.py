"""The forms of a mapping: begin one from a sample, and say how the feed is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.importing import mappings, saved_mappings
from accounts.importing.columns import COLUMNS
from accounts.importing.mappings import FeedMapping, MappingRefusedError
from accounts.models import SavedMapping
from accounts.readers.known_rows import KnownRowMixin

FOUND_BY_ITSELF = ("", _("Find it out from each file"))
LAYOUT = ("delimiter", "encoding", "sheet", "lines_above")
PLAIN = (
    *LAYOUT,
    "label_rows",
    "date_format",
    "region_from",
    "last_day_means_left",
    "leavers_end_today",
)
COLUMN = "column-"


class SampleForm(forms.Form):
    """A name and the sample that a mapping begins with."""

    name = forms.SlugField(
        label=_("Name of the mapping"),
        max_length=60,
        help_text=_(
            "Letters, digits and hyphens, like workday-daily. The command line asks for it by this name."
        ),
        error_messages={"required": _("Give the mapping a name")},
    )
    file = forms.FileField(
        label=_("A file of the feed"),
        help_text=_("CSV or XLSX. Its first rows are kept for the preview, for 30 days at most."),
        error_messages={"required": _("Choose the file first"), "empty": _("The file is empty.")},
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if SavedMapping.objects.filter(name=name).exists():
            raise ValidationError(
                _("There is a mapping of this name. Open it below, or choose another name.")
            )
        return name


class MappingForm(KnownRowMixin, forms.Form):
    """How the feed is written: one choice for each of its columns, then dates, values and layout."""

    date_format = forms.ChoiceField(
        label=_("How dates look"), choices=list(mappings.DATE_LABELS.items())
    )
    region_from = forms.ChoiceField(
        label=_("Column that says the region"),
        help_text=_(
            "For a feed without a column of regions: the column of countries, for example."
        ),
        required=False,
    )
    status_values = forms.CharField(label=_("Values of the status"), required=False)
    kind_values = forms.CharField(label=_("Values of the kind"), required=False)
    region_values = forms.CharField(label=_("Values of the region"), required=False)
    country_values = forms.CharField(label=_("Values of the country"), required=False)
    empties = forms.CharField(
        label=_("Cells that mean “empty”"),
        help_text=_("One on each line, like NULL or NO_MANAGER."),
        required=False,
    )
    last_day_means_left = forms.BooleanField(
        label=_("A last working day means that somebody left, whatever the status says"),
        required=False,
    )
    leavers_end_today = forms.BooleanField(
        label=_("Who has the status left and no last working day leaves on the day of the import"),
        required=False,
    )
    label_rows = forms.IntegerField(
        label=_("Rows of labels below the header"),
        help_text=_("1 for a file with two header rows, as SuccessFactors writes it."),
        min_value=0,
        max_value=5,
        initial=0,
    )
    lines_above = forms.IntegerField(
        label=_("Lines above the header"),
        help_text=_("Titles, filters or dates of a report. A line like sep=; is not counted."),
        min_value=0,
        max_value=saved_mappings.MOST_LINES_ABOVE,
        initial=0,
    )
    delimiter = forms.ChoiceField(
        label=_("Sign between two cells"),
        choices=[FOUND_BY_ITSELF, *mappings.DELIMITERS.items()],
        required=False,
    )
    encoding = forms.ChoiceField(
        label=_("Encoding"),
        choices=[FOUND_BY_ITSELF, *((name, name) for name in mappings.ENCODINGS)],
        required=False,
    )
    sheet = forms.CharField(
        label=_("Sheet of the workbook"),
        help_text=_("Empty: the first one."),
        max_length=31,
        required=False,
    )

    def __init__(self, data: Any, mapping: FeedMapping, examples: dict[str, str]) -> None:
        super().__init__(data, initial=_initial(mapping))
        self.mapping, self.examples = mapping, examples
        ours = [("", _("ignored")), *((column.name, column.name) for column in COLUMNS)]
        for place, header in enumerate(mapping.columns):
            self.fields[f"{COLUMN}{place}"] = forms.ChoiceField(
                label=header, choices=ours, initial=mapping.columns[header], required=False
            )
        headers = [(header, header) for header in mapping.columns]
        self.fields["region_from"].choices = [("", _("The one that is read as region")), *headers]  # type: ignore[attr-defined]
        for column in mappings.VALUE_COLUMNS:
            field = self.fields[f"{column}_values"]
            field.widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
            field.help_text = VALUE_HINTS[column]
        self.fields["empties"].widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def column_rows(self) -> list[tuple[Any, str]]:
        """The choice of each column of the file, with values from the sample."""
        return [
            (self[f"{COLUMN}{place}"], self.examples.get(header, ""))
            for place, header in enumerate(self.mapping.columns)
        ]

    def other_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith(COLUMN)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for column in mappings.VALUE_COLUMNS:
            try:
                cleaned[f"{column}_values"] = mappings.read_value_lines(
                    cleaned.get(f"{column}_values", "")
                )
            except MappingRefusedError as reason:
                self.add_error(f"{column}_values", str(reason))
        return cleaned

    def read_mapping(self) -> FeedMapping:
        """The mapping that a valid form says."""
        said = self.cleaned_data
        values = {column: said[f"{column}_values"] for column in mappings.VALUE_COLUMNS}
        return replace(
            self.mapping,
            columns={
                header: said[f"{COLUMN}{place}"]
                for place, header in enumerate(self.mapping.columns)
            },
            values={column: pairs for column, pairs in values.items() if pairs},
            empties=tuple(filter(None, (line.strip() for line in said["empties"].splitlines()))),
            **{name: said[name] for name in PLAIN},
        )

    def changes_layout(self) -> bool:
        """Whether the header may be another one now."""
        return any(name in self.changed_data for name in LAYOUT)


VALUE_HINTS = {
    "status": _("One on each line, like “Terminated = left”. Ours are active and left."),
    "kind": _(
        "One on each line, like “Contingent Worker = contractor”. Ours are employee and contractor."
    ),
    "region": _("One on each line, like “Finland = FI”. Ours are the codes of the regions."),
    "country": _(
        "Only names that we do not know, one on each line, like “Suomi = FI”. Ours are codes of two letters."
    ),
}


def _initial(mapping: FeedMapping) -> dict[str, Any]:
    values = {
        f"{column}_values": mappings.write_value_lines(mapping.values.get(column, {}))
        for column in mappings.VALUE_COLUMNS
    }
    return (
        {name: getattr(mapping, name) for name in PLAIN}
        | values
        | {"empties": "\n".join(mapping.empties)}
    )

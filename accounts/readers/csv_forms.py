"""The form of a CSV file that is planned first: the file, and on the page of its plan its text, which comes back."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.readers.csv_tables import FileTable, TableFileError, decode_csv


class TableFileForm(forms.Form):
    """The file, or on the page of its plan its text, which comes back to be applied: cleaned to `text` and `table`."""

    file_label: ClassVar[Any] = gettext_lazy("The CSV file")
    file = forms.FileField(
        required=False,
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )
    text = forms.CharField(required=False, strip=False, widget=forms.Textarea)
    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    leave_out_refused = forms.BooleanField(
        label=gettext_lazy("Leave out the rows that cannot go in"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = self.file_label

    def read_table(self, text: str) -> FileTable:
        """The rows of the file. Raises TableFileError."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        file = said.get("file")
        if not file and not said.get("text"):
            if "file" not in self.errors:
                self.add_error("file", _("Choose the file first"))
            return said
        try:
            text = decode_csv(file.read()) if file else said["text"]
            said["text"], said["table"] = text, self.read_table(text)
        except TableFileError as wrong:
            self.add_error("file", str(wrong))
        return said

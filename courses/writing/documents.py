"""The form of a document in the editor."""

from __future__ import annotations

from wagtail.documents.forms import BaseDocumentForm

from courses.writing.finished import PrintableTextMixin


class PrintableFileForm(PrintableTextMixin, BaseDocumentForm):  # type: ignore[misc]  # Wagtail is untyped
    """A document, in whose title every character can be seen."""

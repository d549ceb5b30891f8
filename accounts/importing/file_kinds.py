"""What a file is that is no table, in words. Pure: looks at the first bytes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By the bytes with which such files begin.
SIGNATURES: tuple[tuple[bytes, str | Promise], ...] = (
    (b"%PDF", _("a PDF file")),
    (b"\x89PNG", _("a picture")),
    (b"\xff\xd8\xff", _("a picture")),
    (b"GIF8", _("a picture")),
    (b"RIFF", _("a picture or a recording")),
    (b"BM\x00", _("a picture")),
    (b"\x1f\x8b", _("a packed file")),
    (b"7z\xbc\xaf", _("a packed file")),
    (b"Rar!", _("a packed file")),
    (b"{\\rtf", _("a text document")),
)
MARKUP = (b"<!doctype", b"<html", b"<head", b"<body")
XML = (b"<?xml", b"<svg")
LOOKED_AT = 4_096


def find_file_kind(data: bytes) -> str:
    """What the file is that is no text with columns; "" for one that may be."""
    for signature, kind in SIGNATURES:
        if data.startswith(signature):
            return str(kind)
    begins = data[:LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begins.startswith(MARKUP):
        return str(_("a web page"))
    if begins.startswith(XML):
        return str(_("an XML file"))
    return str(_("a file of NUL bytes, as a broken download leaves them")) if _is_nul(data) else ""


def _is_nul(data: bytes) -> bool:
    """Text in UTF-16 has a NUL in every second place at most."""
    head = data[:LOOKED_AT]
    return head.count(0) > 0.9 * len(head)

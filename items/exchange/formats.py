"""Items in the formats of other systems: pure codecs between files and the content of `quizzes.content`.

Every codec reads and writes `quizzes.exchange.shapes`; `quizzes.exchange.arrivals` turns these into items
of our kinds, `quizzes.exchange.departures` turns items into these. Reading never raises and never writes;
export → import → export gives the same file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from items.exchange import aiken, archives, gift, moodle_xml, qti, sheet
from items.exchange.records import Format, Loss, Problem, Reading, ReadItem, Writing

__all__ = ["FORMATS", "Format", "Loss", "Problem", "ReadItem", "Reading", "Writing", "sniff"]

FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format("gift", "GIFT", ".gift", gift.read, gift.write),
        Format("moodle-xml", "Moodle XML", ".xml", moodle_xml.read, moodle_xml.write),
        Format("aiken", "Aiken", ".txt", aiken.read, aiken.write),
        Format("csv", "CSV", ".csv", sheet.read, sheet.write),
        Format("qti22", "QTI 2.2", ".zip", qti.read, qti.write),
        Format("qti30", "QTI 3.0", ".zip", qti.read, None),
    )
}
ENOUGH = 20_000
ANSWER = re.compile(rb"^\s*ANSWER:\s*[A-Z]\s*$", re.MULTILINE)


def sniff(data: bytes, name: str) -> str:
    """Return the format that a file seems to have, '' if none: by its first bytes, then by its suffix."""
    start = data[:ENOUGH].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if archives.is_zip(data):
        return "qti22"
    if start.startswith(b"<"):
        return _sniffed_xml(start)
    suffix = name.casefold().rpartition(".")[2]
    if suffix == "csv" or start.lower().startswith((b"code,", b"code;", b"code\t")):
        return "csv"
    if ANSWER.search(start) and b"{" not in start:
        return "aiken"
    return "gift" if suffix in ("gift", "txt") or b"{" in start else ""


def _sniffed_xml(start: bytes) -> str:
    if b"qti-assessment-item" in start:
        return "qti30"
    if b"assessmentItem" in start:
        return "qti22"
    return "moodle-xml" if b"<quiz" in start else ""

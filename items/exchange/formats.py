"""Items in the formats of other systems: pure codecs between files and the content of `items.kinds.content`.

Every codec reads and writes `items.exchange.shapes`; `items.exchange.arrivals` turns these into items
of our kinds, `items.exchange.departures` turns items into these. Reading never raises and never writes;
export → import → export gives the same file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from items.exchange import aiken, archives, gift, moodle_xml, qti, sheet
from items.exchange.records import (
    ExchangeFormat,
    ExchangeItem,
    ExportLoss,
    FileProblem,
    FileReading,
    FileWriting,
)

__all__ = [
    "FORMATS",
    "ExchangeFormat",
    "ExchangeItem",
    "ExportLoss",
    "FileProblem",
    "FileReading",
    "FileWriting",
    "detect_format",
]

FORMATS: Mapping[str, ExchangeFormat] = {
    each.name: each
    for each in (
        ExchangeFormat("gift", "GIFT", ".gift", gift.read_gift, gift.write_gift),
        ExchangeFormat(
            "moodle-xml",
            "Moodle XML",
            ".xml",
            moodle_xml.read_moodle_xml,
            moodle_xml.write_moodle_xml,
            holds_retired=True,
        ),
        ExchangeFormat("aiken", "Aiken", ".txt", aiken.read_aiken, aiken.write_aiken),
        ExchangeFormat("csv", "CSV", ".csv", sheet.read_csv, sheet.write_csv),
        ExchangeFormat("qti22", "QTI 2.2", ".zip", qti.read_qti, qti.write_qti),
        ExchangeFormat("qti30", "QTI 3.0", ".zip", qti.read_qti, None),
    )
}
ENOUGH = 20_000
ANSWER = re.compile(rb"^[ \t]*[A-Z][.)].*\n\s*ANSWER\s*:", re.MULTILINE | re.IGNORECASE)
GIFT = re.compile(rb"^\s*::.+?::|\{[^{}]*[=~#][^{}]*\}|\{\s*(?:T|F|TRUE|FALSE)?\s*\}", re.MULTILINE)


def detect_format(data: bytes, name: str) -> str:
    """Return the format that a file seems to have, '' if none: by its first bytes, then by its suffix."""
    start = data[:ENOUGH].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if archives.is_zip(data):
        return "qti22"
    if start.startswith(b"<"):
        return _sniffed_xml(start)
    suffix = name.casefold().rpartition(".")[2]
    if suffix == "csv" or start.lower().startswith((b"code,", b"code;", b"code\t")):
        return "csv"
    if ANSWER.search(start.replace(b"\r\n", b"\n").replace(b"\r", b"\n")):
        return "aiken"
    return "gift" if suffix in ("gift", "txt") or GIFT.search(start) else ""


def _sniffed_xml(start: bytes) -> str:
    if b"qti-assessment-item" in start:
        return "qti30"
    if b"assessmentItem" in start or b"questestinterop" in start or b"<POOL" in start:
        return "qti22"
    return "moodle-xml" if b"<quiz" in start else ""

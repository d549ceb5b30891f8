"""QTI 2.2 (read and written) and QTI 3.0 (read): single assessmentItem files and content packages.

https://www.imsglobal.org/question/ and https://www.imsglobal.org/spec/qti/v3p0/impl. QTI 3.0 has the
elements of 2.2 under names such as ``qti-choice-interaction``; both are read by one reader.
"""

from __future__ import annotations

from collections.abc import Sequence

from items.exchange import archives, qti_package, qti_writing
from items.exchange.arrivals import collect_items
from items.exchange.records import ExchangeItem, FileReading, FileWriting, UnreadableFileError
from items.exchange.trees import parse_xml


def read_qti(data: bytes, name: str) -> FileReading:
    """Return the items of a package or of one file. Never raises: faults are problems with their line."""
    try:
        if archives.is_zip(data):
            return collect_items(qti_package.read_package(data), name)
        root = qti_package.older_names(parse_xml(data))
        if root.tag != "assessmentItem":
            raise UnreadableFileError(qti_package.wrong_root(root), root.line)
    except UnreadableFileError as fault:
        return fault.reading()
    return collect_items([qti_package.item_of(root)], name)


def write_qti(items: Sequence[ExchangeItem]) -> FileWriting:
    """Return a QTI 2.2 content package, and what it could not hold."""
    return qti_writing.write_qti_package(items)

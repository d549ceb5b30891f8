"""QTI 2.2 (read and written) and QTI 3.0 (read): single assessmentItem files and content packages.

https://www.imsglobal.org/question/ and https://www.imsglobal.org/spec/qti/v3p0/impl. QTI 3.0 has the
elements of 2.2 under names such as ``qti-choice-interaction``; both are read by one reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from items.exchange import archives, qti_reading, qti_writing
from items.exchange.arrivals import MOST_ITEMS, collect_items
from items.exchange.records import (
    ExchangeItem,
    FileProblem,
    FileReading,
    FileWriting,
    LeftOutError,
    UnreadableFileError,
)
from items.exchange.shapes import ExchangeQuestion
from items.exchange.trees import XmlNode, parse_xml
from items.kinds.spec import ContentError

MANIFEST = "imsmanifest.xml"
ITEM = re.compile(r"imsqti_item_xmlv(2p[0-9]|3p0)")
HUMP = re.compile(r"-([a-z])")


def read_qti(data: bytes, name: str) -> FileReading:
    """Return the items of a package or of one file. Never raises: faults are problems with their line."""
    try:
        if archives.is_zip(data):
            return collect_items(_package(archives.read_members(data, ".xml")), name)
        root = _named(parse_xml(data))
        if root.tag != "assessmentItem":
            raise UnreadableFileError(
                f"The file begins with <{root.tag[:40]}>, not with <assessmentItem>.", root.line
            )
    except UnreadableFileError as fault:
        return fault.reading()
    return collect_items([_item(root)], name)


def write_qti(items: Sequence[ExchangeItem]) -> FileWriting:
    """Return a QTI 2.2 content package, and what it could not hold."""
    return qti_writing.write_qti_package(items)


def _package(files: Mapping[str, bytes]) -> Iterator[ExchangeQuestion | FileProblem]:
    manifest = files.get(MANIFEST)
    if manifest is None:
        yield from _all(sorted(files), files)
        return
    hrefs: list[str] = []
    for resource in parse_xml(manifest).all("resource"):
        kind, href = resource.get("type"), resource.get("href")
        if not ITEM.match(kind):
            yield FileProblem(
                "", 0, f"{href[:80]}: left out: {kind[:40] or 'no type'}", fatal=False
            )
        elif href not in files:
            yield FileProblem(
                "",
                resource.line,
                f"{href[:80]} is named in the manifest but is not in the package.",
            )
        else:
            hrefs.append(href)
    yield from _all(hrefs[: MOST_ITEMS + 1], files)


def _all(
    names: Sequence[str], files: Mapping[str, bytes]
) -> Iterator[ExchangeQuestion | FileProblem]:
    for name in names:
        try:
            root = _named(parse_xml(files[name]))
        except UnreadableFileError as fault:
            yield FileProblem("", fault.line, f"{name[:80]}: {fault.message}")
            continue
        if root.tag != "assessmentItem":
            yield FileProblem(
                "", root.line, f"{name[:80]}: left out: <{root.tag[:40]}>", fatal=False
            )
            continue
        found = _item(root)
        if isinstance(found, FileProblem):
            found = replace(found, message=f"{name[:80]}: {found.message}")
        yield found


def _item(root: XmlNode) -> ExchangeQuestion | FileProblem:
    title = qti_reading.qti_item_name(root)[:60]
    try:
        return qti_reading.question_from_qti(root)
    except LeftOutError as fault:
        return FileProblem(title, root.line, f"left out: {fault}", fatal=False)
    except ContentError as fault:
        return FileProblem(title, root.line, str(fault))


def _named(node: XmlNode) -> XmlNode:
    """Return the tree with element names of QTI 2.2; a tree of QTI 3.0 is converted."""
    if not node.tag.startswith("qti-"):
        return node
    return _older(node)


def _older(node: XmlNode) -> XmlNode:
    tag = _camel(node.tag.removeprefix("qti-")) if node.tag.startswith("qti-") else node.tag
    attributes = {_camel(name): value for name, value in node.attributes.items()}
    children = [each if isinstance(each, str) else _older(each) for each in node.children]
    return XmlNode(tag, attributes, node.line, children)


def _camel(name: str) -> str:
    return HUMP.sub(lambda found: found[1].upper(), name)

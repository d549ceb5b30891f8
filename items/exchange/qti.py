"""QTI 2.2 (read and written) and QTI 3.0 (read): single assessmentItem files and content packages.

https://www.imsglobal.org/question/ and https://www.imsglobal.org/spec/qti/v3p0/impl. QTI 3.0 has the
elements of 2.2 under names such as ``qti-choice-interaction``; both are read by one reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from items.exchange import archives, qti_reading, qti_writing
from items.exchange.arrivals import MOST_ITEMS, reading_of
from items.exchange.records import LeftOut, Problem, Reading, ReadItem, Unreadable, Writing
from items.exchange.shapes import Question
from items.exchange.trees import Node, parsed
from items.kinds.spec import ContentError

MANIFEST = "imsmanifest.xml"
ITEM = re.compile(r"imsqti_item_xmlv(2p[0-9]|3p0)")
HUMP = re.compile(r"-([a-z])")


def read(data: bytes, name: str) -> Reading:
    """Return the items of a package or of one file. Never raises: faults are problems with their line."""
    try:
        if archives.is_zip(data):
            return reading_of(_package(archives.members(data, ".xml")), name)
        root = _named(parsed(data))
        if root.tag != "assessmentItem":
            raise Unreadable(
                f"The file begins with <{root.tag[:40]}>, not with <assessmentItem>.", root.line
            )
    except Unreadable as fault:
        return fault.reading()
    return reading_of([_item(root)], name)


def write(items: Sequence[ReadItem]) -> Writing:
    """Return a QTI 2.2 content package, and what it could not hold."""
    return qti_writing.write(items)


def _package(files: Mapping[str, bytes]) -> Iterator[Question | Problem]:
    manifest = files.get(MANIFEST)
    if manifest is None:
        yield from _all(sorted(files), files)
        return
    hrefs: list[str] = []
    for resource in parsed(manifest).all("resource"):
        kind, href = resource.get("type"), resource.get("href")
        if not ITEM.match(kind):
            yield Problem("", 0, f"{href[:80]}: left out: {kind[:40] or 'no type'}", fatal=False)
        elif href not in files:
            yield Problem(
                "",
                resource.line,
                f"{href[:80]} is named in the manifest but is not in the package.",
            )
        else:
            hrefs.append(href)
    yield from _all(hrefs[: MOST_ITEMS + 1], files)


def _all(names: Sequence[str], files: Mapping[str, bytes]) -> Iterator[Question | Problem]:
    for name in names:
        try:
            root = _named(parsed(files[name]))
        except Unreadable as fault:
            yield Problem("", fault.line, f"{name[:80]}: {fault.message}")
            continue
        if root.tag != "assessmentItem":
            yield Problem("", root.line, f"{name[:80]}: left out: <{root.tag[:40]}>", fatal=False)
            continue
        found = _item(root)
        if isinstance(found, Problem):
            found = replace(found, message=f"{name[:80]}: {found.message}")
        yield found


def _item(root: Node) -> Question | Problem:
    title = qti_reading.name_of(root)[:60]
    try:
        return qti_reading.question_of(root)
    except LeftOut as fault:
        return Problem(title, root.line, f"left out: {fault}", fatal=False)
    except ContentError as fault:
        return Problem(title, root.line, str(fault))


def _named(node: Node) -> Node:
    """Return the tree with element names of QTI 2.2; a tree of QTI 3.0 is converted."""
    if not node.tag.startswith("qti-"):
        return node
    return _older(node)


def _older(node: Node) -> Node:
    tag = _camel(node.tag.removeprefix("qti-")) if node.tag.startswith("qti-") else node.tag
    attributes = {_camel(name): value for name, value in node.attributes.items()}
    children = [each if isinstance(each, str) else _older(each) for each in node.children]
    return Node(tag, attributes, node.line, children)


def _camel(name: str) -> str:
    return HUMP.sub(lambda found: found[1].upper(), name)

"""The files of a QTI package: which of them are questions, and what the test around them says."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from items.exchange import archives, qti_reading
from items.exchange.arrivals import MOST_ITEMS, left_out
from items.exchange.held import check_held
from items.exchange.qti_held import QTI_FLAGS, QTI_RULES_OF_TESTS
from items.exchange.qti_sheets import NO_SHEETS, Sheets, join_path
from items.exchange.records import FileProblem, LeftOutError, UnreadableFileError
from items.exchange.shapes import ExchangeQuestion
from items.exchange.trees import BASE, MalformedXmlError, XmlNode, parse_xml
from items.kinds.spec import ContentError

MANIFEST = "imsmanifest.xml"
ITEM = re.compile(r"imsqti_item_xmlv(2p[0-9]|3p0)")
TEST = re.compile(r"imsqti_(test|section)_xmlv(2p[0-9]|3p0)|imsqti_assessment")
HUMP = re.compile(r"-([a-z])")
TRUTHS = {"1": "true", "0": "false"}
INSTEAD = "Export it as QTI 2.2, Moodle XML or GIFT, and import that."
OTHERS = {
    "questestinterop": f"This is QTI 1.2, which is not read. {INSTEAD}",
    "POOL": f"This is a pool of Blackboard, which is not read. {INSTEAD}",
    "assessmentTest": "This is a quiz without its questions. Import the package that holds both.",
    "manifest": "This is a manifest without its questions. Import the package that holds both.",
}
BLACKBOARD = f"This is a package of Blackboard, which is not read. {INSTEAD}"


Found = Iterator[ExchangeQuestion | FileProblem]


def read_package(data: bytes) -> Found:
    """Yield the questions of a package: those its manifest names, as items or as files of a test.

    Raises UnreadableFileError for a package that cannot be opened, or is of another system.
    """
    files = archives.read_members(data, ".xml")
    # Whatever their encoding, all that is looked for in them is written in ASCII.
    css = archives.read_members(data, ".css")
    sheets = {
        posixpath.normpath(name): each.decode("utf-8", "replace") for name, each in css.items()
    }
    manifests = sorted((name for name in files if name.endswith(MANIFEST)), key=len)
    if not manifests:
        yield from _all(sorted(files), files, sheets)
        return
    root = parse_xml(files[manifests[0]])
    _check_system(root, archives.read_members(data, ".dat"))
    yield from _listed(root, manifests[0], files, sheets)


def _check_system(root: XmlNode, others: Mapping[str, bytes]) -> None:
    kinds = [resource.get("type") for resource in root.all("resource")]
    if any(kind.startswith(("resource/x-bb", "assessment/x-bb")) for kind in kinds) or any(
        name.endswith(".dat") and b"<questestinterop" in data[:2000]
        for name, data in others.items()
    ):
        raise UnreadableFileError(BLACKBOARD)
    if kinds and any("imsqti_xmlv1p" in kind for kind in kinds):
        raise UnreadableFileError(OTHERS["questestinterop"])


def _listed(root: XmlNode, manifest: str, files: Mapping[str, bytes], sheets: Sheets) -> Found:
    folder = posixpath.dirname(manifest)
    names: dict[str, None] = {}
    spare: dict[str, None] = {}
    tests: set[str] = set()
    for resource, base in _resources(root, ""):
        kind, href = resource.get("type"), _below(base, resource.get("href"))
        name = join_path(folder, href)
        below = [_below(base, each.get("href")) for each in resource.nodes("file")]
        inner = [join_path(folder, each) for each in below]
        spare |= dict.fromkeys(each for each in inner if each in files)
        if ITEM.match(kind) and name not in files:
            message = f"{href[:80]} is named in the manifest but is not in the package."
            yield FileProblem("", resource.line, message, fatal=not _inside(name))
        elif ITEM.match(kind):
            names[name] = None
        elif TEST.match(kind) and name in files:
            told, asked = _read_test(name, files)
            yield from told
            names |= dict.fromkeys(asked)
            tests.add(name)
        elif not inner or not any(each in files for each in inner):
            yield FileProblem(
                "", 0, f"{href[:80]}: left out: {kind[:40] or 'no type'}", fatal=False
            )
    more = [name for name in spare if name not in {*names, *tests} and _may_ask(files[name])]
    listed = [*names, *more]
    yield from _all(listed[: MOST_ITEMS + 1], files, sheets)
    for name in sorted(set(files) - {*listed, *spare, *tests, manifest}):
        if _may_ask(files[name]):
            yield FileProblem(
                "", 0, f"{name[:80]}: left out: the manifest does not name it", fatal=False
            )


def _resources(node: XmlNode, above: str) -> Iterator[tuple[XmlNode, str]]:
    """Yield what the manifest names, each with the folder to which its addresses are relative (`xml:base`)."""
    base = _below(above, node.get(BASE)) if node.get(BASE) else above
    if node.tag == "resource":
        yield node, base
        return
    for each in node.nodes():
        yield from _resources(each, base)


def _below(base: str, href: str) -> str:
    """Return the address within a folder; as it is where there is none, and one that names nothing names nothing."""
    return posixpath.join(base, href) if href else ""


def _inside(name: str) -> bool:
    return not name.startswith(("..", "/"))


def _may_ask(data: bytes) -> bool:
    """Tell whether a file is a question, or cannot be read, so that nobody knows."""
    try:
        return older_names(parse_xml(data)).tag == "assessmentItem"
    except UnreadableFileError:
        return True


def _read_test(name: str, files: Mapping[str, bytes]) -> tuple[list[FileProblem], list[str]]:
    """Return what the test around the questions says and is not kept, and the files of its questions."""
    try:
        root = older_names(parse_xml(files[name]))
    except UnreadableFileError as fault:
        message = f"{name[:80]}: left out: {fault.message}"
        return [FileProblem("", fault.line, message, fatal=False)], []
    hrefs = [join_path(posixpath.dirname(name), each) for each in _asked_by(root)]
    lost = [
        FileProblem(
            "",
            root.line,
            f"{name[:80]} asks {href[:80]}, which is not in the package.",
            fatal=False,
        )
        for href in hrefs
        if href not in files
    ]
    return [*_test(name, root), *lost], [href for href in hrefs if href in files]


def _test(name: str, root: XmlNode) -> Iterator[FileProblem]:
    notes: list[str] = []
    for node in (root, *root.all(*QTI_RULES_OF_TESTS)):
        if node.tag in QTI_RULES_OF_TESTS:
            bare = XmlNode(node.tag, {}, node.line)
            check_held(bare, QTI_RULES_OF_TESTS, notes)
    yield from (FileProblem("", root.line, f"{name[:80]}: {note}", fatal=False) for note in notes)


def _asked_by(root: XmlNode) -> Iterator[str]:
    """Yield where the questions of a test, or of a section in a file of its own, are said to be."""
    yield from (node.get("href") for node in root.all("assessmentItemRef"))


def _all(names: Sequence[str], files: Mapping[str, bytes], sheets: Sheets) -> Found:
    for name in names:
        try:
            root = older_names(parse_xml(files[name]))
        except MalformedXmlError as fault:
            message = f"{name[:80]}: left out: {fault.message}"
            yield FileProblem("", fault.line, message, fatal=False)
            continue
        except UnreadableFileError as fault:
            yield FileProblem("", fault.line, f"{name[:80]}: {fault.message}")
            continue
        if root.tag in OTHERS and root.tag not in ("assessmentTest", "manifest"):
            yield FileProblem("", root.line, f"{name[:80]}: {OTHERS[root.tag]}", fatal=False)
        elif root.tag != "assessmentItem":
            message = f"{name[:80]}: left out: <{root.tag[:40]}>"
            yield FileProblem("", root.line, message, fatal=False)
        else:
            found = item_of(root, sheets, posixpath.dirname(name))
            yield (
                replace(found, message=f"{name[:80]}: {found.message}")
                if isinstance(found, FileProblem)
                else replace(found, file=name)
            )


def wrong_root(root: XmlNode) -> str:
    """Return what to say of a file that is no item."""
    told = f"The file begins with <{root.tag[:40]}>, not with <assessmentItem>."
    return OTHERS.get(root.tag, told)


def item_of(
    root: XmlNode, sheets: Sheets = NO_SHEETS, folder: str = ""
) -> ExchangeQuestion | FileProblem:
    """Return the question of an assessment item in a folder of a package, or why it is left out."""
    title = qti_reading.qti_item_name(root)[:60]
    try:
        return qti_reading.question_from_qti(root, sheets, folder)
    except (LeftOutError, ContentError) as fault:
        return FileProblem(title, root.line, left_out(fault), fatal=False)


def older_names(node: XmlNode) -> XmlNode:
    """Return the tree with element names of QTI 2.2; a tree of QTI 3.0 is converted.

    Yes and no have one spelling in it: XML also writes them 1 and 0."""
    root = _older(node) if node.tag.startswith("qti-") else node
    for each in (root, *root.below()):
        if not QTI_FLAGS.isdisjoint(each.attributes):
            each.attributes = {name: _flag(name, said) for name, said in each.attributes.items()}
    return root


def _flag(name: str, said: str) -> str:
    return TRUTHS.get(said.strip(), said.strip()) if name in QTI_FLAGS else said


def _older(node: XmlNode) -> XmlNode:
    own = node.tag.startswith("qti-")
    tag = _camel(node.tag.removeprefix("qti-")) if own else node.tag
    attributes = {_camel(name) if own else name: value for name, value in node.attributes.items()}
    children = [each if isinstance(each, str) else _older(each) for each in node.children]
    return XmlNode(tag, attributes, node.line, children)


def _camel(name: str) -> str:
    return HUMP.sub(lambda found: found[1].upper(), name)

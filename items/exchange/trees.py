"""XML as a small tree whose elements know their line; unsafe features of XML are refused.

Read through defusedxml: a document type, an entity or a reference to another file is refused, and so is
a tree too deep or too large. Namespaces are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from typing import Any
from xml.sax import SAXParseException  # the exceptions only; defusedxml does the reading
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from items.exchange.records import UnreadableFileError
from items.exchange.texts import check_size, remove_unstorable

DEEPEST = 100
MOST_NODES = 500_000
# The address to which those within an element are relative: the one attribute that keeps its namespace.
XML, BASE = "http://www.w3.org/XML/1998/namespace", "xml:base"
# Elements of HTML that hold nothing and have no end.
VOID = frozenset({"br", "hr", "img", "wbr", "input", "source", "track", "area", "col", "embed"})


class MalformedXmlError(UnreadableFileError):
    """A file that breaks off or is badly written, and asks for nothing that is refused."""


@dataclass(eq=False)
class XmlNode:
    """An element: `children` are nodes and words, in their sequence."""

    tag: str
    attributes: Mapping[str, str]
    line: int
    children: list[XmlNode | str] = field(default_factory=list)

    def nodes(self, *tags: str) -> list[XmlNode]:
        """Return the child elements, of these names if any are given."""
        return [
            each
            for each in self.children
            if isinstance(each, XmlNode) and (not tags or each.tag in tags)
        ]

    def child(self, *path: str) -> XmlNode | None:
        """Return the first element at the end of a path of names."""
        found: XmlNode | None = self
        for tag in path:
            found = next(iter(found.nodes(tag)), None) if found else None
        return found

    def all(self, *tags: str) -> Iterator[XmlNode]:
        """Return every element of these names below this one, in document order."""
        return (each for each in self.below() if each.tag in tags)

    def below(self) -> Iterator[XmlNode]:
        """Return every element below this one, in document order."""
        for each in self.nodes():
            yield each
            yield from each.below()

    def text(self) -> str:
        """Return the text of this element and of all below it."""
        return "".join(each if isinstance(each, str) else each.text() for each in self.children)

    def words(self, *path: str) -> str:
        """Return the trimmed words at the end of a path, '' if there is no such element."""
        found = self.child(*path)
        return remove_unstorable(found.text()) if found else ""

    def inner(self) -> str:
        """Return the content of this element as markup."""
        return "".join(_markup(each) for each in self.children)

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, default)


def _markup(each: XmlNode | str) -> str:
    if isinstance(each, str):
        return escape(each, quote=False)
    return open_tag(each) + ("" if each.tag in VOID else f"{each.inner()}</{each.tag}>")


def open_tag(node: XmlNode) -> str:
    """Return the tag with which an element begins, as markup."""
    said = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
    return f"<{node.tag}{said}{'/' if node.tag in VOID else ''}>"


def parse_xml(data: bytes) -> XmlNode:
    """Return the root element of a file. Raises UnreadableFileError, with the line where there is one."""
    check_size(data)
    builder = _Builder()
    reader = create_parser(forbid_dtd=True)
    reader.setFeature(feature_namespaces, True)
    reader.setContentHandler(builder)
    try:
        reader.parse(BytesIO(data))
    except UnreadableFileError:
        raise
    except SAXParseException as fault:
        line = fault.getLineNumber() or 0
        raise MalformedXmlError(
            f"This is not well-formed XML: {fault.getMessage()}.", line
        ) from fault
    except DefusedXmlException as fault:
        raise UnreadableFileError(
            "This XML declares a document type or entities, which may not be used here.",
            builder.line,
        ) from fault
    except (ValueError, LookupError) as fault:
        raise UnreadableFileError(f"This XML cannot be read: {fault}.", 1) from fault
    if builder.root is None:
        raise UnreadableFileError("This XML holds no element.", 1)
    return builder.root


class _Builder(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: XmlNode | None = None
        self._open: list[XmlNode] = []
        self._count = 0
        self._locator: Locator | None = None

    @property
    def line(self) -> int:
        """Where the reader is, from 1."""
        return (self._locator.getLineNumber() or 1) if self._locator else 1

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - the name SAX calls
        self._locator = locator

    def startElementNS(  # noqa: N802 - the name SAX calls
        self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        self._count += 1
        if self._count > MOST_NODES or len(self._open) >= DEEPEST:
            what = "deep" if len(self._open) >= DEEPEST else "large"
            raise UnreadableFileError(f"This XML is too {what} to hold questions.", self.line)
        values: list[tuple[Any, str]] = list(attrs.items())
        known = {BASE if key == (XML, "base") else key[1]: value for key, value in values}
        node = XmlNode(name[1], known, self.line)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        self._open.pop()

    def characters(self, content: str) -> None:
        self._open[-1].children.append(content)

"""The style sheets that a QTI item names: what they hide, nobody sees there, and nobody may see here."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from urllib.parse import unquote

from items.exchange.records import LeftOutError
from items.exchange.styles import NamedParts, find_linked_fault
from items.exchange.trees import XmlNode

Sheets = Mapping[str, str]
NO_SHEETS: Sheets = {}
# A longer one is not read, as if it were not there.
LONGEST_SHEET = 1_000_000


def join_path(folder: str, href: str) -> str:
    """Return where in a package a file stands that another one names; '' for no file."""
    return posixpath.normpath(posixpath.join(folder, unquote(href))) if href else ""


def check_sheets(root: XmlNode, sheets: Sheets, folder: str) -> list[str]:
    """Return what to say of the style sheets of an item, which stands in a folder of a package.

    Raises LeftOutError where one of them hides or changes words of the item, or where nobody knows."""
    named = [node.get("href") for node in root.all("stylesheet")]
    if not named:
        return []
    parts = _parts(root)
    notes = []
    for href in named:
        sheet = sheets.get(join_path(folder, href))
        sheet = None if sheet and len(sheet) > LONGEST_SHEET else sheet
        if sheet is None and parts.names:
            raise LeftOutError(
                f"its words come with the style sheet {href[:60]}, which is not in the file and may hide some of them"
            )
        if sheet is None:
            notes.append(f"the style sheet {href[:60]} is not in the file and is not read")
        elif fault := find_linked_fault(sheet, parts):
            raise LeftOutError(fault)
    return notes


def _parts(root: XmlNode) -> NamedParts:
    """Return what the selectors of a sheet can name in an item."""
    names: set[str] = set()
    tags: set[str] = set()
    for node in root.below():
        tags.add(node.tag.casefold())
        names |= {f".{name}" for name in node.get("class").split()}
        names |= {f"#{node.get('id')}"} if node.get("id") else set()
    return NamedParts(frozenset(tags), frozenset(names))

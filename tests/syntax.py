"""The syntax of the house's files, read once for all tests that look at code.

Tests of a file that imports this module run in one worker (tests/conftest.py), so that nothing is parsed twice.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def read_syntax(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def walk_syntax(path: Path) -> tuple[ast.AST, ...]:
    """Every node of the parsed file."""
    return tuple(ast.walk(read_syntax(path)))


@cache
def find_calls(path: Path) -> tuple[ast.Call, ...]:
    """Every call in the file."""
    return tuple(node for node in walk_syntax(path) if isinstance(node, ast.Call))

"""Turning a query into SQL ourselves, where Django's own way of sending it is not the one we need."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models.sql import Query


def compile_query(query: Query, using: str) -> tuple[Any, str, tuple[Any, ...]] | None:
    """The compiler, its SQL and the parameters. None where Django can tell without asking that no row fits."""
    compiler = query.get_compiler(using=using)
    try:
        statement, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    return compiler, statement, tuple(params)

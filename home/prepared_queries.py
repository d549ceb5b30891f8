"""A queryset that is turned into SQL once: for what every request asks, with another person and another moment.

Building the SQL of the signed-in person and their rights costs several times what the database takes to answer it.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

Found = TypeVar("Found", bound=Model)

# Stand in the SQL for the values of a call, and occur nowhere else.
_MOMENT = datetime(1901, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
_KEY = -19_010_203


@dataclass(frozen=True, slots=True)
class _Statement:
    """The SQL for one kind of database, and which of its parameters are the values of a call."""

    queryset: QuerySet[Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    moment: Any

    def bind(self, at: Any, key: int) -> tuple[Any, ...]:
        given = {self.moment: at, _KEY: key}
        return tuple(given.get(param, param) for param in self.params)


class PreparedQuery(Generic[Found]):
    """`build(at, key)` as a statement that is kept for each kind of database: `fetch` only fills in the two values.

    Settings that `build` reads count as they are at the first call.
    """

    def __init__(self, build: Callable[[datetime, int], QuerySet[Found]]) -> None:
        self.build = build
        self.statements: dict[str, _Statement] = {}

    def fetch(self, at: datetime, key: int) -> Found | None:
        """The first row for this moment and this primary key; None where there is none. One query."""
        connection = connections[DEFAULT_DB_ALIAS]
        statement = self.statements.get(connection.vendor) or self._prepare(connection)
        params = statement.bind(connection.ops.adapt_datetimefield_value(at), key)
        # A compiler belongs to the connection of one thread, and asks its `as_sql` what to send.
        compiler: Any = copy(statement.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_options: (statement.sql, params)
        query: Any = copy(statement.queryset.query)
        query.get_compiler = lambda *_args, **_options: compiler
        return next(iter(ModelIterable(QuerySet(statement.queryset.model, query))), None)

    def _prepare(self, connection: Any) -> _Statement:
        queryset = self.build(_MOMENT, _KEY)
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        moment = connection.ops.adapt_datetimefield_value(_MOMENT)
        statement = _Statement(queryset, compiler, sql, tuple(params), moment)
        self.statements[connection.vendor] = statement
        return statement

"""A queryset that is turned into SQL once, for what is asked again and again with other values.

Building the SQL of a large queryset costs several times what the database takes to answer it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.sql.subqueries import UpdateQuery

from ledger.statements import compile_query

Found = TypeVar("Found")
Shape = tuple[Any, ...]

# Stand in the SQL for the values of a call, and occur nowhere else: nothing that people write has a control character.
_MOMENT = datetime(1901, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
_NUMBER = (
    30_103  # so that it fits the smallest column: Django asks nothing for a number out of range
)
_TEXT = "\x01value-"
_UUID = 0xF000_0000_0000_0000_0000_0000_1901_0203  # of no version that is made
VARYING = (datetime, UUID, str, int)
# With more members than this in a list, reading the rows costs far more than building the SQL.
MOST_MEMBERS = 512
# One more than a database's largest number. Django asks nothing for a larger one.
MOST_NUMBER = 2**63


@dataclass(frozen=True, slots=True)
class _Statement:
    """The SQL for one kind of database, and which of its parameters are which value of a call."""

    queryset: Any  # or, of an update, its query
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    # How values of its columns are read, once it is known: it depends on the columns alone.
    converters: list[Any] = field(default_factory=list)

    def find_converters(self, columns: list[Any]) -> Any:
        """How the compiler reads the values of these columns, which are the same each time."""
        if not self.converters:
            self.converters.append(self.compiler.get_converters(columns))
        return self.converters[0]

    def bind(self, values: list[Any]) -> tuple[Any, ...]:
        bound = list(self.params)
        for place, number in self.places:
            bound[place] = values[number]
        return tuple(bound)


class PreparedQuery(Generic[Found]):
    """`build(*values)` as a statement that is kept, for each kind of database and each shape of the values.

    A value is a moment, a number, a text, a UUID, or a list of these for a look-up by `__in`. A list is padded to the
    next power of two by its last member, so that a few statements serve lists of any length; for one without members
    or with very many the SQL is built each time. Any other value, such as True or None, is part of the shape. What
    else `build` reads, such as a setting, counts as at the first call.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Found]], *, most_kept: int = 64) -> None:
        self.build = build
        self.most_kept = most_kept
        self.statements: dict[Shape, _Statement] = {}

    def fetch(self, *values: Any) -> Iterator[Found]:
        """The rows for these values, as the queryset would give them. One query."""
        if not all(map(_fits, values)):
            return iter(self.build(*values))
        values = tuple(_pad(value) if _is_list(value) else value for value in values)
        connection = connections[DEFAULT_DB_ALIAS]
        shape = (connection.vendor, *map(_shape_of, values))
        statement = self.statements.get(shape) or self._prepare(connection, shape, values)
        if statement is None:
            return iter(())
        given = [_adapt(connection, value) for value in _flatten(values)]
        # A compiler belongs to the connection of one thread, and asks its `as_sql` what to send.
        compiler = _twin(statement.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_options: (statement.sql, statement.bind(given))
        compiler.get_converters = statement.find_converters
        query = _twin(statement.queryset.query)
        query.get_compiler = lambda *_args, **_options: compiler
        asked = _twin(statement.queryset)
        asked._query = query  # noqa: SLF001 - `query` would filter anew
        return iter(asked._iterable_class(asked))  # noqa: SLF001 - how a queryset makes its rows

    def first(self, *values: Any) -> Found | None:
        """The first row for these values; None where there is none."""
        return next(self.fetch(*values), None)

    def _prepare(self, connection: Any, shape: Shape, values: tuple[Any, ...]) -> _Statement | None:
        """None where no value of this shape finds a row."""
        stand_ins = _Numbering()
        queryset: QuerySet[Any, Found] = self.build(*map(stand_ins.replace, values))
        compiled = compile_query(queryset.query, DEFAULT_DB_ALIAS)
        if compiled is None:
            return None
        compiler, sql, params = compiled
        used = stand_ins.find_places(connection, params)
        statement = _Statement(queryset, compiler, sql, params, used)
        _keep(self.statements, shape, statement, self.most_kept)
        return statement


class PreparedUpdate:
    """`build(document, *values)` as an UPDATE that is kept, for each kind of database and each shape of the values.

    Values are those of `PreparedQuery`. The document is what the first column is set to, of any type, such as JSON.
    """

    def __init__(self, build: Callable[..., UpdateQuery], *, most_kept: int = 64) -> None:
        self.build = build
        self.most_kept = most_kept
        self.statements: dict[Shape, _Statement] = {}

    def bind(self, document: Any, *values: Any) -> tuple[str, tuple[Any, ...]] | None:
        """The SQL and its parameters; None where no row can fit."""
        if not all(map(_fits, values)):
            compiled = compile_query(self.build(document, *values), DEFAULT_DB_ALIAS)
            return compiled and compiled[1:]
        values = tuple(_pad(value) if _is_list(value) else value for value in values)
        connection = connections[DEFAULT_DB_ALIAS]
        shape = (connection.vendor, *map(_shape_of, values))
        statement = self.statements.get(shape) or self._prepare(connection, shape, values)
        if statement is None:
            return None
        bound = statement.bind([_adapt(connection, value) for value in _flatten(values)])
        field = statement.queryset.values[0][0]
        return statement.sql, (field.get_db_prep_save(document, connection), *bound[1:])

    def _prepare(self, connection: Any, shape: Shape, values: tuple[Any, ...]) -> _Statement | None:
        stand_ins = _Numbering()
        query = self.build({}, *map(stand_ins.replace, values))
        compiled = compile_query(query, DEFAULT_DB_ALIAS)
        if compiled is None:
            return None
        compiler, sql, params = compiled
        used = stand_ins.find_places(connection, params)
        statement = _Statement(query, compiler, sql, params, used)
        _keep(self.statements, shape, statement, self.most_kept)
        return statement


def _keep(
    statements: dict[Shape, _Statement], shape: Shape, statement: _Statement, most: int
) -> None:
    if len(statements) >= most:
        statements.clear()
    statements[shape] = statement


def _twin(thing: Any) -> Any:
    """Another object with the same attributes. `copy` would run a queryset, to keep its rows."""
    twin = object.__new__(type(thing))
    twin.__dict__.update(thing.__dict__)
    return twin


class _Numbering:
    """Replaces each value by a stand-in of its type, in order."""

    def __init__(self) -> None:
        self.given: list[Any] = []

    def replace(self, value: Any) -> Any:
        if _is_list(value):
            return [self.replace(one) for one in value]
        if not _varies(value):
            return value
        number = len(self.given)
        self.given.append(_stand_in(value, number))
        return self.given[-1]

    def find_places(self, connection: Any, params: tuple[Any, ...]) -> tuple[tuple[int, int], ...]:
        """Which of the parameters are which value. Raises ValueError unless each value is one as it is."""
        known = {_adapt(connection, one): number for number, one in enumerate(self.given)}
        used = tuple(
            (place, known[param])
            for place, param in enumerate(params)
            if isinstance(param, VARYING) and param in known
        )
        if len({number for _place, number in used}) < len(known):
            raise ValueError("The SQL does not hold every value of the call as it is.")
        return used


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _fits(value: Any) -> bool:
    """Whether a statement can be kept for it: no empty or very long list, no number that no column holds."""
    if _is_list(value):
        return 0 < len(value) <= MOST_MEMBERS and all(map(_fits, value))
    return not isinstance(value, int) or -MOST_NUMBER <= value < MOST_NUMBER


def _pad(members: Sequence[Any]) -> list[Any]:
    wanted = 1 << (len(members) - 1).bit_length()
    return [*members, *[members[-1]] * (wanted - len(members))]


def _varies(value: Any) -> bool:
    return isinstance(value, VARYING) and not isinstance(value, bool)


def _stand_in(value: Any, number: int) -> Any:
    if isinstance(value, datetime):
        return _MOMENT + timedelta(microseconds=number)
    if isinstance(value, UUID):
        return UUID(int=_UUID + number)
    return f"{_TEXT}{number}" if isinstance(value, str) else _NUMBER + number


def _shape_of(value: Any) -> Any:
    if _is_list(value):
        return tuple(map(_shape_of, value))
    if not _varies(value):
        return value
    return next(kind for kind in VARYING if isinstance(value, kind))


def _flatten(values: Any) -> Iterator[Any]:
    for value in values:
        if _is_list(value):
            yield from _flatten(value)
        elif _varies(value):
            yield value


def _adapt(connection: Any, value: Any) -> Any:
    """The value as the fields of models pass it to the database."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value

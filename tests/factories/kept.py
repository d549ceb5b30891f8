"""What a maker of pages wrote once is written again as rows: a course costs milliseconds, not a third of a second.

The first calls of a maker in a process are real, and the rows that the second one added or changed are kept. Later
calls with the same words in another test put these rows into the database. They do so only if that leads to the same
place: every row that would change is as it was then, nothing is in the way, and no test has changed the clock, the
settings or the language. A maker that is given what another one made is kept too, as long as all content is as it was.
Otherwise the maker runs.

Of something that what is made only names (a bank, in the rules of a quiz), the names are left open: another one may
be given each time. Its maker takes it as a `Named`.

So that calls of different tests are the same, the numbers in names begin at 1 in each test.
"""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, ParamSpec, TypeVar

from django.conf import UserSettingsHolder, settings
from django.core.cache import caches
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone, translation

from wagtail.models import Site

from ledger.facts import list_proved_models

CLOCK = timezone.now
# So often is the writing of a call looked at: what has not been kept by then fits nowhere.
MOST = 6
# Keys of rows that are kept: far above those of every other row, so that nothing is in their way.
FAR = 10_000_000
# Begins the name of a kept row in a key.
KEPT = "kept row "
# Tables that migrations fill.
FIXED = ("auth_", "django_")
LEDGER = "ledger_entry"
CONTENT = ("items_", "courses_", "quizzes_", "wagtailcore_")

P = ParamSpec("P")
M = TypeVar("M", bound=models.Model)
Rows = dict[str, dict[Any, tuple[Any, ...]]]


@dataclass(frozen=True)
class Writing:
    """What one call wrote: new rows, and rows it changed as they were and as they became."""

    model: type[models.Model]
    pk: Any
    new: Rows
    were: Rows
    became: Rows
    # All content that the maker may have read, if it was given a part of it.
    read: Rows
    # The last numbers given, of each source.
    numbers: tuple[int, ...]
    # What stands in the rows where the names of something given belong.
    stand_in: Named | None = None
    # The keys of the rows with such names.
    named: dict[str, list[Any]] = field(default_factory=dict)


class Named:
    """Something given to a maker of which it writes nothing but these names, each as a field of JSON.

    No two fields of one name have texts, or numbers.
    """

    def __init__(self, *names: tuple[str, int | str]) -> None:
        self.names = names

    def make_stand_in(self) -> Named:
        """Another one, in the database, to be written of in its place."""
        raise NotImplementedError

    def find(self, new: Rows) -> dict[str, list[Any]]:
        """The keys of the rows that have these names in them."""
        other = Named(*((name, type(value)()) for name, value in self.names))
        found = {
            table: [pk for pk, row in rows.items() if tuple(other.put(self, row)) != row]
            for table, rows in new.items()
        }
        return {table: keys for table, keys in found.items() if keys}

    def put(self, stand_in: Named, row: tuple[Any, ...]) -> Iterator[Any]:
        """The row with these names in the place of the other's."""
        for value in row:
            text = value
            for (name, mine), (_name, other) in zip(self.names, stand_in.names, strict=True):
                if isinstance(text, str):
                    # JSON in JSON has its quotation marks escaped.
                    text = re.sub(rf'({name}\\*": (?:\\*")?){other}\b', rf"\g<1>{mine}", text)
            yield text


class Numbers:
    """Numbers that make names unique within a test."""

    sources: ClassVar[list[Numbers]] = []

    def __init__(self) -> None:
        self.last = 0
        self.sources.append(self)

    def __next__(self) -> int:
        self.last += 1
        return self.last

    @classmethod
    def restart(cls) -> None:
        for source in cls.sources:
            source.last = 0


_writings: dict[Any, list[Writing]] = {}
_tries: Counter[Any] = Counter()
_recording = False
_written = 0
# Set by tests/conftest.py: whether this test leaves the product's functions as they are.
may_keep = False


def kept(maker: Callable[P, M]) -> Callable[P, M]:
    """The maker, writing again what it wrote before."""

    @functools.wraps(maker)
    def made(*args: P.args, **words: P.kwargs) -> M:
        key = _key(maker, args, words)
        if key is None:
            return maker(*args, **words)
        known = _writings.setdefault(key, [])
        named = args[0] if args and isinstance(args[0], Named) else None
        for writing in known:
            if _write(writing, named):
                return writing.model._default_manager.get(pk=writing.pk)
        _tries[key] += may_keep and not _recording
        # What is asked for once costs less than to keep it.
        if not may_keep or _recording or not 1 < _tries[key] <= MOST:
            return maker(*args, **words)
        if named and _holds_kept_pages():
            # Beside them it writes what would be kept for a test with the same pages only.
            return maker(*args, **words)
        if named:
            _record_stand_in(known, named.make_stand_in, functools.partial(maker, **words))
            return made(*args, **words)
        return _record(known, functools.partial(maker, *args, **words), reads=KEPT in key[1])

    return made


def _holds_kept_pages() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM wagtailcore_page WHERE id > %s LIMIT 1", [FAR])
        return cursor.fetchone() is not None


def _record_stand_in(
    known: list[Writing], make_stand_in: Callable[[], Named], maker: Callable[[Any], M]
) -> None:
    """Keep what the maker writes of something that is there for this only."""
    with transaction.atomic():
        stand_in, found = make_stand_in(), list[Writing]()
        numbers = [source.last for source in Numbers.sources]
        _record(found, functools.partial(maker, stand_in), reads=False)
        transaction.set_rollback(True)
    for source, last in zip(Numbers.sources, numbers, strict=True):
        source.last = last
    # What was made of what other makers had made would have to be compared with all there is.
    known += [
        replace(one, stand_in=stand_in, named=stand_in.find(one.new))
        for one in found
        if not one.read
    ]


def _key(maker: Any, args: tuple[Any, ...], words: dict[str, Any]) -> Any:
    """None if what is written may differ from one call to the next."""
    changed = timezone.now is not CLOCK or isinstance(settings._wrapped, UserSettingsHolder)
    if changed or not connection.in_atomic_block:
        return None
    try:
        given = json.dumps([args, words], sort_keys=True, default=_name_of_kept)
    except TypeError:
        return None
    return (maker.__name__, given, translation.get_language())


def _name_of_kept(given: Any) -> str:
    """The name of a row that was written again or is being kept; TypeError for everything else."""
    if isinstance(given, Named):
        return type(given).__name__
    if isinstance(given, models.Model) and isinstance(given.pk, int) and given.pk > FAR:
        return f"{KEPT}{given._meta.label}:{given.pk}"
    raise TypeError(given)


def _record(known: list[Writing], maker: Callable[[], M], *, reads: bool) -> M:
    global _recording, _written
    _recording, _written = True, _written + 1
    try:
        with _far_keys(_written * FAR):
            before = _everything()
            made = maker()
            after = _everything()
    finally:
        _recording = False
    changes = {
        table: {pk: row for pk, row in rows.items() if before[table].get(pk) != row}
        for table, rows in after.items()
    }
    gone = any(before[table].keys() - after[table].keys() for table in before)
    news, olds, became = {}, {}, {}
    for table, rows in changes.items():
        news[table] = {pk: row for pk, row in rows.items() if pk not in before[table]}
        olds[table] = {pk: before[table][pk] for pk in rows if pk in before[table]}
        became[table] = {pk: rows[pk] for pk in olds[table]}
    # A maker that found what it was to make has written nothing that could be written again.
    if not gone and made.pk in news[made._meta.db_table]:
        reads = reads or _leans_on_others(news)
        read = {table: before[table] for table in _content_tables()} if reads else {}
        numbers = tuple(source.last for source in Numbers.sources)
        parts = map(_filled, (news, olds, became))
        known.append(Writing(type(made), made.pk, *parts, read, numbers))
    return made


def _leans_on_others(new: Rows) -> bool:
    """Whether a new row holds the key of a row that was written again, and is not among the new ones."""
    keys = {key for rows in new.values() for key in rows}
    values = {
        value
        for rows in new.values()
        for row in rows.values()
        for value in row
        if type(value) is int
    }
    return any(value > FAR for value in values - keys)


def _filled(rows: Rows) -> Rows:
    return {table: found for table, found in rows.items() if found}


def _write(writing: Writing, named: Named | None = None) -> bool:
    """Write the rows again; False, and nothing written, if they do not fit what is there."""
    if any(_rows_of(table) != rows for table, rows in writing.read.items()):
        return False
    try:
        with transaction.atomic():
            if not _stand(writing.were):
                return False
            _insert_named(writing, named) if named else _insert(writing.new)
            _update(writing.became)
    except IntegrityError:
        return False
    Site.clear_site_root_paths_cache()
    caches["pages"].clear()
    for source, last in zip(Numbers.sources, writing.numbers, strict=False):
        source.last = max(source.last, last)
    return True


def _insert_named(writing: Writing, named: Named) -> None:
    rows = _put_names(writing, named)
    _insert({t: found | rows.get(t, {}) for t, found in writing.new.items() if t != LEDGER})
    _insert(_prove_again(writing.new, rows))


def _put_names(writing: Writing, named: Named) -> Rows:
    """The new rows that name what was given, with its names: they are those of another now."""
    return {
        table: {pk: tuple(named.put(writing.stand_in, writing.new[table][pk])) for pk in keys}
        for table, keys in writing.named.items()
    }


def _prove_again(entries: Rows, named: Rows) -> Rows:
    """The entries of the ledger, the newest line about each of these rows telling of it as it is now."""
    place, told = _columns(LEDGER).index("facts"), dict(entries[LEDGER])
    models_of = {proved.table: proved for proved in list_proved_models() if proved.table in named}
    for table, proved in models_of.items():
        rows = models.QuerySet(proved.model).filter(pk__in=named[table])
        for row in map(proved.read_row, rows.values_list(*proved.columns)):
            about = f"{proved.label} {row.pk} "
            newest = max(seq for seq, entry in told.items() if about in entry[place])
            lines = [
                proved.write_line(*row) if line.startswith(about) else line
                for line in told[newest][place].splitlines()
            ]
            entry = told[newest]
            told[newest] = (*entry[:place], "\n".join(lines), *entry[place + 1 :])
    return {LEDGER: told}


def _stand(rows: Rows) -> bool:
    """Whether the database holds exactly these rows, besides others."""
    with connection.cursor() as cursor:
        for table, found in rows.items():
            for pk, row in found.items():
                cursor.execute(f'SELECT * FROM "{table}" WHERE "{_tables()[table]}" = %s', [pk])
                if cursor.fetchone() != row:
                    return False
    return True


def _insert(rows: Rows) -> None:
    with connection.cursor() as cursor:
        for table, found in rows.items():
            gaps = ", ".join(["%s"] * len(_columns(table)))
            cursor.executemany(f'INSERT INTO "{table}" VALUES ({gaps})', list(found.values()))


def _update(rows: Rows) -> None:
    with connection.cursor() as cursor:
        for table, found in rows.items():
            columns = ", ".join(f'"{name}" = %s' for name in _columns(table))
            statement = f'UPDATE "{table}" SET {columns} WHERE "{_tables()[table]}" = %s'
            cursor.executemany(statement, [[*row, pk] for pk, row in found.items()])


@functools.cache
def _tables() -> dict[str, str]:
    """Every table whose rows have a key of one column, with that column."""
    with connection.cursor() as cursor:
        names = [
            table.name
            for table in connection.introspection.get_table_list(cursor)
            if table.type == "t" and "_fts" not in table.name and not table.name.startswith(FIXED)
        ]
        keys = {
            name: connection.introspection.get_primary_key_columns(cursor, name) for name in names
        }
    return {name: key[0] for name, key in keys.items() if key and len(key) == 1}


@functools.cache
def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
        return [column[0] for column in cursor.description]


@functools.cache
def _content_tables() -> list[str]:
    """The tables of what authors write: no records of what was done with it."""
    return [name for name in _tables() if name.startswith(CONTENT) and "log" not in name]


def _everything() -> Rows:
    return {table: _rows_of(table) for table in _tables()}


def _rows_of(table: str) -> dict[Any, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        place = _columns(table).index(_tables()[table])
        return {row[place]: tuple(row) for row in cursor.fetchall()}


@contextmanager
def _far_keys(start: int) -> Iterator[None]:
    """Rows made in here get keys above `start`."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Not taken back: what a test makes later gets keys above, as it does where sequences roll back.
            cursor.execute(
                "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s)"
                " FROM pg_sequences WHERE schemaname = 'public'",
                [start],
            )
            cursor.fetchall()
            yield
            return
        cursor.execute("SELECT name, seq FROM sqlite_sequence")
        before = cursor.fetchall()
        cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%%AUTOINCREMENT%%'", [])
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute("DELETE FROM sqlite_sequence")
        cursor.executemany(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)",
            [(name, start) for name in names],
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_sequence")
        cursor.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", before)

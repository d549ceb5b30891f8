"""What the ledger proves about rows: a digest of every column of a fact, in the entry of the act that wrote it.

A model says in `proof` which of its columns count. An entry names each fact of its act in one line of `Entry.facts`:
the model, the primary key, the SHA-256 of the columns, and a short mark of each column, by which `check_integrity` can
say what differs. The newest line about a row is what the row has to be.
Of a row that an act has deleted the line says so.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from string import Formatter
from typing import Any, NamedTuple

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, models

from ledger.canonical_json import make_encoder
from ledger.reading import as_text, parse_json, read_chunks

DIGEST_LENGTH, MARK_LENGTH = 43, 4
# What stands for a column in a digest: moments, days, decimals, ids and JSON as texts.
FactValue = str | int | float | None
NO_MARK = "-" * MARK_LENGTH
# What stands in a line for the digest of a row that an act has deleted.
GONE = "gone"


class _HexEncoder(json.JSONEncoder):
    """What somebody wrote into SQLite as bytes is compared like everything else, and differs."""

    def default(self, o: Any) -> Any:
        return o.hex() if isinstance(o, bytes) else super().default(o)


_encode = make_encoder(_HexEncoder, sort_keys=False)
_encode_json = make_encoder(DjangoJSONEncoder, sort_keys=True)
# JSON that is no longer than this is often the same in many rows: no answer yet, the releases of an award.
SHORT = 120


@dataclass(frozen=True, slots=True)
class LedgerProof:
    """The columns of a model that the ledger proves: all, those named by `only`, or all but those in `without`.

    A column that is added later stands last and is null in older rows: what is null at the end counts for nothing.
    `known_as` says by what people know a row ("question {item__bank__code}/{item__code}"), so that whoever is told
    what is wrong with it can look it up. The columns in `unmarked` have no mark, by which their few possible values
    could be told apart: they are in the digest only.
    """

    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    known_as: str = ""
    unmarked: tuple[str, ...] = ()


class GoneRow(NamedTuple):
    """A row that an act has deleted, told by its model and its key."""

    model: type[models.Model]
    pk: int


class FactLine(NamedTuple):
    """One line of an entry: which row it tells of, the digest of its columns, and their marks."""

    label: str
    key: int
    digest: str
    marks: str


class FactRow(NamedTuple):
    """A row as it is read: its key, and the values that stand for its columns."""

    pk: int
    values: list[FactValue]


class ProvedModel:
    """How the rows of a model are read and digested; made once for each model."""

    def __init__(self, model: type[models.Model]) -> None:
        proof: LedgerProof = model.proof  # type: ignore[attr-defined]
        chosen = [
            field
            for field in model._meta.concrete_fields
            if not field.primary_key
            and (not proof.only or field.name in proof.only)
            and field.name not in proof.without
        ]
        self.model, self.label = model, model._meta.label_lower
        self.table = model._meta.db_table
        self.names = tuple(field.attname for field in chosen)
        self._unmarked = frozenset(
            field.attname for field in chosen if field.name in proof.unmarked
        )
        self._known_as = proof.known_as
        lookups = [
            name for _text, name, _spec, _conversion in Formatter().parse(proof.known_as) if name
        ]
        self._lookups = tuple(dict.fromkeys(lookups))
        self._fields = tuple(chosen)
        kinds = [_find_column_kind(_target(field)) for field in chosen]
        self._written = tuple(kind.written for kind in kinds)
        # Texts, numbers and truths stand for themselves, as most columns do.
        self._converted = tuple(
            (place, kind.stored) for place, kind in enumerate(kinds) if kind.stored is not None
        )
        # What is asked of the database: some columns cost a tenth when they are read as text.
        self.columns: tuple[Any, ...] = (
            "pk",
            *(
                as_text(name) if kind.as_text else name
                for name, kind in zip(self.names, kinds, strict=True)
            ),
        )

    def read_row(self, row: Sequence[Any]) -> FactRow:
        """The key and the values of a row that was read with `columns`."""
        values = list(row[1:])
        for place, convert in self._converted:
            if values[place] is not None:
                values[place] = convert(values[place])
        return FactRow(row[0], values)

    def read_instance(self, instance: models.Model) -> list[FactValue]:
        """The values of a row that was just written."""
        return self.read_written([getattr(instance, name) for name in self.names])

    def read_written(self, written: Sequence[Any]) -> list[FactValue]:
        """What stands for the values of a row that was just written, in the order of `names`."""
        return [
            None if value is None else convert(field, value)
            for value, field, convert in zip(written, self._fields, self._written, strict=True)
        ]

    def read_names(self, keys: Sequence[int]) -> dict[int, str]:
        """By what people know the rows with these keys, as far as that can be read. One query."""
        texts = [as_text(lookup) for lookup in self._lookups]
        every: models.QuerySet[Any, Any] = models.QuerySet(self.model)
        named_rows = every.filter(pk__in=keys).order_by().values_list("pk", *texts)
        try:
            rows = list(named_rows)
        except DatabaseError:  # SQLite keeps bytes that are no text
            single = keys if len(keys) > 1 else ()
            return {key: name for one in single for key, name in self.read_names([one]).items()}
        return {
            key: self._known_as.format_map(
                {
                    name: "–" if one is None else one
                    for name, one in zip(self._lookups, named, strict=True)
                }
            )
            for key, *named in rows
        }

    def digest_values(self, values: Sequence[FactValue]) -> str:
        """SHA-256 over the values as a JSON list, as far as the last that is not null."""
        told = len(values)
        while told and values[told - 1] is None:
            told -= 1
        text = _encode(values[:told])
        return _in_letters(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())

    def mark_values(self, values: Sequence[FactValue]) -> str:
        """The marks of the columns, in their order."""
        return "".join(
            NO_MARK if value is None or name in self._unmarked else _mark(name, value)
            for name, value in zip(self.names, values, strict=True)
        )

    def write_line(self, key: int, values: Sequence[FactValue]) -> str:
        """What an entry tells of the row with this key."""
        return f"{self.label} {key} {self.digest_values(values)}{self.mark_values(values)}"

    def find_differing(self, values: Sequence[FactValue], marks: str) -> list[str]:
        """The names of the columns whose marks are not these; of those without a mark, if it can only be they."""
        found = self.mark_values(values)
        places = range(0, len(self.names) * MARK_LENGTH, MARK_LENGTH)
        differing = [
            name
            for name, place in zip(self.names, places, strict=True)
            if found[place : place + MARK_LENGTH] != (marks[place : place + MARK_LENGTH] or NO_MARK)
        ]
        return differing or [name for name in self.names if name in self._unmarked]


@cache
def proved_model(model: type[models.Model]) -> ProvedModel:
    """How this model is proved. Raises AttributeError for one that has no `proof`."""
    return ProvedModel(model)


def list_proved_models() -> list[ProvedModel]:
    """Every model whose rows the ledger proves, in the order of their labels."""
    found = [model for model in apps.get_models() if hasattr(model, "proof")]
    return sorted(map(proved_model, found), key=lambda proved: proved.label)


def describe_facts(rows: Iterable[models.Model | GoneRow]) -> str:
    """The lines of an entry about rows that its act has written, each with the values that it was saved with.

    And about rows that it has deleted.
    """
    return "\n".join(map(_describe_fact, rows))


def describe_stored_rows(proved: ProvedModel, after: int) -> Iterator[str]:
    """The lines of an entry about the rows with greater keys, as they are stored, in the order of their keys."""
    rows: models.QuerySet[Any, Any] = models.QuerySet(proved.model).filter(pk__gt=after)
    for chunk in read_chunks(rows.values_list(*proved.columns), parse=proved.read_row):
        for row in chunk.rows:
            yield proved.write_line(*row)


def _describe_fact(row: models.Model | GoneRow) -> str:
    if isinstance(row, GoneRow):
        return f"{proved_model(row.model).label} {row.pk} {GONE}"
    proved = proved_model(row._meta.concrete_model)
    values = proved.read_instance(row)
    return proved.write_line(row.pk, values)


def read_facts(lines: str) -> Iterator[FactLine]:
    """What an entry tells of facts. Raises ValueError for what is none."""
    for line in lines.splitlines():
        label, key, proof = line.split(" ")
        yield FactLine(label, int(key), proof[:DIGEST_LENGTH], proof[DIGEST_LENGTH:])


def _mark(name: str, value: FactValue) -> str:
    """Four letters: enough to say which column differs, and too few to guess from what it holds."""
    if isinstance(value, str) and len(value) > SHORT:
        return _mark_anew(name, value)
    return _mark_short(name, value)


def _mark_anew(name: str, value: FactValue) -> str:
    said = _encode((name, value)).encode("utf-8", "surrogatepass")
    return _in_letters(hashlib.sha256(said).digest()[:3])


# Rows that are written together have most values in common. `typed`: a number is no truth.
_mark_short = lru_cache(maxsize=10_000, typed=True)(_mark_anew)


def _in_letters(number: bytes) -> str:
    return urlsafe_b64encode(number).decode().rstrip("=")


class _ColumnKind(NamedTuple):
    """The one value that stands for a column: from what was `written`, and from what the database has `stored`.

    `stored` is None where the value stands for itself.
    """

    written: Callable[[Any, Any], FactValue]
    stored: Callable[[Any], FactValue] | None = None
    as_text: bool = False


def _target(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """The column that a foreign key points at has the values of both."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def _find_column_kind(field: models.Field[Any, Any]) -> _ColumnKind:
    return next((kind for one, kind in _KINDS if isinstance(field, one)), _PLAIN)


def _read_plainly(field: Any, value: Any) -> FactValue:
    found: FactValue = field.to_python(value)
    return found


def _moment_text(field: Any, value: Any) -> str:
    return _utc_text(field.to_python(value))


# Rows of one act have the same moments.
@lru_cache(maxsize=1_000)
def _utc_text(moment: datetime) -> str:
    return _without_zeros(moment.astimezone(UTC).replace(tzinfo=None).isoformat(" "))


def _stored_moment(text: str) -> str:
    """SQLite writes no zone, PostgreSQL that of UTC; what is no moment stands for itself."""
    text = text.removesuffix("+00")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day_text(field: Any, value: Any) -> str:
    day: date = field.to_python(value)
    return day.isoformat()


def _decimal_text(field: Any, value: Any) -> str:
    return f"{Decimal(field.to_python(value)):.{field.decimal_places}f}"


def _stored_decimal(value: Decimal) -> str:
    return format(value, "f")


def _json_text(_field: Any, value: Any) -> str:
    """Names are texts only once they are JSON."""
    return _encode_json(json.loads(_encode_json(value)))


def _stored_json(text: str) -> str:
    return _short_json(text) if len(text) <= SHORT else _encode_json(parse_json(text))


@lru_cache(maxsize=10_000)
def _short_json(text: str) -> str:
    return _encode_json(parse_json(text))


def _id_text(field: Any, value: Any) -> str:
    found: str = field.to_python(value).hex
    return found


def _stored_id(text: str) -> str:
    """SQLite writes no hyphens."""
    return text.replace("-", "")


_PLAIN = _ColumnKind(_read_plainly)
_KINDS: tuple[tuple[type[models.Field[Any, Any]], _ColumnKind], ...] = (
    (models.DateTimeField, _ColumnKind(_moment_text, _stored_moment, as_text=True)),
    (models.DateField, _ColumnKind(_day_text, as_text=True)),
    (models.DecimalField, _ColumnKind(_decimal_text, _stored_decimal)),
    (models.JSONField, _ColumnKind(_json_text, _stored_json, as_text=True)),
    (models.UUIDField, _ColumnKind(_id_text, _stored_id, as_text=True)),
)

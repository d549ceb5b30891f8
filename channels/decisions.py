"""Answers to "may this person do this there, then?": the public answer and its DecisionRecord."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import uuid4

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from channels import reason_texts
from channels.facts.gathering import IdOwner, find_id_owners, gather_posting_facts
from channels.models import Channel, DecisionRecord
from channels.rules.fact_types import Decision, PostingAction, PostingFacts, RefusalReason
from channels.rules.moments import PostingMoment
from channels.rules.posting import judge_at
from channels.timestamps import format_timestamp
from ledger import entries
from ledger.bulk_rows import insert_rows
from ledger.facts import proved_model

MAX_QUERIES = 500
RECORD_COLUMNS = (
    *("uuid", "person_hr_id", "channel_code", "action", "at", "known_at", "evaluated_at"),
    *("decision", "answer", "asked_by", "listed"),
)
# By code and parameters of a reason: its sentence and its remedy.
ToldReasons = dict[tuple[Any, ...], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DecisionQuery:
    """One query: may `person` (HR id) do `action` on `channel` (code) at `at`?

    `known_at`: by what was recorded until then; None means by what is recorded now. `author` is the
    HR id of whoever wrote the post that is to be approved, when the asker knows it: any HR id of that person. An id
    that nobody has is refused, because it may be the approver's, misspelt.
    """

    person: str
    channel: str
    action: str
    at: datetime
    known_at: datetime | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class RegistryView:
    """What an asker may know of: whoever and whatever is not among these answers as if it did not exist."""

    people: QuerySet[User]
    channels: QuerySet[Channel]

    def narrow(self, gathered: Sequence[PostingFacts]) -> list[PostingFacts]:
        """The facts without the people and channels that the asker may not know of. Two queries."""
        people = {facts.person.id for facts in gathered if facts.person}
        channels = {facts.channel.id for facts in gathered if facts.channel}
        known = set(self.people.filter(pk__in=people).values_list("pk", flat=True))
        listed = set(self.channels.filter(pk__in=channels).values_list("pk", flat=True))
        return [
            replace(
                facts,
                person=facts.person if facts.person and facts.person.id in known else None,
                channel=facts.channel if facts.channel and facts.channel.id in listed else None,
            )
            for facts in gathered
        ]


def decide(
    items: Sequence[DecisionQuery],
    *,
    asked_by: str,
    evaluated_at: datetime,
    record: bool = True,
    listed: bool = False,
    view: RegistryView | None = None,
) -> list[dict[str, Any]]:
    """The public answer to each item, in order (docs/api.md). Reads in one batch, writes in one.

    With `record` every answer is kept as a DecisionRecord, as it must be for every answer given to a tool.
    A person's own status page does not record. `view` limits what the asker may know of; None: all.
    `listed`: the answers are rows of a list, not about a post.
    Raises ValueError for an instant without a zone or an action that does not exist.
    """
    decisions = judge_queries(items, evaluated_at=evaluated_at, view=view)
    answers = public_answers(decisions)
    if record:
        _record(
            items, answers, list(map(json.dumps, answers)), asked_by, evaluated_at, listed=listed
        )
    return answers


def decide_as_json(
    items: Sequence[DecisionQuery],
    *,
    asked_by: str,
    evaluated_at: datetime,
    view: RegistryView | None = None,
) -> list[str]:
    """The recorded answers of `decide` as JSON texts: the same that are kept as proof."""
    decisions = judge_queries(items, evaluated_at=evaluated_at, view=view)
    answers = public_answers(decisions)
    texts = list(map(json.dumps, answers))
    _record(items, answers, texts, asked_by, evaluated_at, listed=False)
    return texts


def judge_queries(
    items: Sequence[DecisionQuery], *, evaluated_at: datetime, view: RegistryView | None = None
) -> list[Decision]:
    """The decision on each item, in order, without sentences and without a record."""
    gathered = gather_posting_facts([(item.person, item.channel) for item in items])
    authors = _find_authors(items, view)
    if view is not None:
        gathered = view.narrow(gathered)
    moments: dict[tuple[datetime, datetime], PostingMoment] = {}
    decisions = []
    for item, facts in zip(items, gathered, strict=True):
        asked = item.at, item.known_at or evaluated_at
        moment = moments.get(asked) or moments.setdefault(asked, PostingMoment(*asked))
        known = _with_author(facts, item, authors, moment.known_at)
        decisions.append(judge_at(moment, known, action=item.action, evaluated_at=evaluated_at))
    return decisions


def _find_authors(items: Sequence[DecisionQuery], view: RegistryView | None) -> dict[str, IdOwner]:
    """The authors of posts to be approved, by the HR ids given. Without authors no query."""
    asked = {item.author for item in items if item.action == PostingAction.APPROVE and item.author}
    people = User.objects.people() if view is None else view.people
    return find_id_owners(asked, people) if asked else {}


def _with_author(
    facts: PostingFacts, item: DecisionQuery, authors: Mapping[str, IdOwner], known_at: datetime
) -> PostingFacts:
    """The facts with what is known of the author, who is a person: by any of their HR ids, written exactly so."""
    if item.action != PostingAction.APPROVE or item.author is None or facts.person is None:
        return facts
    author = authors.get(item.author)
    if author is None or (author.known_since is not None and author.known_since > known_at):
        return replace(facts, author_unknown=item.author or "–")
    return replace(facts, own_work=author.person_id == facts.person.id)


def public_answers(decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """Each decision as the public JSON object. The answers of a batch have most sentences in common."""
    told: ToldReasons = {}
    return [public_answer(decision, told) for decision in decisions]


def public_answer(decision: Decision, told: ToldReasons | None = None) -> dict[str, Any]:
    """The decision as the public JSON object (docs/api.md), its reasons in the active language.

    `told`: what reasons said before, in the same language and time zone.
    """
    told = {} if told is None else told
    return {
        "decision": decision.decision,
        "reasons": [_tell(reason, told) for reason in decision.reasons],
        "evidence": list(decision.evidence),
        "valid_until": format_timestamp(decision.valid_until),
    }


def _tell(reason: RefusalReason, told: ToldReasons) -> dict[str, str]:
    said = reason.code, *reason.params.items()
    text, remedy = told.get(said) or told.setdefault(
        said, (reason_texts.reason_text(reason), reason_texts.remedy_address(reason))
    )
    return {"code": reason.code, "text": text, "remedy": remedy}


def _record(
    items: Sequence[DecisionQuery],
    answers: list[dict[str, Any]],
    texts: list[str],
    asked_by: str,
    evaluated_at: datetime,
    *,
    listed: bool,
) -> None:
    """Keep the answers and tell the ledger of them, by two statements for any number."""
    if not items:
        return
    records = [
        (
            uuid4(),
            *(item.person, item.channel, item.action),
            *(item.at, item.known_at or evaluated_at, evaluated_at),
            *(answer["decision"], answer, asked_by, listed),
        )
        for item, answer in zip(items, answers, strict=True)
    ]
    stored = _as_stored(records, texts)
    with transaction.atomic(savepoint=False):
        keys = insert_rows(DecisionRecord, RECORD_COLUMNS, stored)
        proved = proved_model(DecisionRecord)
        lines = [
            proved.write_line(keys[row[0]], proved.read_written(record))
            for record, row in zip(records, stored, strict=True)
        ]
        subject = _subject(evaluated_at)
        entries.append_lines(
            lines, kind="decisions.given", subject=subject, actor=asked_by, at=evaluated_at
        )


def _subject(evaluated_at: datetime) -> str:
    """The answers of one day (UTC): an entry tells of all that were given at once."""
    return f"decisions:{evaluated_at.astimezone(UTC):%Y-%m-%d}"


def find_entry(record: DecisionRecord) -> Q:
    """Finds the ledger entry that tells of this answer."""
    return Q(
        subject=_subject(record.evaluated_at),
        effective_at=record.evaluated_at,
        facts__contains=f"{proved_model(DecisionRecord).label} {record.pk} ",
    )


def _as_stored(records: list[tuple[Any, ...]], texts: list[str]) -> list[tuple[Any, ...]]:
    """The columns of records as the database driver takes them."""
    # `connection` looks up the thread's own each time it is asked.
    mine = connections[DEFAULT_DB_ALIAS]
    as_stored = cache(mine.ops.adapt_datetimefield_value)
    native = mine.features.has_native_uuid_field
    return [
        (
            uuid if native else uuid.hex,
            *(person, channel, action),
            *map(as_stored, (at, known_at, evaluated_at)),
            *(decision, text, *rest),
        )
        for (
            (uuid, person, channel, action, at, known_at, evaluated_at, decision, _answer, *rest),
            text,
        ) in zip(records, texts, strict=True)
    ]

"""What a page sends for one question, and which stored answer it may replace. Several pages may write to one question:
two tabs, a phone and a laptop. `seq` says which message is newer, `writer` whose it is, `base` on which stored answer
it was made, `seen` what its page showed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Greatest

from items.kinds.free_text import FIELD as ESSAY
from items.kinds.free_text import MOST_WRITTEN
from items.phrases import Phrase, gettext_noop
from quizzes.models import Response

# The form fields of an answer. The path of a branching story is not one of them: the server keeps the path.
FIELD = re.compile(r"(choice|text|essay|confidence|(pos|match|gap)-[a-z0-9]{1,40})\Z")
# Where several questions stand in one form, each field is called after its question: q3-choice.
PREFIXED = re.compile(r"q(\d{1,4})-(.+)\Z", re.DOTALL)
MOST_FIELDS, MOST_VALUES, MOST_CHARACTERS = 60, 60, 2_000
MOST_SEQ = 2**53
# What a page says of an answer that it has stored itself and not changed since, of one that the person has changed,
# and, when time is up, of a change that had to wait: nobody has chosen it above what another page has stored since.
UNCHANGED, CHANGED, WAITED = "=", "*", "-"
SEEN = re.compile(r"(\d{1,15})\.([0-9a-f]{16}|[=*-])\Z")

AnswerForm = dict[str, list[str]]


@dataclass(frozen=True)
class SeenAnswer:
    """The stored answer that a page knows: its number, and its fingerprint as shown (or UNCHANGED, CHANGED, WAITED)."""

    seq: int
    mark: str

    def shows(self, form: AnswerForm) -> bool:
        """Whether the form says no more than what the page showed."""
        return self.mark in (UNCHANGED, fingerprint(form))

    def adds_nothing(self, form: AnswerForm) -> bool:
        """Whether the form holds no new answer. A blank one is new only where the person has surely emptied it."""
        return self.shows(form) or (is_blank(form) and self.mark not in (CHANGED, WAITED))


@dataclass(frozen=True)
class AnswerMessage:
    """One message of one page about one question.

    A message says on which stored answer it was made: by `base`, or by `seen` where a button was `pressed`. It replaces
    no answer that another page has stored since. A pressed button counts whatever its number; one that says nothing, or
    a save without a `base`, is as new as its number says. `step` takes the choice as a final step of a story.
    """

    form: AnswerForm
    seq: int
    at: datetime
    writer: str = ""
    base: int | None = None
    pressed: bool = False
    seen: SeenAnswer | None = None
    flagged: bool | None = None
    step: bool = False

    @property
    def idle(self) -> bool:
        """Whether a button was pressed without a new answer: it never replaces one of another page."""
        return self.pressed and self.seen is not None and self.seen.adds_nothing(self.form)

    @property
    def waited(self) -> bool:
        """Whether time was up while the answer waited: it does not replace one that another page has stored since."""
        return self.seen is not None and self.seen.mark == WAITED

    @property
    def unchanged(self) -> bool:
        """Whether a button was pressed under an answer as the page showed it: nothing of it is stored or numbered."""
        seen = self.seen if self.pressed and not self.step else None
        return seen is not None and seen.shows(self.form)

    @property
    def changes(self) -> dict[str, Any]:
        """The columns it writes."""
        kept = {} if self.flagged is None else {"flagged": self.flagged}
        if self.unchanged:
            return kept or {"seq": F("seq")}
        seq = Greatest(F("seq") + 1, self.seq) if self.pressed else self.seq
        return {
            "form": self.form,
            "saved_at": self.at,
            "writer": self.writer,
            "seq": seq,
            **kept,
        }

    @property
    def older(self) -> Q:
        """The stored answers that it may replace."""
        known = self._known
        newer = Q() if self.pressed else Q(seq__lt=self.seq)
        if known is None:
            return newer
        mine = Q(writer=self.writer) if self.writer else Q()
        return newer & (Q(seq__lte=known) | mine)

    def replaces(self, stored: Response) -> bool:
        """The same as `older`, of a row that is locked."""
        known = self._known
        newer = self.pressed or stored.seq < self.seq
        mine = bool(self.writer) and stored.writer == self.writer
        return newer and (known is None or stored.seq <= known or mine)

    @property
    def _known(self) -> int | None:
        """The number up to which it may replace another page's answer; None: whatever stands."""
        if not self.pressed:
            return self.base
        return self.seen.seq if self.seen else None

    def made_on(self, stored: Response) -> AnswerMessage:
        """The same message of a person who is told what stands, and has said something else."""
        return replace(self, seen=SeenAnswer(stored.seq, CHANGED))

    def has_replaced(self, stored: Response, now: Response) -> bool:
        """Whether an answer that said something else than this message was stored and is not any more."""
        before = keep_answer_fields(stored.form)
        others = {fingerprint(self.form), fingerprint(keep_answer_fields(now.form))}
        return not is_blank(before) and fingerprint(before) not in others

    def is_stored_as(self, stored: Response) -> bool:
        """Whether the stored answer is this very message, which has then arrived twice."""
        same = (stored.seq, stored.writer) == (self.seq, self.writer) and not self.pressed
        return same and fingerprint(keep_answer_fields(stored.form)) == fingerprint(self.form)


def read_seen(text: str, *, cleared: bool = False) -> SeenAnswer | None:
    """What a page says it showed, None where it says nothing. `cleared`: its answer is emptied by a button."""
    found = SEEN.match(text)
    return SeenAnswer(int(found[1]), CHANGED if cleared else found[2]) if found else None


def write_seen(response: Response) -> str:
    """What the page of a question sends back as `seen`."""
    return f"{response.seq}.{fingerprint(keep_answer_fields(response.form))}"


def fingerprint(form: AnswerForm) -> str:
    """The same for forms that say the same: blanks, order and outer spaces make no difference."""
    said = {name: sorted(filter(None, map(str.strip, values))) for name, values in form.items()}
    given = sorted((name, values) for name, values in said.items() if values)
    return hashlib.sha256(json.dumps(given).encode()).hexdigest()[:16]


def is_blank(form: AnswerForm) -> bool:
    return not any(value.strip() for values in form.values() for value in values)


def keep_answer_fields(form: Mapping[str, Sequence[str]]) -> AnswerForm:
    """The fields an answer can consist of, within sane sizes; everything else is dropped."""
    names = [name for name in form if FIELD.match(name)][:MOST_FIELDS]
    return {name: [_trim(value, name) for value in form[name][:MOST_VALUES]] for name in names}


def find_excess(form: Mapping[str, Sequence[str]]) -> Phrase | None:
    """What `keep_answer_fields` would cut off, None if nothing."""
    sent = {name: form[name] for name in form if FIELD.match(name)}
    if len(sent) > MOST_FIELDS or any(len(values) > MOST_VALUES for values in sent.values()):
        return Phrase(_TOO_MANY)
    for name, values in sent.items():
        if any(len(_clean(value)) > _room(name) for value in values):
            return Phrase(_TOO_LONG, {"most": _room(name)})
    return None


def split_by_question(sent: Mapping[str, Sequence[str]]) -> dict[int, dict[str, Sequence[str]]]:
    """The fields of each question by its slot; whatever else was sent is dropped."""
    forms: dict[int, dict[str, Sequence[str]]] = {}
    for name in sent:
        if found := PREFIXED.match(name):
            forms.setdefault(int(found[1]), {})[found[2]] = sent[name]
    return forms


def _room(name: str) -> int:
    return MOST_WRITTEN if name == ESSAY else MOST_CHARACTERS


def _trim(value: str, name: str) -> str:
    return _clean(value)[: _room(name)]


def _clean(value: str) -> str:
    # PostgreSQL refuses NUL inside JSON. A page counts a line break as one character and sends it as two.
    return value.replace("\x00", "").replace("\r\n", "\n")


_TOO_MANY = gettext_noop(
    "That is more than this question asks for, so nothing was saved. Load the page again and answer there."
)
_TOO_LONG = gettext_noop(
    "Your answer is longer than %(most)s characters, so it is not saved. Make it shorter."
)

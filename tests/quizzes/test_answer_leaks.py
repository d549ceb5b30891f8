"""No byte that reaches a browser holds a key, a reason or a verdict before the feedback matrix allows it.

Every kind of question there is takes part: a new kind without a maker in `tests.factories.quizzes`, or without
words planted in its key and reasons, fails here. The planted words are looked for in whole responses:
page, headers, attributes for scripts, JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import chain, combinations
from random import Random
from typing import Any

from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

import pytest

from accounts.models import User
from items.kinds.content import kind_of, parse_content
from items.kinds.registry import KINDS
from items.models import ItemVersion
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.snapshots import snapshot_rules
from quizzes.attempts.starting import start_attempt
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, Response
from quizzes.rules import settings
from quizzes.rules.presets import SILENT
from quizzes.rules.settings import (
    AFTER_CLOSE,
    AFTER_LAST,
    AFTER_SUBMIT,
    ASPECTS,
    CORRECTNESS,
    DURING,
    EVERYTHING,
    KEY,
    REASONS,
    SCORE,
)
from quizzes.screens.questions import AskedQuestion
from tests.factories.quizzes import (
    answer_all,
    form_for,
    make_attempt,
    make_bank,
    make_quiz,
    make_row,
)
from tests.quizzes import contents
from tests.quizzes.test_attempt_screens import address
from tests.quizzes.test_practice import prefixed

MARKED_AT_ONCE = sorted(name for name, kind in KINDS.items() if not kind.needs_review)
MATRIX = [frozenset(found) for size in range(5) for found in combinations(ASPECTS, size)]
EXTREMES = {frozenset(), frozenset(ASPECTS)}
OTHER_OPEN = "another try is open"

# Fields of a content whose words explain or judge, and those that are the key itself.
EXPLAINS = re.compile(r"reason\w*|feedback|consequence\Z")
KEYS = re.compile(r"(model|answer|accept|levels|partly)\Z")
# Words for the reviewer: no learner ever reads them.
FOR_REVIEWERS = re.compile(r"guide\Z")
# Words and marks by which a page says that something is right or wrong, and numbers that are a score.
VERDICTS = re.compile(
    r"Right\b|Not quite|Fault\b|You did not mark|[Bb]etter choice|Full credit|(?:good|bad) ending"
    r'|class="option (?:go|stop|wait)|class="notice (?:go|wait)"><svg[^>]*><use[^>]*#(?:circle-check|undo)'
)
NUMBERS = re.compile(r'(?<![%\d])\d+%(?!["\dA-F])|\d of \d+ (?:point|question)s?\b(?! answered)')
WRITTEN = ["I would say who I am."]


def words_in(content: Any, wanted: re.Pattern[str], *, inside: bool = False) -> Iterator[str]:
    """Every text below a field whose name is wanted."""
    if isinstance(content, Mapping):
        for name, value in content.items():
            own = name in {"id", "credit", "points", "pattern"}
            yield from words_in(
                value, wanted, inside=not own and (inside or bool(wanted.match(name)))
            )
    elif isinstance(content, list):
        for value in content:
            yield from words_in(value, wanted, inside=inside)
    elif inside and isinstance(content, str) and len(content) > 2:
        yield content


def ids_in(content: Any) -> Iterator[str]:
    if isinstance(content, Mapping):
        yield from ([content["id"]] if "id" in content else [])
        yield from chain.from_iterable(ids_in(value) for value in content.values())
    elif isinstance(content, list):
        yield from chain.from_iterable(map(ids_in, content))


def bytes_of(shown: Any) -> str:
    return shown.content.decode() + str(shown.headers)


def main_of(shown: Any) -> str:
    return bytes_of(shown).split("<main")[1].split("</main>")[0]


class Planted:
    """The words planted in an attempt's questions, without those that its scenarios have already shown."""

    def __init__(self, attempt: Attempt) -> None:
        responses = attempt.responses.select_related("version")
        contents_of = [response.version.content for response in responses]
        told = set(chain.from_iterable(map(self._told, responses)))
        self.explains = {w for c in contents_of for w in words_in(c, EXPLAINS)} - told
        self.keys = {w for c in contents_of for w in words_in(c, KEYS)} - self.explains - told
        self.never = {attempt.seed} | {i for c in contents_of for i in ids_in(c) if len(i) > 4}
        self.never |= {w for c in contents_of for w in words_in(c, FOR_REVIEWERS)}

    @staticmethod
    def _told(response: Response) -> Iterator[str]:
        for step in AskedQuestion(response).face.story:
            yield from (step.scene, step.consequence)

    def leaks(self, shown: Any, told: frozenset[str] = frozenset()) -> list[str]:
        text = bytes_of(shown)
        secret = set(self.never)
        secret |= set() if REASONS in told else self.explains
        secret |= set() if KEY in told else self.keys
        return sorted(word for word in secret if word in text)


@pytest.fixture
def browser(ada: User, as_: Any) -> Client:
    return as_(ada)


def everything(ada: User, kinds: list[str], **rules: Any) -> Attempt:
    bank = make_bank("ALL", *map(make_row, kinds))
    usual = {"preset": "practice", "one_page": False, "feedback": SILENT}
    return make_attempt(ada, make_quiz(bank, **usual | rules), timezone.now())


def allow(attempt: Attempt, phase: str, told: frozenset[str], **rules: Any) -> None:
    """Set the attempt's feedback: `phase` shows only `told`, every other phase shows everything."""
    matrix = EVERYTHING | {phase: tuple(told)}
    changed = replace(settings.read_rules(attempt.rules), feedback=matrix, **rules)
    Attempt.objects.filter(pk=attempt.pk).update(
        snapshot=snapshot_rules(settings.write_rules(changed))
    )


@pytest.mark.django_db
def test_canaries_are_planted_in_every_kind() -> None:
    for kind in KINDS:
        make_bank("PLANTED", make_row(kind))
    for version in ItemVersion.objects.all():
        assert any("CANARY" in word for word in words_in(version.content, EXPLAINS)), version.kind
    assert set(ItemVersion.objects.values_list("kind", flat=True)) == set(KINDS)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_open_attempt_leaks_neither_key_nor_verdict(kind: str, ada: User, browser: Client) -> None:
    """The start page, the question, its error, its answer saved by script and by button, the check page."""
    attempt = everything(ada, [kind, "single"], feedback=EVERYTHING | {DURING: ()})
    planted = Planted(attempt)
    seen = [browser.get(attempt.quiz.pages.get().get_url())]
    for response in attempt.responses.select_related("version"):
        here, wrong = address(attempt, response.slot), form_for(response, right=False)
        wrong |= {"essay": WRITTEN} if "essay" in wrong else {}
        seen += [browser.get(here), browser.post(here, {}), browser.post(here, {"tell": "1"})]
        seen.append(browser.post(f"{here}save/", {"seq": 50} | wrong))
        seen.append(browser.post(here, wrong | {"later": "1"}))
        seen.append(browser.get(here))
    seen.append(browser.get(address(attempt, "check")))
    assert [planted.leaks(shown) for shown in seen] == [[]] * len(seen)
    assert not any(VERDICTS.search(main_of(shown)) for shown in seen[1:] if b"<h1" in shown.content)


@pytest.mark.django_db
def test_one_page_quiz_leaks_neither_key_nor_reasons(ada: User, browser: Client) -> None:
    attempt = everything(ada, list(KINDS), one_page=True, feedback=EVERYTHING)
    planted, here = Planted(attempt), address(attempt, "all")
    wrong = prefixed(attempt, right=False)
    wrong |= {name: WRITTEN for name in wrong if name.endswith("essay")}
    seen = [
        browser.get(here),
        browser.post(here, {}),
        browser.post(f"{here}save/", {"seq": 5} | wrong),
    ]
    seen.append(browser.post(here, wrong | {"later": "1"}, follow=True))
    assert len(planted.keys) > len(KINDS) / 4
    assert [planted.leaks(shown) for shown in seen] == [[]] * len(seen)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", MARKED_AT_ONCE)
def test_checked_answer_shows_only_what_feedback_allows_during_attempt(
    kind: str, ada: User, browser: Client
) -> None:
    attempt = everything(ada, [kind], feedback=SILENT | {DURING: ASPECTS})
    response = attempt.responses.select_related("version").get()
    here = address(attempt, 1)
    saved = save_answer(
        attempt.uuid, ada, 1, form_for(response, right=False), seq=1, at=timezone.now()
    )
    assert saved.saved
    Response.objects.filter(pk=response.pk).update(revealed_at=timezone.now())
    planted = Planted(attempt)
    for told in MATRIX:
        allow(attempt, DURING, told)
        assert told_rightly(browser.get(here), planted, told) == ""
        if told in EXTREMES:
            late = browser.post(f"{here}save/", {"seq": 99} | form_for(response))
            assert (late.status_code, planted.leaks(late)) == (409, [])


def told_rightly(shown: Any, planted: Planted, told: frozenset[str]) -> str:
    """What the page shows although `told` does not allow it; '' if there is nothing."""
    main = main_of(shown)
    if leaks := planted.leaks(shown, told):
        return f"{set(told)}: {leaks}"
    if SCORE not in told and (found := NUMBERS.search(main)):
        return f"{set(told)}: {found[0]}"
    if not {CORRECTNESS, KEY} & told and (found := VERDICTS.search(main)):
        return f"{set(told)}: {found[0]}"
    return ""


@pytest.mark.django_db
@pytest.mark.parametrize("phase", [AFTER_SUBMIT, AFTER_LAST, AFTER_CLOSE, OTHER_OPEN])
def test_result_page_shows_only_what_feedback_allows_in_phase(
    phase: str, ada: User, browser: Client
) -> None:
    limit = 1 if phase == AFTER_LAST else 0
    attempt = everything(
        ada, MARKED_AT_ONCE, attempts_allowed=limit, attempts_window_hours=0, pass_percent=80
    )
    answer_all(attempt, timezone.now(), right=False)
    submit_attempt(attempt.uuid, ada, at=timezone.now())
    if phase == OTHER_OPEN:
        start_attempt(ada, attempt.quiz, at=timezone.now(), locale="en")
    planted = Planted(attempt)
    closes = {"closes_at": (timezone.now() - timedelta(days=1)).isoformat()}
    for told in MATRIX:
        ruled = AFTER_SUBMIT if phase == OTHER_OPEN else phase
        allow(attempt, ruled, told, **closes if phase == AFTER_CLOSE else {})
        shown = browser.get(address(attempt, "result"))
        expected = told & {SCORE} if phase == OTHER_OPEN else told
        # The verdict of the whole attempt is always told; its pass mark is no secret.
        shown.content = re.sub(
            rb'class="notice wait">.*?</svg>|pass mark is 80%', b"", shown.content
        )
        assert told_rightly(shown, planted, expected) == ""
        if REASONS in expected:
            feedback = {word for word in planted.explains if "feedback" in word}
            assert not [word for word in feedback if word not in bytes_of(shown)]


@pytest.mark.django_db
def test_attempt_waiting_for_review_leaks_neither_key_nor_verdict(
    ada: User, browser: Client
) -> None:
    attempt = everything(ada, list(KINDS), feedback=EVERYTHING)
    answer_all(attempt, timezone.now(), right=False)
    form = {"essay": WRITTEN}
    words = attempt.responses.get(version__kind="free_text")
    save_answer(attempt.uuid, ada, words.slot, form, seq=9, at=timezone.now())
    assert submit_attempt(attempt.uuid, ada, at=timezone.now()).state == Attempt.State.MARKING
    planted = Planted(attempt)
    for place in ("", "result", 1, "check", "all"):
        shown = browser.get(address(attempt, place), follow=True)
        assert told_rightly(shown, planted, frozenset()) == ""


# Per kind: two contents that differ in their key only, and an answer that both grade the same.
def _key(content: dict[str, Any], *right: str, rows: str = "options", name: str = "correct") -> Any:
    return content | {rows: [row | {name: row["id"] in right} for row in content[rows]]}


def _story(*credits: str) -> dict[str, Any]:
    story = contents.make_scenario()
    first, *others = story["nodes"]
    ask, argue = first["choices"]
    wait = ask | {"id": "wait", "text": "Do wait"}
    ways = [way | {"credit": given} for way, given in zip((ask, wait), credits, strict=True)]
    return story | {"nodes": [first | {"choices": [*ways, argue]}, *others]}


_single, _multiple = contents.make_single(), contents.make_multiple()
_spot, _hotspot = contents.make_spot(), contents.make_hotspot()
_pictures, _gap = contents.make_image_choice(), contents.make_gap()
_matching, _sorting = contents.make_matching(), contents.make_categorise()
_rating, _steps = contents.make_rate_post(), contents.make_ordering()["steps"]
_best = contents.make_short_text()["accept"]
TWINS: dict[str, tuple[Any, Any, Any]] = {
    "single": (_single, _key(_single, "b"), {"choice": "c"}),
    "multiple": (_multiple, _key(_multiple, "a", "b", "d"), {"choices": ["a", "e"]}),
    "number": (contents.make_number(), contents.make_number(answer="500"), {"text": "400"}),
    "short_text": (
        contents.make_short_text(),
        contents.make_short_text(accept=[_best[0] | {"text": "Another"}]),
        {"text": "no"},
    ),
    "gap": (
        _gap,
        _gap
        | {"gaps": [_gap["gaps"][0] | {"accept": ["toil"]}, _gap["gaps"][1] | {"answer": "o1"}]},
        {"gaps": {"g1": "play"}},
    ),
    "ordering": (
        contents.make_ordering(),
        contents.make_ordering(steps=[_steps[1], _steps[0], _steps[3], _steps[2]]),
        {"places": {"s1": 4, "s2": 3, "s3": 2, "s4": 1}},
    ),
    "matching": (
        _matching,
        _matching | {"pairs": [row | {"right_id": "r3"} for row in _matching["pairs"]]},
        {"matches": {"l1": "r4"}},
    ),
    "categorise": (
        _sorting,
        _sorting | {"items": [row | {"category_id": "later"} for row in _sorting["items"]]},
        {"matches": {"i1": "never"}},
    ),
    "rate_post": (
        _rating,
        _rating | {"aspects": [row | {"expert_id": "p4"} for row in _rating["aspects"]]},
        {"matches": {"clear": "p1"}},
    ),
    "spot": (
        _spot,
        _key(_spot, "t2", "t5", rows="segments", name="fault"),
        {"choices": ["t1", "t2"]},
    ),
    "hotspot": (
        _hotspot,
        _key(_hotspot, "left", "right", rows="regions", name="fault"),
        {"choices": ["left", "mid"]},
    ),
    "image_choice": (_pictures, _key(_pictures, "c"), {"choices": ["b"]}),
    "scenario": (_story("1", "0.5"), _story("0.5", "1"), {"path": ["argue", "delete"]}),
    "free_text": (
        contents.make_free_text(),
        contents.make_free_text(model="Another model"),
        {"text": "We are sorry."},
    ),
}
TWINS["ranking"] = (
    TWINS["ordering"][0] | {"kind": "ranking"},
    TWINS["ordering"][1] | {"kind": "ranking"},
    TWINS["ordering"][2],
)
# Kinds whose answer reveals the key, or that have no key.
NO_TWINS = {"true_false", "confidence", "survey", "description"}


def test_twin_contents_exist_for_every_kind_that_needs_them() -> None:
    assert TWINS.keys() | NO_TWINS == KINDS.keys()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told",
    [{CORRECTNESS}, {REASONS}, {CORRECTNESS, REASONS}],
    ids=lambda told: "+".join(sorted(told)),
)
@pytest.mark.parametrize("kind", TWINS)
def test_verdict_without_the_key_is_identical_for_different_keys(kind: str, told: set[str]) -> None:
    """The rendered bytes are equal for both keys: no class, order or count depends on the key."""
    first, second, answer = TWINS[kind]
    assert first != second
    assert shown_of(first, answer, told) == shown_of(second, answer, told)
    assert shown_of(first, answer, {*told, KEY}) != shown_of(second, answer, {*told, KEY})


def shown_of(content: dict[str, Any], answer: dict[str, Any], told: set[str]) -> str:
    spec = parse_content(content)
    order = kind_of(spec).deal(spec, Random("the same"))
    order.sort(key=lambda row: row["id"])
    tokens = [row | {"token": f"t{place}"} for place, row in enumerate(order)]
    version = ItemVersion(content=content, kind=spec.kind, critical=False)
    question = AskedQuestion(Response(slot=1, version=version, order=tokens, answer=answer))
    context = {"question": question, "reveal": question.told(told), "with_score": SCORE in told}
    return render_to_string("quizzes/_verdict.html", context)

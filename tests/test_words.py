"""One word for one thing: what people read says it in the word of docs/glossary.md and in no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import translation

from wagtail.blocks import Block
from wagtail.fields import StreamField

import pytest

from courses.writing.drafts import blocks_below
from items.authoring.registry import FORMS
from tests.syntax import find_calls, walk_syntax
from tests.test_docs import ROOMS, sources

ROOT = Path(settings.BASE_DIR)
# A word that nobody reads, and the word of the glossary.
INSTEAD = {
    r"items?|exercises?|stems?": "question",
    r"options?|distractors?": "answer",
    r"exams?|examinations?|tests?": "quiz",
    r"attempts?": "try",
    r"chapters?|units? of": "module",
    r"sections?": "row of what is drawn",
    r"licen[cs]es?|diplomas?": "certificate",
    r"users?|students?|trainees?|participants?": "person, learner",
    r"grad(?:e[sd]?|ing)": "mark",
    r"shuffl(?:e[sd]?|ing)": "mix",
    r"presets?": "kind of quiz",
    r"regrad(?:e[sd]?|ing)": "correct marks",
    r"cool-?downs?": "pause",
    r"unlocks?": "another try",
    r"nodes?": "scene",
    r"revo(?:ke[sd]?|king|cations?)": "withdraw",
    r"log(?:ged)?[ -]?(?:in|out)|logins?": "sign in",
    r"e-?mails? (?:when|from|to you)": "mail",
}
WRONG = re.compile("|".join(rf"\b(?:{words})\b" for words in INSTEAD), re.IGNORECASE)
# Each stands for itself, and nothing else in its text does.
REAL = {
    **dict.fromkeys(
        (
            "Exam: earns",
            "| Exam |",
            "an exam with",
            "in an exam after",
            "until the exam is handed in",
        ),
        "the name of one of the four kinds of quiz",
    ),
    "school grade": "what a text needs to be read",
    "as stem or as stem_html": "the names of two fields of a file",
    "Lock and unlock": "what Wagtail does with a page",
}
MARKS = {
    *("_", "gettext", "gettext_lazy", "gettext_noop"),
    *("ngettext", "ngettext_lazy", "ngettext_noop", "pgettext"),
}
TRANSLATED = re.compile(
    r"""{%\s*translate\s+"([^"]*)"|\b_\("([^"]*)"\)|{%\s*blocktranslate.*?%}(.*?){%\s*endblocktranslate""",
    re.DOTALL,
)
VARIABLE = re.compile(r"%\(\w+\)\w|{{.*?}}|{%.*?%}|`[^`]*`|\]\([^)]*\)", re.DOTALL)
DEFINITION = ast.FunctionDef | ast.ClassDef
# Two words beside each other, or one beside what is filled in.
PROSE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}|^ ?[a-z]{3,} $|^ [a-z]{3,}")
# What editors read in the editor of its prose, and what its headings and tables call things.
HANDBOOK = ("authoring.md", "items.md")


def texts_of_code() -> Iterator[tuple[str, str]]:
    for path in (*sources(), *(ROOT / "config").rglob("*.py")):
        for call in find_calls(path):
            if getattr(call.func, "id", "") in MARKS:
                said = [one.value for one in call.args if isinstance(one, ast.Constant)]
                yield from ((str(path.relative_to(ROOT)), str(text)) for text in said)


def texts_of_templates() -> Iterator[tuple[str, str]]:
    for end in ("html", "txt"):
        for path in (ROOT / "templates").rglob(f"*.{end}"):
            for found in TRANSLATED.findall(path.read_text()):
                yield str(path.relative_to(ROOT)), "".join(found)


def names_of_models() -> Iterator[tuple[str, str]]:
    for model in (model for app in ROOMS for model in app.get_models()):
        meta = model._meta
        yield meta.label, str(meta.verbose_name)
        yield meta.label, str(meta.verbose_name_plural)
        for field in (one for one in meta.local_fields if isinstance(one, StreamField)):
            every: list[Block] = [field.stream_block, *blocks_below(field.stream_block)]
            yield from ((f"{meta.label}.{field.name}", str(block.label)) for block in every)


def texts_of_handbook() -> Iterator[tuple[str, str]]:
    for name in HANDBOOK:
        prose = re.sub(
            r"^```.*?^```", "", (ROOT / "docs" / name).read_text(), flags=re.MULTILINE | re.DOTALL
        )
        yield from ((f"docs/{name}", line) for line in prose.splitlines())


SOURCES = [texts_of_code, texts_of_templates, names_of_models, texts_of_handbook]


@cache
def texts() -> list[tuple[str, str]]:
    with translation.override(None):
        return [found for source in SOURCES for found in source()]


def faults_in(text: str) -> list[str]:
    for real in REAL:
        text = text.replace(real, "")
    return WRONG.findall(VARIABLE.sub(" ", text))


def test_one_thing_has_one_word() -> None:
    wrong = [f"{place}: {text.strip()}" for place, text in texts() if faults_in(text)]
    assert sorted(set(wrong)) == []


def words_in_files(code: Iterable[ast.AST]) -> Iterator[str]:
    """The prose in code: all that has words, but for what describes the code, markup, and lists of names."""
    nodes = list(code)
    bodies = [node.body for node in nodes if isinstance(node, ast.Module | DEFINITION)]
    silent = {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "places":
            silent |= {id(one) for one in node.args}
        if isinstance(node, ast.Attribute) and node.attr == "split":
            silent.add(id(node.value))
    strings = [node for node in nodes if isinstance(node, ast.Constant)]
    for node in strings:
        text = node.value if isinstance(node.value, str) and id(node) not in silent else ""
        if PROSE.search(text) and "<" not in text:
            yield text


def notes_of_files() -> Iterator[tuple[str, str]]:
    """What the import and export of a file tell: notes, losses, faults and reasons, however they are put together."""
    for place in ("exchange", "banks"):
        for path in (ROOT / "items" / place).glob("*.py"):
            yield from ((path.name, word) for word in words_in_files(walk_syntax(path)))


def test_notes_on_a_file_use_the_words_of_the_glossary() -> None:
    found = list(notes_of_files())
    assert len(found) > 300
    assert sorted(f"{place}: {text}" for place, text in found if faults_in(text)) == []


@pytest.mark.parametrize(
    "code",
    [
        'notes += ["the options are mixed"]',
        'notes += [f"the option {name} is lost" for name in names]',
        'def told():\n    """Say it."""\n    yield f"option {name} is lost"',
        'lost.extend(("the options are mixed",))',
        'raise ContentError("stem", "The options are missing.")',
        'RULES = {"shuffle": "the options are mixed"}',
    ],
)
def test_note_with_another_word_is_noticed_wherever_it_is_put_together(code: str) -> None:
    assert [word for word in words_in_files(ast.walk(ast.parse(code))) if faults_in(word)]


@pytest.mark.parametrize(
    "code",
    [
        'def told():\n    """The options of an item."""',
        'NAMES = places("choice@option item section")',
        'NAMES = "option item section".split()',
        'out = f"<option>{text} of it</option>"',
    ],
)
def test_code_and_markup_are_no_words_to_people(code: str) -> None:
    assert list(words_in_files(ast.walk(ast.parse(code)))) == []


def test_every_source_of_texts_is_read() -> None:
    found = {source.__name__: len(list(source())) for source in SOURCES}
    assert [name for name, count in found.items() if count < 400] == []


def test_exceptions_are_all_needed() -> None:
    said = " ".join(text for _place, text in texts())
    assert [real for real in REAL if real not in said] == []


@pytest.mark.parametrize("text", ["Give the item a code.", "Items", "%(n)s attempts", "Log in"])
def test_another_word_is_noticed(text: str) -> None:
    assert faults_in(text)


def test_words_to_use_stand_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text().casefold()
    words = {word for said in INSTEAD.values() for word in said.split(", ")}
    assert [word for word in sorted(words) if word not in glossary] == []


# What Django, Wagtail and everybody call so, in the names of classes.
PLAIN = (
    "accepted action address asked bar block blocks case categorise choice chooser column config confirm copy "
    "contact content criterion database date day description draft employment end entry error event exchange "
    "export field filters form free gap grant group id image index link linkless matching "
    "middleware mixin mode not number option own page pair pairing panel part password pattern people picture "
    "policy post problem progress query rate reader refused renewal request result review rights role set "
    "sheet statistics status stop story table text tries upload validator view written "
)


def test_words_of_the_code_stand_in_the_glossary() -> None:
    """What at least three classes are named for is a word of the house, if it is not everybody's."""
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    terms = " ".join(re.findall(r"^\| (.*?) \|", glossary, re.MULTILINE)).casefold()
    known = {*PLAIN.split(), *re.findall("[a-z]+", terms), *"_".join(FORMS).split("_")}
    named: dict[str, set[str]] = {}
    for path in sources():
        classes = [node.name for node in walk_syntax(path) if isinstance(node, ast.ClassDef)]
        for name in set(classes) - {"Meta"}:
            for word in re.findall("[A-Z][a-z]+", name):
                named.setdefault(word.lower(), set()).add(name)
    often = {word for word, names in named.items() if len(names) >= 3}
    assert "place" in often
    forms = {word: {word, word.removesuffix("s"), f"{word}s", f"{word}d"} for word in often}
    assert sorted(word for word in often if not forms[word] & known) == []
    assert sorted(word for word in PLAIN.split() if word not in often) == []  # each is needed


def test_no_plural_is_made_by_adding_one_letter_to_a_wrong_end() -> None:
    """Django adds an "s": not "quizs", "studys" or "ruless"."""
    plurals = [str(m._meta.verbose_name_plural) for app in ROOMS for m in app.get_models()]
    assert [many for many in plurals if re.search(r"(?:[^aeiou]y|z|ss|x|ch|sh)s$|ss$", many)] == []


# Sentences that count with a number that is never 1.
NEVER_ONE = {
    "Your answer is longer than %(most)s characters, so it is not saved. Make it shorter.",
    "Shorten this to %(most)s characters.",
    "Keep at most %(most)s rows.",
    "Nest the markup at most %(most)s levels deep.",
}


def test_text_that_counts_has_a_form_for_one() -> None:
    """“1 saved answers” comes from a text marked with one form; `ngettext_noop` marks both."""
    counts = re.compile(r"%\(\w+\)[sd] (?:[a-z]+ )?(?:[a-z]{2,}[^sui]s|people)\b")
    found = {
        said
        for path in sources()
        for call in find_calls(path)
        if getattr(call.func, "id", "") == "gettext_noop"
        for one in call.args
        if isinstance(one, ast.Constant) and counts.search(said := str(one.value))
    }
    assert found == NEVER_ONE

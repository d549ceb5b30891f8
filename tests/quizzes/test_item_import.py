"""Items from files: all or nothing, faults with code and field, the same file twice is no change."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

import pytest

from items.banks import importing, item_files
from items.banks.broken_files import JSON_WORDS, TOML_WORDS
from items.models import Item, ItemBank, ItemVersion
from tests.factories.quizzes import EVERY, make_bank, make_principle, make_row

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "home" / "demo" / "content"


def write(folder: Path, *rows: dict[str, Any], name: str = "items.json") -> Path:
    path = folder / name
    path.write_text(json.dumps({"format": importing.FORMAT, "items": rows}), encoding="utf-8")
    return path


def run(path: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import_items", path, bank="FILE", stdout=out, **options)
    return out.getvalue()


def test_import_creates_items_that_can_be_asked(tmp_path: Path) -> None:
    said = run(write(tmp_path, *[make_row(kind) for kind in EVERY]))
    assert "15 new, 0 changed, 0 unchanged, 0 faults" in said
    assert ItemVersion.objects.count() == Item.objects.filter(live=True).count() == 15


def test_dry_run_writes_nothing(tmp_path: Path) -> None:
    assert "1 new" in run(write(tmp_path, make_row()), dry_run=True)
    assert not Item.objects.exists()
    assert not ItemBank.objects.exists()


def test_import_of_the_same_file_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, *[make_row(kind) for kind in EVERY])
    run(path)
    assert "0 new, 0 changed, 15 unchanged" in run(path)
    assert ItemVersion.objects.count() == 15


def test_option_keeps_its_id_while_its_text_stays(tmp_path: Path) -> None:
    row = make_row()
    run(write(tmp_path, row))
    row["options"][0]["reason"] = "Another reason"
    row["options"][3]["text"] = "Another option"
    run(write(tmp_path, row))
    first, second = (
        [option["id"] for option in version.content["options"]]
        for version in ItemVersion.objects.order_by("number")
    )
    assert first[:3] == second[:3]
    assert first[3] != second[3]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"kind": "essay"}, "kind", id="unknown kind"),
        pytest.param({"stem": ""}, "stem", id="empty question"),
        pytest.param({"stem": 5}, "stem", id="question not text"),
        pytest.param({"stem_html": "<p>x</p>"}, "stem", id="two questions"),
        pytest.param({"principle": "P9"}, "principle", id="unknown principle"),
        pytest.param({"difficulty": True}, "difficulty", id="difficulty not a number"),
        pytest.param({"difficulty": 9}, "difficulty", id="difficulty out of range"),
        pytest.param({"critcal": True}, "critcal", id="misspelt field"),
        pytest.param({"options": []}, "options", id="no options"),
        pytest.param({"options": ["a", "b"]}, "options.0", id="options without fields"),
        pytest.param(
            {"options": [{"text": "a", "correct": "yes", "reason": ""}]},
            "options.0.correct",
            id="right in words",
        ),
        pytest.param({"feedback": "a\x00b"}, "feedback", id="NUL"),
        pytest.param({"hint": "a\x1bb"}, "hint", id="ESC"),
        pytest.param({"stem": "a\x9fb"}, "stem", id="control character"),
        pytest.param({"stem": "half \ud800"}, "stem", id="half a character"),
        pytest.param({"code": "no spaces"}, "code", id="code with a space"),
    ],
)
def test_import_fault_names_item_and_field(changes: dict[str, Any], field: str) -> None:
    row = {"code": "Q-BAD"} | make_row() | {"code": "Q-BAD"} | changes
    plan = importing.plan_import(ItemBank(code="FILE"), [row])
    assert [(fault.code, fault.field) for fault in plan.faults] == [(row["code"], field)]


@pytest.mark.parametrize("answer", ["forty", "NaN", "1e999", ""])
def test_non_numeric_answer_is_a_fault(answer: str) -> None:
    plan = importing.plan_import(ItemBank(code="FILE"), [make_row("number", answer=answer)])
    assert [fault.field for fault in plan.faults] == ["answer"]


@pytest.mark.parametrize("suffix", ["json", "toml"])
def test_own_file_with_answers_that_read_alike_is_at_fault(suffix: str) -> None:
    """Only files of other systems were asked."""
    row = {"code": "A-1", "kind": "ordering", "stem": "Order?", "steps": ["1 200", "½", "１ 200"]}
    data = json.dumps({"format": importing.FORMAT, "items": [row]})
    if suffix == "toml":
        data = "[[item]]\n" + "\n".join(f"{name} = {json.dumps(row[name])}" for name in row)
    found = item_files.read_item_file(data.encode(), f"items.{suffix}")
    plan, _notes = item_files.plan_file(ItemBank(code="FILE"), found)
    told = [str(fault) for fault in plan.faults]
    assert len(told) == 1
    assert "A-1: step 3: “１ 200” reads like row 1." in told[0]


def test_import_with_one_fault_imports_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, make_row(), make_row(code="Q-BAD", options=[]))
    with pytest.raises(CommandError, match="Q-BAD: answers: Add rows"):
        run(path)
    assert not Item.objects.exists()


def test_duplicate_code_is_a_fault() -> None:
    plan = importing.plan_import(ItemBank(code="FILE"), [make_row(code="A"), make_row(code="A")])
    assert [fault.field for fault in plan.faults] == ["code"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"items": []}', '{"format": "x"}', "\x00"])
def test_read_refuses_text_of_another_format(text: str) -> None:
    with pytest.raises(importing.ItemImportRefusedError):
        importing.read_rows(text)


BROKEN = {
    "a number of 5,000 digits": (
        '{"items": [\n{"points": %s}]}' % ("9" * 5000),
        2,
        "too many digits",
    ),
    "no value": ('{"items":\n}', 2, "A value is missing"),
    "a comma too much": ('{"items": [1,\n]}', 2, "no comma after the last one|comma before"),
    "a name without marks": ("{\nitems: []}", 2, "A name is missing"),
    "no comma": ('{"items": [1\n 2]}', 2, "A comma is missing"),
    "no colon": ('{"items"\n []}', 2, "A colon"),
    "no end of a text": ('{\n"items', 2, "no closing quotation mark"),
    "a break in a text": ('{"items": "a\nb"}', 1, "over a line break"),
    "a backslash": ('{\n"items": "\\q"}', 2, "backslash"),
    "half a letter": ('{\n"items": "\\uZZ"}', 2, "backslash"),
    "more after the end": ("{}\n{}", 2, "goes on after its end"),
}
BROKEN_TOML = {
    "a number of 5,000 digits": (f"[[item]]\npoints = {'9' * 5000}\n", 2, "too many digits"),
    "a key twice": ('[[item]]\ncode = "A"\ncode = "B"\n', 3, "stands twice here"),
    "a heading twice": ("[a]\n[a]\n", 2, "stands twice here"),
    "a name in a value": ("a = 1\na.b = 2\n", 2, "stands twice here"),
    "a key twice in braces": ("\na = {b = 1, b = 2}\n", 2, "stands twice here"),
    "no sign": ("[[item]]\ncode\n", 2, "An equals sign"),
    "a heading": ("[[item]\n", 1, "brackets round a heading"),
    "more": ("a = 1 2\n", 1, "Something follows"),
    "a day": ("a = 2026-02-31\n", 1, "no such day"),
    "a name": ("a = 1\na. = 2\n", 2, "A name is missing"),
    "a line": ("a = 1\n! = 2\n", 2, "no line of TOML"),
    "a value": ("a = 1\nb = None\n", 2, "no value"),
    "a hex": ('a = "\\uZZ"\n', 1, "backslash"),
    "a surrogate": ('a = "\\ud800"\n', 1, "backslash"),
    "a backslash": ('a = "\\q"\n', 1, "backslash"),
    "a list": ("a = [1, 2\n", 2, "bracket is opened"),
    "a text": ('a = """b', 1, "no closing quotation mark"),
    "a break": ('a = "b\n"\n', 1, "a sign that cannot"),
}


@pytest.mark.parametrize(("text", "line", "words"), BROKEN.values(), ids=BROKEN)
def test_json_that_cannot_be_read_says_where_and_what_to_write(
    text: str, line: int, words: str
) -> None:
    require_words(text, line, words, toml=False)


@pytest.mark.parametrize(("text", "line", "words"), BROKEN_TOML.values(), ids=BROKEN_TOML)
def test_toml_that_cannot_be_read_says_where_and_what_to_write(
    text: str, line: int, words: str
) -> None:
    require_words(text, line, words, toml=True)


def require_words(text: str, line: int, words: str, *, toml: bool) -> None:
    """One fault, on its line, in our words: none of those that Python's readers have."""
    with pytest.raises(importing.ItemImportRefusedError) as refused:
        importing.read_rows(text, toml=toml)
    (fault,) = refused.value.faults
    assert re.search(words, fault.message), fault.message
    assert fault.line == line
    assert fault.message in {*JSON_WORDS.values(), *TOML_WORDS.values()}


def test_value_of_a_row_is_named_as_the_file_has_it() -> None:
    """Whatever stands in whatever field: a fault says null and true, and nothing that Python alone says."""
    said = []
    for name in {"stem_html", "kind", "difficulty", *make_row()}:
        for value in (None, True, 7, [None], {"a": None}, [{"text": None}]):
            plan = importing.plan_import(
                ItemBank(code="FILE"), [make_row(code="A") | {name: value}]
            )
            said += [fault.message for fault in plan.faults]
    assert len(said) > 40
    assert [text for text in said if re.search(r"\b(None|True|False)\b|\{'|\bclass\b", text)] == []


ODD_LISTS = {
    '[{"code": "A", "code": "B", "kind": "single"}]': "“code” stands twice",
    '[{"code": "A", "options": [{"text": "x", "correct": true, "correct": false}]}]': "“correct” stands twice",
    '[{"code": "A"}, 7, null]': "Question 2 of the list is none: “7”",
    "[null]": "Question 1 of the list is none: “null”. Write an object, with a code.",
    "[true, 1]": "Question 1 of the list is none: “true”",
    '[["é", null]]': 'Question 1 of the list is none: “."é", null.”',
    "[NaN]": "Question 1 of the list is none: “NaN”",
    "7": "Write a list of questions",
}


@pytest.mark.parametrize("rows", ODD_LISTS)
def test_list_with_a_key_twice_or_a_row_that_is_none_is_refused_where_it_stands(rows: str) -> None:
    text = json.dumps({"format": importing.FORMAT})[:-1] + f', "items": {rows}}}'
    with pytest.raises(importing.ItemImportRefusedError, match=ODD_LISTS[rows]):
        importing.read_rows(text)


def test_exported_items_import_as_unchanged() -> None:
    bank = make_bank("OUT", *[make_row(kind) for kind in EVERY])
    rows = importing.read_rows(importing.export_bank(bank))
    plan = importing.plan_import(bank, rows)
    assert (plan.count(importing.UNCHANGED), plan.faults) == (len(EVERY), [])


@pytest.mark.parametrize(
    "stem", ["<p>It&#x27;s &quot;so&quot;.</p>", '<p data-block-key="a">It\'s "so".</p>']
)
def test_questions_typed_in_the_cms_come_back_unchanged(stem: str) -> None:
    bank = make_bank("OUT", *[make_row(kind) for kind in EVERY])
    Item.objects.filter(bank=bank).update(stem=stem)
    for row in importing.read_rows(importing.export_bank(bank)):
        assert importing.plan_import(bank, [row]).count(importing.UNCHANGED) == 1, row["kind"]


def test_faults_name_their_fields_in_words() -> None:
    row = make_row(code="Q-BAD", options=[{"text": "a", "correct": "yes", "reason": ""}])
    (fault,) = importing.plan_import(ItemBank(code="FILE"), [row]).faults
    assert fault.where == "right or wrong of answer 1"
    assert str(fault).startswith("Q-BAD: right or wrong of answer 1: ")


def test_lenient_plan_leaves_an_odd_question_out_and_a_file_of_nothing_else_is_at_fault() -> None:
    bank, odd = ItemBank(code="FILE"), make_row(code="Q-BAD", principle="P99")
    plan = importing.plan_import(bank, [make_row(code="A"), odd], lenient=True)
    assert [change.item.code for change in plan.changes] == ["A"]
    assert [fault.code for fault in plan.left_out] == ["Q-BAD"]
    assert plan.faults == []
    assert importing.plan_import(bank, [odd], lenient=True).faults


@pytest.mark.parametrize("name", ["items.toml", "items.json", "items.gift", "items.csv"])
def test_file_without_a_question_says_so(name: str) -> None:
    """An empty file of our own form asked for a list."""
    told = ""
    for data in (b"", b"# nothing\n") if name != "items.json" else (b"", b"\n"):
        try:
            found = item_files.read_item_file(data, name)
            told = str(item_files.plan_file(ItemBank(code="FILE"), found)[0].faults)
        except importing.ItemImportRefusedError as refused:
            told = str(refused.faults)
        assert "There is no question in it" in told or name == "items.csv"


def test_problems_of_a_file_that_brings_nothing_are_counted_once() -> None:
    """The sentence on the whole file was one problem more, and what its reader left out was none."""
    odd = "::B::Two?{=a =a ~}\n\n::C::Three?{=a =a ~}"
    found = item_files.read_item_file(
        f"// [tag:principle:P99]\n::A::One?{{T}}\n\n{odd}".encode(), "odd.gift"
    )
    plan, notes = item_files.plan_file(ItemBank(code="FILE"), found)
    assert [fault.code for fault in plan.faults] == ["B", "C", "A", ""]
    assert importing.count_problems(plan.faults) == 3
    assert notes == ()
    with pytest.raises(importing.ItemImportRefusedError) as refused:
        item_files.read_item_file(odd.encode(), "odd.gift")
    assert importing.count_problems(refused.value.faults) == 2
    assert importing.count_problems([importing.ItemFault("", "", "empty", whole=True)]) == 1


def test_import_cleans_markup_and_escapes_plain_text() -> None:
    hostile = "<script>alert(1)</script> a < b"
    plain = importing.plan_import(ItemBank(code="FILE"), [make_row(stem=hostile)])
    row = make_row() | {"stem_html": f"<p onclick='x'>{hostile}</p>"}
    del row["stem"]
    marked = importing.plan_import(ItemBank(code="FILE"), [row])
    assert "&lt;script&gt;" in plain.changes[0].item.stem
    assert "<script" not in marked.changes[0].item.stem
    assert "onclick" not in marked.changes[0].item.stem


@pytest.mark.parametrize("path", sorted(DEMO.glob("items-p*.toml")), ids=lambda path: path.stem)
def test_demo_items_import_without_faults(path: Path) -> None:
    for number in [int(path.stem[-1])] if path.stem[-1].isdigit() else range(1, 7):
        make_principle(number)
    plan = importing.plan_import(
        ItemBank(code="DEMO"), importing.read_rows(path.read_text(), toml=True)
    )
    assert plan.faults == []
    assert plan.count(importing.NEW) >= 7

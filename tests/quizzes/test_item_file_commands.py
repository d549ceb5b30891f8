"""The commands import_items and export_items with every format; an import is all or nothing."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

import pytest

from items.banks import importing, item_files
from items.models import Item, ItemBank, ItemVersion
from tests.factories.quizzes import EVERY, KINDS, make_principle, make_row

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "home/demo/content"
CASES = Path(__file__).parent / "exchange/cases"
FULL = [name for name in item_files.WRITTEN if name != "aiken"]


def bring(path: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import_items", path, bank=options.pop("bank", "FILE"), stdout=out, **options)
    return out.getvalue()


def take(path: Path, form: str, bank: str = "FILE") -> str:
    told = StringIO()
    call_command("export_items", bank=bank, format=form, out=path, stdout=StringIO(), stderr=told)
    return told.getvalue()


@pytest.fixture
def bank(tmp_path: Path) -> ItemBank:
    rows = [make_row(kind) for kind in KINDS]
    path = tmp_path / "first.json"
    path.write_text(json.dumps({"format": importing.FORMAT, "items": rows}), encoding="utf-8")
    bring(path)
    return ItemBank.objects.get()


def come_back_whole(tmp_path: Path, forms: list[str], number: int) -> dict[str, str]:
    """What is told of the files of the bank, which give the same files once they are another bank, of each format."""
    told = {}
    for form in forms:
        first, second = tmp_path / f"first.{form}", tmp_path / f"second.{form}"
        told[form] = take(first, form)
        other = f"OTHER-{form.upper()}"
        assert f"{number} new" in bring(first, bank=other, format=form), form
        take(second, form, bank=other)
        assert second.read_bytes() == first.read_bytes(), form
    return told


def test_export_is_identical_after_import_into_another_bank(bank, tmp_path):
    come_back_whole(tmp_path, FULL, 6)


def test_import_of_a_banks_own_export_changes_nothing(bank, tmp_path):
    for form in ("csv", "qti22", "moodle-xml"):
        path = tmp_path / f"items.{form}"
        take(path, form)
        assert "0 new, 0 changed, 6 unchanged" in bring(path, format=form), form
    assert ItemVersion.objects.count() == 6


def test_export_of_every_kind_is_identical_after_import(tmp_path):
    path = tmp_path / "items.json"
    rows = [make_row(kind, hint="Think", points="2") for kind in EVERY]
    path.write_text(json.dumps({"format": importing.FORMAT, "items": rows}), encoding="utf-8")
    bring(path)
    told = come_back_whole(tmp_path, ["csv", "json", "qti22"], len(EVERY))
    assert [form for form, text in told.items() if "left out" in text] == []


def test_export_reports_an_accepted_pattern_as_lost(tmp_path):
    path = tmp_path / "items.json"
    accept = [{"text": "cat"}, {"text": "cats?", "pattern": True}]
    rows = [make_row("short_text", code="WORDS", accept=accept)]
    path.write_text(json.dumps({"format": importing.FORMAT, "items": rows}), encoding="utf-8")
    bring(path)
    for form in ("csv", "gift", "moodle-xml", "qti22"):
        assert "WORDS: accepted pattern: cats?" in take(tmp_path / f"out.{form}", form), form


def test_demo_questions_come_back_unchanged_in_every_format(tmp_path):
    for number in range(1, 7):
        make_principle(number)
    for path in sorted(DEMO.glob("items-p*.toml")):
        bring(path)
    told = {}
    for form in ("json", "csv", "qti22", "moodle-xml"):
        out = tmp_path / f"items-{form}.bin"
        take(out, form)
        told[form] = bring(out, format=form)
    unchanged = f"0 new, 0 changed, {Item.objects.count()} unchanged"
    assert {form: text for form, text in told.items() if unchanged not in text} == {}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a-multi.txt", "line 1: -: left out: it has several right answers"),
        ("g-notquestions.gift", "no question in it"),
        ("m-num80.xml", "line 3: N1: left out"),
        ("q-template.xml", "line 2: Q-TEMPLATE: left out"),
    ],
)
def test_file_that_brings_nothing_is_a_fault(name, said):
    with pytest.raises(CommandError, match=re.escape(said)):
        bring(CASES / name, dry_run=True)


def test_odd_question_is_left_out_by_line_and_reason_and_the_rest_arrives(tmp_path):
    said = bring(CASES / "m-oneBad.xml")
    assert "note      line 3: BAD: left out: an answer shows <img>" in said
    assert "20 new, 0 changed, 0 unchanged, 0 faults" in said
    path = tmp_path / "a.gift"
    path.write_text("// [tag:principle:P99]\n::A::One?{T}\n\n::B::Two?{T}", encoding="utf-8")
    assert "note      line 2: A: left out: principle: There is no principle" in bring(path)
    assert Item.objects.filter(live=True).count() == 21


def test_hidden_question_of_moodle_arrives_retired(tmp_path):
    path = tmp_path / "m.xml"
    whole = (CASES / "m-dup.xml").read_text().replace("<name>", "<hidden>1</hidden><name>", 1)
    path.write_text(whole, encoding="utf-8")
    bring(path)
    assert [item.retired for item in Item.objects.order_by("code")] == [True, False]


def test_export_reports_losses_by_item(bank, tmp_path):
    told = take(tmp_path / "items.txt", "aiken")
    left = Item.objects.exclude(kind="single").values_list("code", flat=True)
    assert all(f"{code}: left out" in told for code in left)


def test_dry_run_lists_items_with_lines_and_writes_nothing(tmp_path):
    path = tmp_path / "items.xml"
    asked = "<questiontext><text>One?</text></questiontext>"
    answer = '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>'
    path.write_text(
        f'<quiz>\n<question type="truefalse"><name><text>A-1</text></name>{asked}{answer}</question>\n'
        '<question type="calculated"><name><text>A-2</text></name></question>\n</quiz>',
        encoding="utf-8",
    )
    said = bring(path, dry_run=True)
    assert "new       A-1                 line 2" in said
    assert "note      line 3: A-2: left out" in said
    assert not Item.objects.exists()


def test_import_with_one_fault_imports_nothing(tmp_path):
    path = tmp_path / "items.gift"
    path.write_text("::A-1::One?{=yes ~no}\n\n::A-2::Two?{=yes ~no", encoding="utf-8")
    with pytest.raises(CommandError, match="line 3"):
        bring(path)
    assert not Item.objects.exists()


def test_import_refuses_a_file_of_unknown_format(tmp_path):
    path = tmp_path / "items.doc"
    path.write_text("Dear all", encoding="utf-8")
    with pytest.raises(CommandError, match="moodle-xml"):
        bring(path)


@pytest.mark.parametrize(
    "data", [b"[" * 100_000, b'{"a": "\xff"}', b"{"], ids=["deep", "not UTF-8", "cut off"]
)
def test_import_refuses_a_hostile_json_file(data, tmp_path):
    path = tmp_path / "items.json"
    path.write_bytes(data)
    with pytest.raises(CommandError, match="Nothing was imported"):
        bring(path)

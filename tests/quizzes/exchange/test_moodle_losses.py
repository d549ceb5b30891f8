"""What Moodle XML and Cloze score or say and we do not is named, or keeps its question out."""

from __future__ import annotations

import pytest

from items.exchange.formats import FORMATS
from tests.quizzes.contents import make_free_text
from tests.quizzes.exchange.items import make_item
from tests.quizzes.exchange.test_question_files import answer, moodle, told


def units(factor: str) -> str:
    row = f"<unit><multiplier>{factor}</multiplier><unit_name>km</unit_name></unit>"
    return f"{answer('5')}<units>{row}</units>"


def said(words: str) -> str:
    return f"<feedback><text>{words}</text></feedback>"


def test_moodle_unit_that_is_worth_another_number_keeps_the_question_out():
    (item,) = moodle("numerical", units("1.0")).items
    assert (item.content["unit"], item.notes) == ("km", ())
    assert "its first unit is worth 1000" in told(moodle("numerical", units("1000")))


def test_moodle_reason_of_a_wrong_number_is_named():
    rest = answer("5") + answer("6", "0", said("Too much")) + answer("*", "0", said("Look again"))
    (item,) = moodle("numerical", rest).items
    assert item.content["reason_wrong"] == "Look again"
    assert item.notes == ("the reason of the number 6 is not kept: Too much",)


def test_moodle_writer_gives_the_reviewer_his_words_and_names_the_model_answer():
    content = make_free_text(model="A model.", guide="Look for calm.")
    writing = FORMATS["moodle-xml"].write([make_item(content, "X-1")])
    (item,) = FORMATS["moodle-xml"].read(writing.data, "x.xml").items
    assert (item.content["model"], item.content["guide"]) == ("", "Look for calm.")
    assert "model answer" in [loss.what for loss in writing.losses]


@pytest.mark.parametrize(
    "field",
    ["{1:shortanswer:=Milan}", "{1:Sa:=Milan}", "{:SA:=Milan", "{1:SA:=" + "x" * 5001 + "}"],
)
def test_cloze_gap_that_cannot_be_read_is_no_text_of_the_question(field):
    reading = moodle("cloze", "", stem=f"{{1:SA:=Rome}} and {field}")
    assert reading.items == ()
    assert "left out: a gap of the type" in told(reading)


def test_cloze_reason_of_a_wrong_choice_is_not_the_reason_of_the_gap():
    (item,) = moodle("cloze", "", stem="It is {1:MC:=a~b#Not so}.").items
    assert item.content["gaps"][0]["reason"] == ""
    assert "gap 1: the reason of “b” is not kept: Not so" in item.notes


@pytest.mark.parametrize(("worth", "noted"), [("-50", True), ("0", False)])
def test_gift_answer_that_takes_points_is_named(worth, noted):
    text = f"::Q:: Who?{{=a =%{worth}%b#No}}"
    (item,) = FORMATS["gift"].read(text.encode(), "q.gift").items
    assert [row["credit"] for row in item.content["accept"]] == ["1", "0"]
    assert item.notes == (("“b” takes points in the file, and none here",) if noted else ())

"""What classes and styles of a file say of words: what nobody sees there nobody sees here."""

from __future__ import annotations

import time
from html import escape

import pytest

from items.exchange.formats import FORMATS
from items.exchange.markup import LONGEST
from items.exchange.records import FileReading
from items.exchange.unseen_words import HIDDEN, drop_unseen
from items.exchange.wording import COMMENTS
from tests.quizzes.exchange.test_question_files import CHOICES, qti, told

HIDING = [
    *('style="display: none"', 'style="color:red;DISPLAY:NONE !important"', "hidden", "popover"),
    *('style="visibility:hidden"', 'style="visibility:collapse"', 'style="opacity:0.0"'),
    *('style="font-size:0"', 'style="font-size: 0.0em"', 'style="mso-hide:all"'),
    *('style="color:#fff"', 'style="color: #FEFEFE;"', 'style="color:rgb(255, 255, 254)"'),
    *('style="color:transparent"', 'style="color:white/* x */"', 'style="color:#fff8"'),
    *('style="background:#000;color:black"', 'style="color:#101010;background-color:rgb(0 0 0)"'),
    *('style="position:absolute;left:-9999px"', 'style="text-indent:-999em"'),
    *('style="width:1px;height:1px;overflow:hidden"', 'style="clip:rect(0 0 0 0)"'),
    *('style="clip-path: inset(50%)"', 'style="transform:scale(0)"', 'class="d-none"'),
    *(
        'class="qti-hidden"',
        'class="qti-visually-hidden"',
        'class="qti-invisible"',
        'class="u-hidden"',
    ),
    *('class="cdk-visually-hidden"', 'class="hidden-xs"', 'class="text-hide"', 'class="collapse"'),
    *('style="color:rgba(0,0,0,0)"', 'style="color:#00000000"', 'style="color:#fff0"'),
    *('style="color:hsl(0,0%,100%)"', 'style="color:hsl(0 0% 0% / 0)"', 'style="opacity:.01"'),
    *('style="left:-999em"', 'style="left:-100vw"', 'style="left:-100%"', 'style="top:9999px"'),
    *('style="transform:rotate(1deg) translateX(-9999px)"', 'style="filter:opacity(0)"'),
    *('style="zoom:0"', 'style="display:n\\one"', 'style="font-size:1px"', "size='0'"),
    *('class="p-1 visually-hidden"', 'class="sr-only"', 'class="accesshide"', 'class="text-white"'),
]
SEEN = [
    *('style="display:inline"', 'style="opacity:0.5"', 'style="font-size:10px"', 'style="opacity:"'),
    *('style="color:#333"', 'style="color:red"', 'style="background:black;color:#fff"', "title='hidden'"),
    *('style="background:url(a.png);color:white"', 'class="badge text-white"', "lang='none'"),
    *('class="d-none d-md-block"', 'class="hidden-words"', 'style="left:-1px"', 'style="width:0"'),
    *('class="overflow-hidden"', 'class="not-sr-only"', 'class="collapse show"', "size='3'"),
    *('style="background:#0000;color:#000"', 'style="color:hsl(0,0%,20%)"', 'style="color:#000f"'),
    *('style="transform:translateX(-9px)"', 'style="filter:opacity(90%)"', 'style="left:20em"'),
    *('style="/* display:none */"', 'style="color:var(--white)"', 'style="overflow:hidden"'),
]  # fmt: skip


def gift(stem: str, first: str) -> FileReading:
    signs = {sign: f"\\{sign}" for sign in "~=#{}:"}
    asked, said = (text.translate(str.maketrans(signs)) for text in (stem, first))
    return FORMATS["gift"].read(f"::Q::[html]{asked}{{={said} ~lead}}".encode(), "q.gift")


def moodle(stem: str, first: str) -> FileReading:
    rows = f'<answer fraction="100"><text>{escape(first)}</text></answer>'
    rows += '<answer fraction="0"><text>lead</text></answer>'
    asked = f'<questiontext format="html"><text>{escape(stem)}</text></questiontext>'
    text = f'<quiz><question type="multichoice"><name><text>Q</text></name>{asked}{rows}</question></quiz>'
    return FORMATS["moodle-xml"].read(text.encode(), "q.xml")


def item_of_qti(stem: str, first: str) -> FileReading:
    # In XML an attribute has a value.
    asked, said = (
        text.replace(" hidden>", ' hidden="">').replace(" popover>", ' popover="">')
        for text in (stem, first)
    )
    rows = CHOICES.format(most=1, prompt="", first="", second="lead").replace("tin", said)
    return qti(asked + rows)


READERS = [gift, moodle, item_of_qti]
each_reader = pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)


@each_reader
@pytest.mark.parametrize("how", HIDING)
def test_words_that_a_style_or_class_hides_are_in_no_question_and_no_answer(read, how):
    stem = f"<p>Which?</p><div><p {how}>Secret</p></div>"
    (item,) = read(stem, f"tin<span {how}> Secret</span>").items
    assert "Secret" not in str(item.content)
    assert (item.content["stem"][:13], item.content["options"][0]["text"]) == (
        "<p>Which?</p>",
        "tin",
    )
    assert HIDDEN in item.notes


@each_reader
@pytest.mark.parametrize("how", SEEN)
def test_words_that_are_seen_stay(read, how):
    (item,) = read(f"<p>Which?</p><p {how}>Seen</p>", f"tin<span {how}> too</span>").items
    assert "Seen" in item.content["stem"]
    assert item.content["options"][0]["text"] == "tin too"
    assert HIDDEN not in item.notes


def test_words_are_hidden_by_the_colour_of_what_stands_around_them():
    stem = '<div style="background:#000"><p style="color:white">Seen</p><p style="color:#000">Secret</p></div>'
    (item,) = moodle(stem + '<p><font color="white">Secret</font>End</p>', "tin").items
    assert item.content["stem"] == "<p>Seen</p><p>End</p>"


@each_reader
@pytest.mark.parametrize(
    ("style", "shown"), [("super", "10³"), ("sub", "10₃"), ("text-top", "10³"), ("baseline", "103")]
)
def test_words_that_a_style_raises_or_lowers_are_raised_or_lowered(read, style, shown):
    said = f'10<span style="vertical-align:{style}">3</span>'
    (item,) = read(f"<p>Which of {said}?</p>", said).items
    assert item.content["stem"].startswith(f"<p>Which of {shown}?</p>")
    assert item.content["options"][0]["text"] == shown


@each_reader
@pytest.mark.parametrize(
    ("how", "shown"),
    [
        *((f'style="vertical-align:{size}"', "10³") for size in (".5em", "4px", "+30%")),
        *((f'style="vertical-align:{size}"', "10₃") for size in ("-.5em", "-2px")),
        *((f'style="position:relative;top:{size}"', "10³") for size in ("-.5em", "-3.0pt")),
        *(('style="position:relative;bottom:-4px"', "10₃"), ('class="superscript"', "10³")),
        *(('class="x qti-subscript"', "10₃"), ('style="font-variant-position:super"', "10³")),
        *(('style="top:-.5em"', "103"), ('style="vertical-align:0px"', "103")),
        *(('style="position:relative;top:1px"', "103"), ('style="vertical-align:middle"', "103")),
    ],
)
def test_words_that_are_moved_off_their_line_are_raised_or_lowered(read, how, shown):
    said = f"10<span {how}>3</span>"
    (item,) = read(f"<p>Which of {said}?</p>", said).items
    assert item.content["stem"].startswith(f"<p>Which of {shown}?</p>")
    assert item.content["options"][0]["text"] == shown
    assert any("<span> is not kept" in note for note in item.notes) == (shown == "103")


def test_paragraph_that_is_moved_is_neither_raised_nor_lowered():
    (item,) = moodle('<p style="position:relative;top:-9px">Which?</p>', "tin").items
    assert item.content["stem"] == "<p>Which?</p>"


@each_reader
@pytest.mark.parametrize(
    "rule",
    [
        *(
            ".a{display:none}",
            "@media all{ .a { color : white } }",
            "#b{left:-999em",
            "@import 'a.css';",
        ),
        *(".a:before{content:'not '}", ".a{text-transform:uppercase}", ".a{vertical-align:super}"),
    ],
)
def test_words_with_a_style_sheet_that_hides_or_changes_words_keep_their_question_out(read, rule):
    for stem, first in (("<p>Which?</p>", "tin"), ("<p>Which?</p>", "tin<b>x</b>")):
        reading = read(f"<style>{rule}</style>{stem}", first)
        assert reading.items == ()
        assert "left out: its words come with a style sheet that " in told(reading)


@each_reader
def test_words_with_a_style_sheet_that_is_layout_only_stay(read):
    (item,) = read("<style>p{margin:1em;color:#333}</style><p>Which?</p>", "tin").items
    assert item.content["stem"].startswith("<p>Which?</p>")


def gift_markdown(stem: str, first: str) -> FileReading:
    signs = str.maketrans({sign: f"\\{sign}" for sign in "~=#{}:"})
    asked, said = stem.translate(signs), first.translate(signs)
    return FORMATS["gift"].read(f"::Q::[markdown]{asked}{{={said} ~lead}}".encode(), "q.gift")


def moodle_markdown(stem: str, first: str) -> FileReading:
    about = 'format="markdown"'
    rows = f'<answer fraction="100" {about}><text>{escape(first)}</text></answer>'
    rows += '<answer fraction="0"><text>lead</text></answer>'
    asked = f"<questiontext {about}><text>{escape(stem)}</text></questiontext>"
    text = f'<quiz><question type="multichoice"><name><text>Q</text></name>{asked}{rows}</question></quiz>'
    return FORMATS["moodle-xml"].read(text.encode(), "q.xml")


@pytest.mark.parametrize("read", [gift_markdown, moodle_markdown])
@pytest.mark.parametrize(
    ("hidden", "note"),
    [
        *(
            ("<!-- Secret -->", COMMENTS),
            ("<!-- `Secret` -->", COMMENTS),
            ("<!-- Secret", COMMENTS),
        ),
        *(('<span style="display:none">Secret</span>', HIDDEN), ("<b hidden>`Secret`</b>", HIDDEN)),
    ],
)
def test_markdown_shows_no_comments_and_no_hidden_words(read, hidden, note):
    (item,) = read(f"Is **2** < 3 `<!-- x -->`? {hidden}", f"tin {hidden}").items
    assert item.content["stem"].rstrip("</p> ") == "<p>Is **2** &lt; 3 `&lt;!-- x --&gt;`?"
    assert item.content["options"][0]["text"] == "tin"
    assert note in item.notes


@pytest.mark.parametrize("read", [gift_markdown, moodle_markdown])
def test_markdown_that_hides_nothing_is_kept_as_typed(read):
    (item,) = read("Which *class* is `<b hidden>` &lt; <i>x</i>?", "`<!-- tin -->`").items
    assert "`&lt;b hidden&gt;` &amp;lt; &lt;i&gt;x" in item.content["stem"]
    assert item.content["options"][0]["text"] == "`<!-- tin -->`"
    assert not {HIDDEN, COMMENTS} & set(item.notes)


STRUCK = ["<s>not</s>", "<del>not</del>", "<strike>not</strike>"]
STRUCK += [
    f'<span style="text-decoration{more}: line-through">not</span>' for more in ("", "-line")
]


@each_reader
@pytest.mark.parametrize("struck", STRUCK)
def test_words_that_are_struck_through_keep_their_question_out(read, struck):
    """Without the line they would say the opposite."""
    for stem, first in ((f"<p>Which is {struck}?</p>", "tin"), ("<p>Which?</p>", f"{struck} tin")):
        reading = read(stem, first)
        assert reading.items == ()
        assert " shows <" in told(reading)


def test_style_that_changes_the_words_is_named():
    (item,) = moodle('<p style="text-transform:uppercase">us</p>', "tin").items
    assert item.notes == ("the style text-transform is not kept",)


def test_styles_are_read_in_little_time():
    begun = time.process_time()
    for odd in ("</i>", "/*", "rgb(", " ", "<i style='color:#fff'>"):
        drop_unseen((f'<p class="x" style="background:{odd * 15_000}">x</p>')[:LONGEST])
        drop_unseen(("<p class>" + "<b>" * 9_000 + odd * 15_000)[:LONGEST])
    for odd in ("-9", "9", "-9999px", "opacity(", "translate(-", "a-", "(transparent"):
        drop_unseen(f'<p class="{odd * 9_000}" style="transform:translate({odd * 15_000}">x</p>')
        drop_unseen(f'<p style="filter:{odd * 15_000};left:{odd * 15_000}">{"<style" * 15_000}')
    assert time.process_time() - begun < 8

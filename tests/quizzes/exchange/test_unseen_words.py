"""What classes and styles of a file say of words: what nobody sees there nobody sees here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from html import escape

import pytest

from items.exchange.formats import FORMATS
from items.exchange.markup import LONGEST
from items.exchange.records import ExchangeItem, FileReading
from items.exchange.styles import NamedParts, find_linked_fault
from items.exchange.unseen_words import HIDDEN, LINKED, drop_unseen
from items.exchange.wording import COMMENTS
from tests.quizzes.exchange.test_question_files import CHOICES, ITEM, package, right, told

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


Asked = tuple[str, str]  # the words of a question, and those of its first answer
SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "~=#{}:"})


def gift(*asked: Asked, form: str = "html") -> FileReading:
    """A file of these questions, Q1 and so on; so do the others below."""
    rows = [
        f"::Q{place}::[{form}]{stem.translate(SIGNS)}{{={first.translate(SIGNS)} ~lead}}"
        for place, (stem, first) in enumerate(asked, 1)
    ]
    return FORMATS["gift"].read("\n\n".join(rows).encode(), "q.gift")


def moodle(*asked: Asked, form: str = "html") -> FileReading:
    rows = ""
    for place, (stem, first) in enumerate(asked, 1):
        rows += f'<question type="multichoice"><name><text>Q{place}</text></name>'
        rows += f'<questiontext format="{form}"><text>{escape(stem)}</text></questiontext>'
        rows += f'<answer fraction="100" format="{form}"><text>{escape(first)}</text></answer>'
        rows += '<answer fraction="0"><text>lead</text></answer></question>'
    return FORMATS["moodle-xml"].read(f"<quiz>{rows}</quiz>".encode(), "q.xml")


def item_of_qti(stem: str, first: str, name: str = "Q1", sheet: str = "") -> str:
    # In XML an attribute has a value.
    for word in ("hidden", "popover", "open"):
        stem, first = (text.replace(f" {word}>", f' {word}="">') for text in (stem, first))
    rows = CHOICES.format(most=1, prompt="", first="", second="lead").replace("tin", first)
    linked = f'<stylesheet href="{sheet}" type="text/css"/>' if sheet else ""
    about = {"many": "single", "base": "identifier", "key": right("A"), "rules": ""}
    text = ITEM.format(body=stem + rows, about="", more=linked, **about)
    return text.replace('title="Q"', f'title="{name}"')


def package_of_qti(*asked: Asked) -> FileReading:
    rows = enumerate(asked, 1)
    files = {f"q{place:03}.xml": item_of_qti(*each, f"Q{place}") for place, each in rows}
    return FORMATS["qti22"].read(package(**files), "q.zip")


READERS = [gift, moodle, package_of_qti]
each_reader = pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)


def read_each(read: Callable[..., FileReading], asked: Iterable[Asked]) -> list[ExchangeItem]:
    """The questions of one file, each in its place: none is left out."""
    asked = list(asked)
    reading = read(*asked)
    assert [item.code for item in reading.items] == [f"Q{n}" for n in range(1, len(asked) + 1)]
    return list(reading.items)


def is_told(note: str, item: ExchangeItem) -> bool:
    """Tell whether a note says it; in a package, behind the name of the file."""
    return any(note in each for each in item.notes)


def words_of(item: ExchangeItem) -> Asked:
    return item.content["stem"], item.content["options"][0]["text"]


@each_reader
def test_words_that_a_style_or_class_hides_are_in_no_question_and_no_answer(read):
    asked = [
        (f"<p>Which?</p><div><p {how}>Secret</p></div>", f"tin<span {how}> Secret</span>")
        for how in HIDING
    ]
    for how, item in zip(HIDING, read_each(read, asked), strict=True):
        assert "Secret" not in str(item.content), how
        assert (words_of(item)[0][:13], words_of(item)[1]) == ("<p>Which?</p>", "tin"), how
        assert is_told(HIDDEN, item), how


@each_reader
def test_words_that_are_seen_stay(read):
    asked = [(f"<p>Which?</p><p {how}>Seen</p>", f"tin<span {how}> too</span>") for how in SEEN]
    for how, item in zip(SEEN, read_each(read, asked), strict=True):
        assert "Seen" in item.content["stem"], how
        assert words_of(item)[1] == "tin too", how
        assert not is_told(HIDDEN, item), how


def test_words_are_hidden_by_the_colour_of_what_stands_around_them():
    stem = '<div style="background:#000"><p style="color:white">Seen</p><p style="color:#000">Secret</p></div>'
    (item,) = moodle((stem + '<p><font color="white">Secret</font>End</p>', "tin")).items
    assert item.content["stem"] == "<p>Seen</p><p>End</p>"


MOVED = [
    *((f'style="vertical-align:{style}"', "10³") for style in ("super", "text-top")),
    *(('style="vertical-align:sub"', "10₃"), ('style="vertical-align:baseline"', "103")),
    *((f'style="vertical-align:{size}"', "10³") for size in (".5em", "4px", "+30%")),
    *((f'style="vertical-align:{size}"', "10₃") for size in ("-.5em", "-2px")),
    *((f'style="position:relative;top:{size}"', "10³") for size in ("-.5em", "-3.0pt")),
    *(('style="position:relative;bottom:-4px"', "10₃"), ('class="superscript"', "10³")),
    *(('class="x qti-subscript"', "10₃"), ('style="font-variant-position:super"', "10³")),
    *(('style="top:-.5em"', "103"), ('style="vertical-align:0px"', "103")),
    *(('style="position:relative;top:1px"', "103"), ('style="vertical-align:middle"', "103")),
]


@each_reader
def test_words_that_a_style_moves_off_their_line_are_raised_or_lowered(read):
    said = [f"10<span {how}>3</span>" for how, _shown in MOVED]
    items = read_each(read, [(f"<p>Which of {each}?</p>", each) for each in said])
    for (how, shown), item in zip(MOVED, items, strict=True):
        assert item.content["stem"].startswith(f"<p>Which of {shown}?</p>"), how
        assert words_of(item)[1] == shown, how
        assert is_told("<span> is not kept", item) == (shown == "103"), how


def test_paragraph_that_is_moved_is_neither_raised_nor_lowered():
    (item,) = moodle(('<p style="position:relative;top:-9px">Which?</p>', "tin")).items
    assert item.content["stem"] == "<p>Which?</p>"


HIDING_SHEETS = [
    *(".a{display:none}", "@media all{ .a { color : white } }", "#b{left:-999em"),
    *("@import 'a.css';", ".a:before{content:'not '}", ".a{text-transform:uppercase}"),
    ".a{vertical-align:super}",
]


@each_reader
def test_words_with_a_style_sheet_that_hides_or_changes_words_keep_their_question_out(read):
    asked = [
        (f"<style>{rule}</style><p>Which?</p>", first)
        for rule in HIDING_SHEETS
        for first in ("tin", "tin<b>x</b>")
    ]
    reading = read(*asked)
    assert reading.items == ()
    assert told(reading).count("left out: its words come with a style sheet that ") == len(asked)


@each_reader
def test_words_with_a_style_sheet_that_is_layout_only_stay(read):
    (item,) = read(("<style>p{margin:1em;color:#333}</style><p>Which?</p>", "tin")).items
    assert item.content["stem"].startswith("<p>Which?</p>")


LINK = '<link href="a.css" rel="stylesheet"/>'


@pytest.mark.parametrize("read", [gift, moodle])
def test_words_with_a_linked_style_sheet_that_is_not_in_the_file_keep_their_question_out(read):
    reading = read((f"{LINK}<p>Which?</p>", "tin"), ("<p>Which?</p>", f"tin{LINK}"))
    assert reading.items == ()
    assert told(reading).count(LINKED) == 2


def linked(sheet: str | None, stem: str, name: str = "css/a%20b.css") -> FileReading:
    files = {"items/q.xml": item_of_qti(stem, "tin", sheet=f"../{name}")}
    files |= {"css/a b.css": sheet} if sheet is not None else {}
    return FORMATS["qti22"].read(package(**files), "q.zip")


SECRET = '<p>Which?</p><p class="a"><b id="b">Secret</b></p>'


@pytest.mark.parametrize(
    "rule",
    [
        *(
            ".a{display:none}",
            "p.a , .z{color:#fff}",
            "body .item > #b{left:-999em",
            "*{opacity:0}",
        ),
        *("@media screen{.z{color:red} p:not(.x)::after{content:'not'}}", "@import url(b.css);"),
    ],
)
def test_words_that_a_sheet_of_the_package_hides_keep_their_question_out(rule):
    reading = linked(rule, SECRET)
    assert reading.items == ()
    assert "left out: its words come with a style sheet that " in told(reading)


def test_words_that_no_rule_of_a_sheet_reaches_stay():
    rules = (
        ".z{display:none} p.z{opacity:0} .a .z, ul{color:#fff} .a{color:red} .a:after{content:''}"
    )
    (item,) = linked(rules, SECRET).items
    assert item.content["stem"].startswith("<p>Which?</p><p><b>Secret</b></p>")
    assert not is_told("sheet", item)


def test_words_of_a_class_whose_sheet_is_in_no_file_keep_their_question_out():
    reading = linked(None, SECRET)
    assert reading.items == ()
    assert "the style sheet ../css/a%20b.css, which is not in the file" in told(reading)
    (item,) = linked(None, "<p>Which?</p>").items
    assert item.notes == (
        "items/q.xml: the style sheet ../css/a%20b.css is not in the file and is not read",
    )


FOLDED = [
    "<details><summary>More</summary>Secret</details>",
    "<details>Secret</details><p>More</p>",
    "<details class='x'><summary>More</summary><p>Secret <b>words</b></p><details>Secret</details></details>",
    "<DETAILS><summary>More</summary><summary>Secret</summary></DETAILS>",
    "<details><summary>More<details open>Secret</details></summary></details>",
    "<details/><summary>More</summary>Secret</details>",
]  # fmt: skip


@each_reader
def test_words_that_open_on_request_are_in_no_question_and_no_answer_and_are_named(read):
    folded = FOLDED[:3] if read is package_of_qti else FOLDED
    items = read_each(read, [(f"<p>Which?</p>{each}", f"tin {each}") for each in folded])
    for how, item in zip(folded, items, strict=True):
        assert "Secret" not in str(item.content), how
        assert all("More" in words for words in words_of(item)), how
        assert is_told("open on request are not kept: Secret", item), how


@each_reader
def test_words_that_stand_open_stay(read):
    (item,) = read(("<p>Which?</p><details open><summary>A</summary>Seen</details>", "tin")).items
    assert "Seen" in item.content["stem"]
    assert not is_told("open on request", item)


def test_words_that_open_on_request_stay_in_a_reason():
    text = b"::Q::[html]Which?{=tin#<details><summary>Why?</summary>It is soft.</details> ~lead}"
    (item,) = FORMATS["gift"].read(text, "q.gift").items
    assert "It is soft." in item.content["options"][0]["reason"]


UNSEEN = '<span style="display:none">Secret</span>'
BEHIND = "<details><summary>More</summary>Secret</details>"
PAIRS = {
    "gift": "::Q::{form}Join.{{=a{x} -> b{x} =c -> d{x} = -> e{x}}}",
    "moodle-xml": '<quiz><question type="matching"><name><text>Q</text></name><questiontext format="html"><text>Join.'
    '</text></questiontext><subquestion format="html"><text>a{x}</text><answer><text>b{x}</text></answer></subquestion>'
    '<subquestion format="html"><text>c</text><answer><text>d{x}</text></answer></subquestion></question></quiz>',
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize(
    ("how", "note"), [(UNSEEN, HIDDEN), (BEHIND, "words that open on request")]
)
@pytest.mark.parametrize("form", ["", "[html]", "[moodle]"])
def test_words_that_a_pair_hides_are_in_neither_half(name, how, note, form):
    if name == "gift":
        text = PAIRS[name].format(form=form, x=how.translate(SIGNS))
    else:
        text = PAIRS[name].format(x=escape(how))
    (item,) = FORMATS[name].read(text.encode(), "q").items
    assert "Secret" not in str(item.content)
    assert [row["left"][0] for row in item.content["pairs"]] == ["a", "c"]
    assert "".join(row["text"][0] for row in item.content["rights"]).startswith("bd")
    assert any(told.startswith(note) for told in item.notes)


def test_words_without_a_format_are_html_where_they_look_like_it():
    """As in Moodle: what the question alone looks like says nothing of its answers."""
    text = f"::Q::Which?{{=tin{UNSEEN.translate(SIGNS)}#why{UNSEEN.translate(SIGNS)} ~1 < 2 &}}"
    (item,) = FORMATS["gift"].read(text.encode(), "q.gift").items
    first, second = item.content["options"]
    assert (first["text"], first["reason"], second["text"]) == ("tin", "why", "1 < 2 &")


def test_words_before_the_border_of_a_text_with_gaps_are_read_like_any_question():
    stem = escape(f"<p>Fill.{UNSEEN}</p><!-- text with gaps --><p>Tin is {{1:SA:=soft}}.</p>")
    asked = f'<questiontext format="html"><text>{stem}</text></questiontext>'
    text = f'<quiz><question type="cloze">{asked}</question></quiz>'
    (item,) = FORMATS["moodle-xml"].read(text.encode(), "q.xml").items
    assert (item.content["stem"], HIDDEN in item.notes) == ("<p>Fill.</p>", True)


MARKDOWN_HIDES = [
    *(("<!-- Secret -->", COMMENTS), ("<!-- `Secret` -->", COMMENTS), ("<!-- Secret", COMMENTS)),
    *(('<span style="display:none">Secret</span>', HIDDEN), ("<b hidden>`Secret`</b>", HIDDEN)),
]
each_markdown = pytest.mark.parametrize("read", READERS[:2], ids=lambda read: read.__name__)


@each_markdown
def test_markdown_shows_no_comments_and_no_hidden_words(read):
    asked = [
        (f"Is **2** < 3 `<!-- x -->`? {hidden}", f"tin {hidden}")
        for hidden, _note in MARKDOWN_HIDES
    ]
    items = read_each(partial(read, form="markdown"), asked)
    for (hidden, note), item in zip(MARKDOWN_HIDES, items, strict=True):
        shown = "<p>Is **2** &lt; 3 `&lt;!-- x --&gt;`?"
        assert item.content["stem"].rstrip("</p> ") == shown, hidden
        assert words_of(item)[1] == "tin", hidden
        assert note in item.notes, hidden


@each_markdown
def test_markdown_that_hides_nothing_is_kept_as_typed(read):
    asked = ("Which *class* is `<b hidden>` &lt; <i>x</i>?", "`<!-- tin -->`")
    (item,) = read(asked, form="markdown").items
    assert "`&lt;b hidden&gt;` &amp;lt; &lt;i&gt;x" in item.content["stem"]
    assert item.content["options"][0]["text"] == "`<!-- tin -->`"
    assert not {HIDDEN, COMMENTS} & set(item.notes)


STRUCK = ["<s>not</s>", "<del>not</del>", "<strike>not</strike>"]
STRUCK += [
    f'<span style="text-decoration{more}: line-through">not</span>' for more in ("", "-line")
]


@each_reader
def test_words_that_are_struck_through_keep_their_question_out(read):
    """Without the line they would say the opposite."""
    asked = [
        pair
        for struck in STRUCK
        for pair in ((f"<p>Which is {struck}?</p>", "tin"), ("<p>Which?</p>", f"{struck} tin"))
    ]
    reading = read(*asked)
    assert reading.items == ()
    assert told(reading).count(" shows <") == len(asked)


def test_style_that_changes_the_words_is_named():
    (item,) = moodle(('<p style="text-transform:uppercase">us</p>', "tin")).items
    assert item.notes == ("the style text-transform is not kept",)


NONE = NamedParts(frozenset(), frozenset())


def test_styles_are_read_in_little_time():
    begun = time.process_time()
    for odd in ("</i>", "/*", "rgb(", " ", "<i style='color:#fff'>"):
        drop_unseen((f'<p class="x" style="background:{odd * 15_000}">x</p>')[:LONGEST])
        drop_unseen(("<p class>" + "<b>" * 9_000 + odd * 15_000)[:LONGEST])
    for odd in ("-9", "9", "-9999px", "opacity(", "translate(-", "a-", "(transparent"):
        drop_unseen(f'<p class="{odd * 9_000}" style="transform:translate({odd * 15_000}">x</p>')
        drop_unseen(f'<p style="filter:{odd * 15_000};left:{odd * 15_000}">x</p>')
    drop_unseen(f'<p style="left:0">{"<style" * 15_000}')
    for odd in ("<details>", "<details/>", "<details><summary>", "</details>"):
        drop_unseen((odd * 15_000)[:LONGEST])
    find_linked_fault(
        f"{'.a ' * 90_000}{{opacity:0}}{'a,' * 90_000}{{opacity:0}}{':' * 90_000}{'[' * 90_000}",
        NONE,
    )
    assert time.process_time() - begun < 8

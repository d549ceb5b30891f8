"""A hostile file is refused quickly, with a message and its line."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from items.exchange.archives import MOST_MEMBERS
from items.exchange.formats import FORMATS, detect_format
from items.exchange.markup import MOST_LEVELS, clean_html
from items.exchange.readable import holds_tex
from items.exchange.texts import LONGEST_LINE
from items.exchange.wording import answer_words
from items.kinds.spec import ContentError

GOOD = b"::A::One?{=yes ~no}\n\n"
DTD = b'<?xml version="1.0"?>\n<!DOCTYPE quiz [\n<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<quiz>&b;</quiz>'
OUTSIDE = b'<?xml version="1.0"?>\n<!DOCTYPE quiz SYSTEM "file:///etc/passwd">\n<quiz/>'
DEEP = b"<quiz>" + b"\n<a>" * 5000 + b"</a>" * 5000 + b"</quiz>"
PIECES_OF_MARKUP = [
    *(
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<ul>",
        "</ul>",
        "<li>",
        "</li>",
        "<br>",
        "<div>",
        "</div>",
    ),
    *(
        "<em>",
        "</em>",
        "<h2>",
        "<table>",
        "<td>",
        "</table>",
        "<script>",
        "</script>",
        "<svg>",
        "<style>",
    ),
    *("<textarea>", "<a href='javascript:x'>", "<p onclick='x'>", "<!--", "-->", "<![CDATA["),
    *("x", " ", "a < b", "&amp;", "&lt;b>", "<", "&nbsp;"),
]
QUESTION = '<quiz>\n<question type="shortanswer"><name><text>Q</text></name>{}</question>\n</quiz>'
LINES = {
    "gift: a brace that never closes": ("gift", GOOD + b"::B::Two?{=yes ~no\n\n::C::Three?{T}", 3),
    "gift: a brace that never opens": ("gift", GOOD + b"::B::Two?\n=yes ~no}", 4),
    "gift: an escape that eats the brace": ("gift", GOOD + b"::B::Two?{=yes ~no \\}", 3),
    "gift: a name that never ends": ("gift", GOOD + b"::B Two {=a ~b}", 3),
    "gift: a NUL": ("gift", GOOD + b"::B::T\x00wo{T}", 3),
    "gift: two encodings": ("gift", "::Ä::Ö?{T}\n".encode() + b"::B::caf\xe9{T}", 2),
    "gift: half a UTF-16 file": ("gift", b"\xff\xfe:\x00:", 1),
    "gift: a line of 50 MB": ("gift", GOOD + b"a" * (LONGEST_LINE + 1), 3),
    "aiken: an answer that is none": ("aiken", b"One?\nA. yes\nB. no\nANSWER: C", 4),
    "aiken: a letter left out": ("aiken", b"One?\nA. yes\nC. no\nANSWER: A", 3),
    "aiken: an answer to nothing": ("aiken", b"\nANSWER: A", 2),
    "csv: a quote that never ends": ("csv", b'code,kind,stem,part,text\nA,single,"x\n', 2),
    "csv: unknown columns": ("csv", b"code,kind,stem,part,text,colour\n", 1),
    "csv: more cells than columns": ("csv", b"code,kind,stem,part,text\nA,single,b,c,d,e", 2),
    "csv: a kind that is none": ("csv", b"code,kind,stem,part,text\n\nA,essay,b,c,d", 3),
    "moodle-xml: a document type": ("moodle-xml", DTD, 2),
    "moodle-xml: a file outside": ("moodle-xml", OUTSIDE, 2),
    "moodle-xml: a tree too deep": ("moodle-xml", DEEP, 101),
    "moodle-xml: not closed": ("moodle-xml", b"<quiz>\n<question>\n</quiz>", 3),
    "moodle-xml: an unknown entity": (
        "moodle-xml",
        b"<quiz>\n<question>&nbsp;</question></quiz>",
        2,
    ),
    "moodle-xml: a NUL": ("moodle-xml", b"<quiz>\n<q>\x00</q></quiz>", 2),
    "moodle-xml: mixed encodings": ("moodle-xml", b"<quiz>\n<q>caf\xe9</q></quiz>", 2),
    "moodle-xml: an encoding that is none": (
        "moodle-xml",
        b'<?xml version="1.0" encoding="klingon"?>\n<quiz/>',
        1,
    ),
    "moodle-xml: another root": ("moodle-xml", b"\n<html/>", 2),
    "moodle-xml: no answer": ("moodle-xml", QUESTION.format("").encode(), 2),
    "moodle-xml: empty": ("moodle-xml", b"", 1),
    "qti22: a document type": ("qti22", DTD, 2),
    "qti22: another root": ("qti22", b"<quiz/>", 1),
    "qti22: no body": ("qti22", b"\n<assessmentItem identifier='a'/>", 2),
}

# One odd question: it is left out by its line, and the rest arrives.
ODD = {
    "gift: a second block": ("gift", GOOD + b"::B::Two {=a ~b}\nand {=c ~d}", 4),
    "gift: a brace in an answer": ("gift", GOOD + b"::B::Two {=a\n~b {c}}", 4),
    "gift: words before the answers": ("gift", GOOD + b"::B::Two {c; =a ~b}", 3),
    "gift: a number that is none": ("gift", GOOD + b"::B::Two {#ten}", 3),
    "gift: a pair without its half": ("gift", GOOD + b"::B::Two {=a->b =c}", 3),
    "gift: one answer": ("gift", GOOD + b"::B::Two {~c}", 3),
    "gift: a code that comes twice": ("gift", GOOD + GOOD, 0),
    "aiken: no answer": ("aiken", b"One?\nA. yes\nB. no\n\nTwo?\nA. yes\nB. no\nANSWER: A", 5),
    "csv: a kind that is none": (
        "csv",
        b"code,kind,stem,part,text\nA,description,b,,\nB,essay,b,c,d",
        3,
    ),
    "csv: a code twice": (
        "csv",
        b"code,kind,stem,part,text\nA,description,b,,\nA,description,b,,",
        0,
    ),
    "moodle-xml: no answer": (
        "moodle-xml",
        QUESTION.format("")
        .replace(
            "</quiz>",
            "<question type='description'><name>A</name>"
            "<questiontext><text>b</text></questiontext></question></quiz>",
        )
        .encode(),
        2,
    ),
}


def zipped(**files: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return whole.getvalue()


@pytest.mark.parametrize(("name", "data", "line"), LINES.values(), ids=LINES)
def test_malformed_file_is_refused_with_its_line(name, data, line):
    reading = FORMATS[name].read(data, "file.txt")
    assert reading.fatal
    assert line in {problem.line for problem in reading.problems if problem.fatal}


@pytest.mark.parametrize(("name", "data", "line"), ODD.values(), ids=ODD)
def test_odd_question_is_left_out_by_its_line_and_the_rest_arrives(name, data, line):
    reading = FORMATS[name].read(data, "file.txt")
    assert not reading.fatal
    assert [problem.line for problem in reading.problems] == [line] * bool(line)
    assert len(reading.items) == (1 if line else 2)


@pytest.mark.parametrize(
    "data",
    [
        zipped(**{"a.xml": b"0" * 60_000_000}),
        zipped(**{"a.xml": b"0" * 5_000_000}),
        zipped(**{f"{n}.xml": b"" for n in range(MOST_MEMBERS + 1)}),
        zipped(**{"a.xml": b"<assessmentItem/>"})[:-30],
        b"PK\x03\x04" + b"\x00" * 100,
        zipped(**{"a.xml": DTD}),
        zipped(
            **{
                "imsmanifest.xml": b'<m><resource type="imsqti_item_xmlv2p2" href="../../a.xml"/></m>'
            }
        ),
    ],
    ids=["50 MB", "ratio", "members", "cut off", "no zip", "DTD inside", "path outside"],
)
def test_hostile_package_is_refused_within_five_seconds(data):
    begun = time.monotonic()
    assert FORMATS["qti22"].read(data, "a.zip").fatal
    assert time.monotonic() - begun < 5


def test_package_with_a_broken_manifest_is_refused():
    assert FORMATS["qti22"].read(zipped(**{"imsmanifest.xml": b"<a>"}), "a.zip").fatal


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\xff\xfe\x00", b"}", b"{", b"\\", b"<", b"PK", b'"', b"::", b"=;~#:"]
)
def test_reader_reports_garbage_without_raising(name, data):
    reading = FORMATS[name].read(data, "x")
    # GIFT reads words without braces as a description.
    assert reading.problems or name == "gift"


def test_gift_useless_backslash_is_reported_with_its_line():
    reading = FORMATS["gift"].read(GOOD + b"::B::Two \\q?\n{T}", "x.gift")
    assert [(p.line, p.fatal) for p in reading.problems] == [(3, False)]
    assert "\\q" in reading.items[1].content["stem"]


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""], ids=["BOM", "none"])
def test_gift_reader_ignores_a_byte_order_mark(mark):
    assert FORMATS["gift"].read(mark + GOOD, "x").items[0].code == "A"


def test_utf_16_file_with_byte_order_mark_is_read():
    assert FORMATS["gift"].read(GOOD.decode().encode("utf-16"), "x").items[0].code == "A"


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("<script>alert(1)</script>Why?", "<p>Why?</p>"),
        ("<p onclick='x()'>Why</p>", "<p>Why</p>"),
        ("<a href='javascript:x'>Why</a>", "<p>Why</p>"),
        ("<p>One<p>Two", "<p>One</p><p>Two</p>"),
        ("<b><i>x</b></i>", "<p><b><i>x</i></b></p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("&lt;script&gt;", "<p>&lt;script&gt;</p>"),
        ("<ul>x<li>y</ul>", "<ul><li>x</li><li>y</li></ul>"),
        ("<img src=x onerror=y>", ""),
        ("Is 1 <x", "<p>Is 1 &lt;x</p>"),
        ("<!-- a <b", "<p>&lt;!-- a &lt;b</p>"),
        ("half \ud800", "<p>half \ufffd</p>"),
        ("<div>a</div><h2>b</h2>c", "<p>a</p><p>b</p><p>c</p>"),
        ("<svg><style><img src=x onerror=y></style></svg>Why", "<p>Why</p>"),
    ],
)
def test_clean_keeps_only_the_allowed_markup(source, kept):
    cleaned, _dropped = clean_html(source)
    assert cleaned == kept
    assert clean_html(cleaned)[0] == kept


def test_clean_refuses_markup_far_longer_than_a_question():
    with pytest.raises(ContentError):
        clean_html("<ul>" * 50_000)


@pytest.mark.parametrize(
    "source",
    ["<b>" * 10_000 + "x", "<div>" * 10_000, "<ul><li>" * 10_000, "<font>" * 10_000],
    ids=["b", "div", "lists", "font"],
)
def test_clean_refuses_markup_of_ten_thousand_levels_at_once(source):
    begun = time.process_time()
    with pytest.raises(ContentError):
        clean_html(source)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("level", ["<b>", "<div>", "<ul><li>", "<p><i>"])
def test_clean_reads_markup_of_two_hundred_levels(level):
    assert clean_html(level * MOST_LEVELS + "x")[0].count("x") == 1


@pytest.mark.parametrize(
    ("level", "end"),
    [("<b>", "</b>"), ("<div>", "</div>"), ("<ul><li>", "</li></ul>"), ("<i><p>", "</p></i>")],
)
def test_nested_empty_markup_costs_milliseconds_and_a_file_of_it_seconds(level, end):
    begun = time.process_time()
    for _question in range(60):
        with pytest.raises(ContentError):
            clean_html((level * 10_000)[:70_000])
    assert time.process_time() - begun < 3
    one = level * 190 + end * 190
    begun = time.process_time()
    assert clean_html(one * (60_000 // len(one)))[0] == ""
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("level", ["<sup>", "<sub>", "<sup><sub>", "\\(", "$$", "<math>"])
def test_deep_signs_and_endless_formulas_cost_milliseconds(level):
    """Raised signs were raised again at each level, and each beginning of a formula looked for its end."""
    begun = time.process_time()
    for _question in range(10):
        with contextlib.suppress(ContentError):
            answer_words((level * 10_000)[:70_000] + "x", [])
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"\(x\)", True),
        (r"\(\)", False),
        (r"\) \(x", False),
        (r"a \[ b \] c", True),
        ("$$ x $$", True),
        ("$$$$", False),
        ("$5 and $6", False),
    ],
)
def test_formula_in_tex_has_words_between_its_signs(text, found):
    assert holds_tex(text) is found


def test_clean_does_not_count_paragraphs_that_the_next_one_closes():
    assert clean_html("<p>One<br>" * 300)[0] == "<p>One<br/></p>" * 300


@given(st.lists(st.sampled_from(PIECES_OF_MARKUP), max_size=15).map("".join))
def test_cleaned_markup_is_well_formed_and_stays_as_it_is(source):
    cleaned, _dropped = clean_html(source)
    kept = {each.tag for each in ElementTree.fromstring(f"<div>{cleaned}</div>").iter()}
    assert kept <= {"div", "b", "i", "em", "strong", "p", "ul", "ol", "li", "br"}
    assert clean_html(cleaned)[0] == cleaned


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (GOOD, "a.txt", "gift"),
        (b"One?\nA. yes\nB. no\nANSWER: A\n", "a.txt", "aiken"),
        (b"\xef\xbb\xbfcode;kind;stem;part;text\n", "a", "csv"),
        (b"<?xml version='1.0'?><quiz>", "a.xml", "moodle-xml"),
        (b"<assessmentItem>", "a.xml", "qti22"),
        (b"<qti-assessment-item>", "a.xml", "qti30"),
        (zipped(a=b""), "a.zip", "qti22"),
        (b"nothing", "a.doc", ""),
    ],
)
def test_sniff_recognises_the_format_of_a_file(data, name, found):
    assert detect_format(data, name) == found

"""Two releases of a course side by side: which lines of which pages differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from courses.models.records import CourseRelease
from courses.pages.release_texts import ReleasedPage, read_release

SAME, CHANGED, GONE, NEW = "same", "changed", "gone", "new"


@dataclass(frozen=True, slots=True)
class ComparedWords:
    """A line on both sides; on a side where it does not stand it is empty."""

    kind: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ComparedPart:
    """A page, the rules of a quiz, a question or the terms of a certificate on both sides.

    `is_proved`: its words have the digests that the releases pin.
    """

    what: str
    title: str
    lines: tuple[ComparedWords, ...]
    is_proved: bool = True

    @property
    def differs(self) -> bool:
        return any(line.kind != SAME for line in self.lines)


def compare_lines(before: Sequence[str], after: Sequence[str]) -> tuple[ComparedWords, ...]:
    """Every line of both sides in their order, what is alike beside each other."""
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    return tuple(
        line
        for tag, i, j, k, m in matcher.get_opcodes()
        for line in _pair(tag, before[i:j], after[k:m])
    )


def _pair(tag: str, before: Sequence[str], after: Sequence[str]) -> Iterator[ComparedWords]:
    if tag == "equal":
        yield from (ComparedWords(SAME, one, one) for one in before)
        return
    for was, now in zip_longest(before, after):
        if was is None:
            yield ComparedWords(NEW, after=now)
        elif now is None:
            yield ComparedWords(GONE, before=was)
        else:
            yield ComparedWords(CHANGED, was, now)


def compare_pages(before: CourseRelease, after: CourseRelease) -> list[ComparedPart]:
    """Every page of either release: those of `after` in their order, then those that are gone. Two queries."""
    was = {(page.key, page.locale): page for page in read_release(before)}
    now = {(page.key, page.locale): page for page in read_release(after)}
    return [_compare_page(was.get(name), now.get(name)) for name in dict.fromkeys([*now, *was])]


def _compare_page(before: ReleasedPage | None, after: ReleasedPage | None) -> ComparedPart:
    shown = [page for page in (after, before) if page]
    return ComparedPart(
        what=f"{shown[0].kind}, {shown[0].locale}",
        title=shown[0].title,
        lines=compare_lines(_lines(before), _lines(after)),
        is_proved=all(page.is_proved for page in shown),
    )


def _lines(page: ReleasedPage | None) -> tuple[str, ...]:
    return (page.title, *page.lines) if page else ()

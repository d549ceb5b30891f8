"""What the editor's Checks panel finds in our own words: faults in blocks, modules and questions.

Faults are found here, by reading what was written, and marked in the page with `data-faults`; the checker in the
browser only lists the marks. So it needs no script of ours, and sees what the page does not show, like reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from wagtail.admin.userbar import ContentCheckerItem
from wagtail.models import Page

from courses.models import LessonPage, ModulePage
from items.authoring import contents, writing_hints
from items.authoring.item_contents import content_of, find_item_hints
from items.models import Item

# What a module shows by example.
EXAMPLES = {"example", "case_study"}
# The fields of pages that hold a sentence or more, beside their blocks.
READ = ("promise", "lede", "audience", "statement", "meaning", "summary", "intro")
FAULTS: Mapping[str, tuple[Any, Any]] = {
    "missing_alt": (
        _("A picture without words"),
        _("Say what it shows, for people who cannot see it."),
    ),
    "hard_to_read": (
        _("Hard to read"),
        _("Most people need a higher school grade for this than 12. Use shorter sentences."),
    ),
    "no_example": (
        _("No example in this module"),
        _("Add an example or a case study to one of its lessons."),
    ),
    "long_key": (
        _("The right answer is the longest"),
        _("People guess it. Make it shorter, or the others longer."),
    ),
    "no_reason": (
        _("A reason is missing"),
        _("People learn from reasons, for right answers too."),
    ),
    "few_options": (
        _("Fewer than three answers"),
        _("Guessing is easy. Add one that people believe."),
    ),
    "same_words": (
        _("Two answers say the same"),
        _("Change one of them, or leave it out."),
    ),
    "all_of_above": (
        _("“All of the above”"),
        _("It asks for logic, not for the subject. Name what you mean."),
    ),
    "negative_stem": (
        _("The question asks for what is not so"),
        _("People read over “not”. Ask for what is right, or print the word in bold."),
    ),
    "no_principle": (
        _("A question without a principle"),
        _("Only a draw from any principle finds it."),
    ),
}


class OwnChecks(ContentCheckerItem):
    """Wagtail's checks of accessibility, and ours."""

    def get_axe_run_only(self, request: HttpRequest) -> list[str]:
        ours = [_rule_name(code) for code in FAULTS]
        return [*super().get_axe_run_only(request), "image-alt", *ours]

    def get_axe_custom_rules(self, request: HttpRequest) -> list[dict[str, Any]]:
        return [*super().get_axe_custom_rules(request), *(_rule(code) for code in FAULTS)]

    def get_axe_messages(self, request: HttpRequest) -> dict[str, Any]:
        ours = {
            _rule_name(code): {"error_name": name, "help_text": advice}
            for code, (name, advice) in FAULTS.items()
        }
        return super().get_axe_messages(request) | ours


def use_own_checks(_request: HttpRequest, entries: list[Any], _page: Any) -> None:
    """Wagtail's hook for the entries of the userbar, and for the Checks panel of the editor."""
    entries[:] = [
        OwnChecks(in_editor=one.in_editor) if isinstance(one, ContentCheckerItem) else one
        for one in entries
    ]


def find_page_faults(page: Page) -> list[str]:
    """What is wrong with a page as a whole."""
    return find_text_faults(page) + _find_missing_examples(page)


def find_text_faults(page: Page) -> list[str]:
    """What is wrong with the words of a page beside its blocks."""
    read, language = [getattr(page, name, "") for name in READ], name_language(page)
    hard = any(_is_hard(text, language) for text in (*read, ". ".join(read)))
    return ["hard_to_read"] if hard else []


def _find_missing_examples(page: Page) -> list[str]:
    module = page if isinstance(page, ModulePage) else page.get_parent()
    if not isinstance(page, ModulePage | LessonPage) or not module:
        return []
    lessons = LessonPage.objects.child_of(module).exclude(pk=page.pk).only("body")
    bodies = [lesson.body for lesson in lessons]
    if isinstance(page, LessonPage):
        bodies.append(page.body)
    shown = any(block.block_type in EXAMPLES for body in bodies for block in body)
    return [] if shown else ["no_example"]


def find_block_faults(kind: str, value: Any, *, language: str = "en") -> list[str]:
    """What is wrong with one block of a lesson. Reading grades are known for English only."""
    if kind == "check":
        missing = contents.count_missing_reasons(value.block, value)
        found = writing_hints.find_hints(
            _as_question(value), principle=True, missing_reasons=missing
        )
        return [hint.code for hint in found]
    faults = ["missing_alt"] if kind == "figure" and not str(value["alt"]).strip() else []
    if _is_hard(". ".join(_texts(value)), language):
        faults.append("hard_to_read")
    return faults


def find_item_faults(item: Item) -> list[str]:
    """What is wrong with a question, each once."""
    content = content_of(item)
    pictured = [content, *_rows(content.get("options"))]
    faults = [hint.code for hint in find_item_hints(item)]
    if any("image" in one and not str(one.get("alt") or "").strip() for one in pictured):
        faults.append("missing_alt")
    return list(dict.fromkeys(faults))


def name_language(page: Page) -> str:
    """The language that the page is written in, without its region."""
    return str(page.locale.language_code).partition("-")[0]


def _rule_name(code: str) -> str:
    return f"postworthy-{code.replace('_', '-')}"


def _rule(code: str) -> dict[str, Any]:
    """Every mark is a fault: what is marked has no title, and the check asks for one."""
    return {
        "id": _rule_name(code),
        "impact": "moderate",
        "selector": f"[data-faults~='{code}']",
        "tags": ["best-practice"],
        "any": ["non-empty-title"],
        "enabled": True,
    }


def _is_hard(text: str, language: str) -> bool:
    grade = writing_hints.estimate_school_grade(strip_tags(text)) if language == "en" else None
    return grade is not None and grade > writing_hints.HARDEST_GRADE


def _as_question(value: Any) -> dict[str, Any]:
    options = [dict(option) for option in value["options"]]
    return {"kind": value["kind"], "stem": value["question"], "options": options}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(text := getattr(value, "source", value), str) and text.strip():
        yield strip_tags(text).strip()


def _rows(rows: Any) -> list[Mapping[str, Any]]:
    return list(rows) if isinstance(rows, list) else []

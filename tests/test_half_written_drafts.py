"""Every block of every StreamField of every page and question can be saved in a draft, empty and half-written."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from threading import Thread
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page, Workflow, get_page_models
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

import pytest

from courses.models import LessonPage
from courses.writing.drafts import DraftBlocks, blocks_below
from courses.writing.finished import UnfinishedError
from items.authoring.item_contents import content_of
from items.models import Item
from quizzes.models import QuizPage
from tests import draw_once
from tests.factories.courses import lessons_of, make_course, make_home
from tests.factories.quizzes import make_bank, make_row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forms_are_built_once() -> Iterator[None]:
    """All cases of a stream share what the script is told of its blocks: the cases differ in what is written."""
    # No fixture `monkeypatch`: the makers write what they write without one.
    with pytest.MonkeyPatch.context() as patch:
        draw_once.build_forms_once(patch)
        yield


STATES = ("empty", "half")
# The second of two moments lies before the first: a reversed span.
EARLIER = count(9999, -1)


def written(block: blocks.Block, state: str, prefix: str) -> dict[str, Any]:
    """What the editor sends for a block in which nothing, or something wrong, is written."""
    if isinstance(block, blocks.StructBlock):
        parts = [written(b, state, f"{prefix}-{n}") for n, b in block.child_blocks.items()]
        return {name: value for part in parts for name, value in part.items()}
    if isinstance(block, blocks.ListBlock):
        rows = 0 if state == "empty" else 1
        made: dict[str, Any] = {f"{prefix}-count": str(rows)}
        for row in range(rows):
            here = f"{prefix}-{row}"
            made |= {f"{here}-order": str(row), f"{here}-deleted": ""}
            made |= written(block.child_block, state, f"{here}-value")
        return made
    if isinstance(block, blocks.MultipleChoiceBlock | blocks.BooleanBlock):
        return {}
    return {prefix: half_of(block) if state == "half" else nothing_in(block)}


def nothing_in(block: blocks.Block) -> str:
    return rich_text("") if isinstance(block, blocks.RichTextBlock) else ""


def half_of(block: blocks.Block) -> str:
    if isinstance(block, blocks.RichTextBlock):
        return rich_text("<p>Half a</p>")
    if isinstance(block, blocks.ChoiceBlock | blocks.ChooserBlock):
        return ""
    if isinstance(block, blocks.DateTimeBlock):
        moment = next(EARLIER)
        return f"2030-01-01 {moment // 60 % 24:02}:{moment % 60:02}"
    if isinstance(block, blocks.IntegerBlock | blocks.DecimalBlock):
        return "-7"
    return "Half a word " * 200  # longer than any field may be once published


def streams_of(model: type[Model]) -> dict[str, blocks.StreamBlock]:
    fields = model._meta.local_fields
    return {one.name: one.stream_block for one in fields if isinstance(one, StreamField)}


def stream_data(stream: blocks.StreamBlock, state: str, only: str = "") -> dict[str, Any]:
    chosen = {n: b for n, b in stream.child_blocks.items() if only in {"", n}}
    made: dict[str, Any] = {"count": str(len(chosen))}
    for place, (name, block) in enumerate(chosen.items()):
        made |= {f"{place}-type": name, f"{place}-order": str(place), f"{place}-deleted": ""}
        made |= written(block, state, f"{place}-value")
    return made


MODELS = [model for model in get_page_models() if streams_of(model)]
CASES = [(model, name, "") for model in MODELS for name in streams_of(model)]
CASES += [(Item, "body", kind) for kind in streams_of(Item)["body"].child_blocks]


def handler_of(model: type[Model]) -> Any:
    return (
        model.get_edit_handler() if issubclass(model, Page) else Item.snippet_viewset._edit_handler
    )


def form_of(model: type[Model], instance: Model, data: dict[str, Any], parent: Page) -> Any:
    form_class = handler_of(model).get_form_class()
    extra = {"parent_page": parent} if issubclass(model, Page) else {}
    return form_class(data, instance=instance, **extra)


def plain_fields() -> dict[str, Any]:
    told = {"title": "Half", "slug": "half", "stem": rich_text(""), "comments": inline_formset([])}
    numbers = {"points": "1", "difficulty": "2", "minutes": "3"}
    return told | {"bank": str(make_bank().pk), "code": "HALF"} | numbers


def fields_of(model: type[Model]) -> list[str]:
    """The plain fields of the form of a page or question, with no box to tick."""
    return [
        name
        for name, field in handler_of(model).get_form_class().base_fields.items()
        if name not in streams_of(model) and not isinstance(field, forms.BooleanField)
    ]


NEEDED = {"title", "bank"}  # what docs/authoring.md says a draft needs
WRITTEN = [model for model in get_page_models() if model is not Page] + [Item]
PLAIN = [(model, name, "") for model in WRITTEN for name in fields_of(model) if name not in NEEDED]
PLAIN += [(model, "title", "Too long " * 60) for model in WRITTEN if model is not Item]
PLAIN += [(Item, "points", "0"), (Item, "points", "-1"), (Item, "points", "12345678.123")]
PLAIN += [(Item, "difficulty", "7"), (LessonPage, "minutes", "-3")]
PLAIN += [(LessonPage, "minutes", "a few")]


@pytest.mark.parametrize(
    ("model", "field", "sent"), PLAIN, ids=[f"{m.__name__}-{f}-{s[:8]}" for m, f, s in PLAIN]
)
def test_no_plain_field_stops_a_draft_by_being_empty_or_wrong(
    model: type[Model], field: str, sent: str
) -> None:
    home = make_home()
    told = plain_fields() | {name: streamfield([]) for name in streams_of(model)}
    if field in told or sent:
        told[field] = rich_text("") if field == "stem" else sent
    instance = model(locale=home.locale) if issubclass(model, Page) else model()
    instance._cached_parent_obj = home  # type: ignore[attr-defined]  # a page's slug is found beside its siblings
    form = form_of(model, instance, nested_form_data(told), home)
    form.defer_required_fields()
    assert form.is_valid(), form.errors.as_json()
    saved = form.save(commit=False)
    if isinstance(saved, Page):
        saved.live = False
        home.add_child(instance=saved)
        assert saved.title[:4] == str(told["title"])[:4]
    else:
        saved.save()
        assert saved.points > 0
    finished = form_of(model, model(), nested_form_data(told), home)
    assert field not in {"minutes", "points", "difficulty"} or field in finished.errors


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    ("model", "field", "kind"), CASES, ids=[f"{m.__name__}-{f}-{k}" for m, f, k in CASES]
)
def test_every_block_is_saved_in_a_draft_of_its_page_or_question(
    model: type[Model], field: str, kind: str, state: str, rf: Any
) -> None:
    home = make_home()
    told = plain_fields()
    told |= {name: streamfield([]) for name in streams_of(model) if name != field}
    told |= {
        f"{field}-{k}": v for k, v in stream_data(streams_of(model)[field], state, kind).items()
    }
    instance = model(locale=home.locale) if issubclass(model, Page) else model()
    form = form_of(model, instance, nested_form_data(told), home)
    form.defer_required_fields()
    assert form.is_valid(), form.errors.as_json()
    saved = form.save(commit=False)
    saved.live = False
    if isinstance(saved, Page):
        home.add_child(instance=saved)
    else:
        saved.save()
    again = saved.save_revision(clean=False).as_object()
    assert len(getattr(again, field)) == (1 if kind else len(streams_of(model)[field].child_blocks))
    # The next look at the draft: its form, its hints and its preview.
    form_of(model, again, None, home).as_p()
    if kind:
        content_of(again)
    for mode, _label in again.preview_modes if kind else again.preview_modes[:1]:
        assert again.make_preview_request(preview_mode=mode).status_code == 200


SPANS = [("0001-01-01 00:00", "", "Europe/Berlin"), ("0027-05-10 08:00", "", "UTC")]
SPANS += [("", "9999-12-31 23:59", "America/New_York")]


@pytest.mark.parametrize(("opens", "closes", "zone"), SPANS)
def test_implausible_moment_waits_until_publishing(opens: str, closes: str, zone: str) -> None:
    """A year that is half typed is a year all the same, and a year of which no other zone has the day."""
    home = make_home()
    with timezone.override(zone):
        told = plain_fields() | {name: streamfield([]) for name in streams_of(QuizPage)}
        told["differences"] = streamfield([("open", {"opens_at": opens, "closes_at": closes})])
        data = nested_form_data(told)
        page = QuizPage(locale=home.locale)
        page._cached_parent_obj = home  # type: ignore[attr-defined]
        form = form_of(QuizPage, page, data, home)
        form.defer_required_fields()
        assert form.is_valid(), form.errors.as_json()
        saved = form.save(commit=False)
        saved.live = False
        home.add_child(instance=saved)
        again = saved.save_revision(clean=False).as_object()
    with timezone.override("America/New_York"):
        shown = form_of(QuizPage, again, None, home).as_p()
        assert (opens or closes)[:4] in shown
        for mode, _label in again.preview_modes:
            assert again.make_preview_request(preview_mode=mode).status_code == 200
        assert "differences" in form_of(QuizPage, QuizPage(), data, home).errors


def test_two_rows_of_one_kind_wait_until_publishing() -> None:
    stream = streams_of(QuizPage)["differences"]
    twice = stream.to_python([{"type": "pass_percent", "value": value} for value in (70, 80)])
    assert len(stream.clean_deferred(twice)) == 2
    with pytest.raises(ValidationError):
        stream.clean(twice)


def test_every_stream_waits_while_a_draft_is_saved() -> None:
    """No block refuses by a `clean` of its own: what it asks stands in `check_finished`, which waits."""
    for model in apps.get_models():
        for stream in streams_of(model).values():
            if not model.__module__.startswith("wagtail"):
                assert isinstance(stream, DraftBlocks), model
            for block in blocks_below(stream):
                made = next(kind for kind in type(block).__mro__ if "clean" in vars(kind))
                assert made.__module__.startswith(("wagtail.", "courses.writing.drafts")), made


def test_rules_hold_again_after_a_draft_was_saved() -> None:
    stream = streams_of(QuizPage)["differences"]
    before = [(block.field.required, len(block.field.validators)) for block in fields(stream)]
    stream.clean_deferred(stream.to_python([]))
    assert [(b.field.required, len(b.field.validators)) for b in fields(stream)] == before


def fields(stream: blocks.StreamBlock) -> list[Any]:
    return [block for block in blocks_below(stream) if isinstance(block, blocks.FieldBlock)]


@pytest.mark.parametrize("text", ["NUL \0", "1e99999999"])
def test_draft_refuses_only_what_cannot_be_stored(text: str) -> None:
    stream = streams_of(Item)["body"]
    child = stream.child_blocks["number"].child_blocks
    block = child["unit"] if "NUL" in text else child["answer"]
    stream.defer_required_validation()
    try:
        with pytest.raises(Exception, match=r"Null characters|shorter number"):
            block.clean(block.field.to_python(text) if "NUL" not in text else text)
    finally:
        stream.restore_deferred_validation()


@pytest.mark.parametrize("way", ["bulk", "desk"])
def test_nothing_half_written_goes_live_on_a_side_way(
    client: Client, django_user_model: Any, way: str
) -> None:
    """Bulk publishing and approving from the desk ask the rules that the editor asks."""
    root = django_user_model.objects.create_superuser("root@x.example", "pw", display_name="Root")
    client.force_login(root, backend="home.backends.PersonBackend")
    lesson = lessons_of(make_course())[0]
    lesson.body = [("check", {"question": "Half a", "kind": "single", "options": []})]
    lesson.save_revision(clean=False)
    address = f"/cms/bulk/wagtailcore/page/publish/?id={lesson.pk}"
    if way == "desk":
        Workflow.objects.first().start(lesson, root)
        told = [lesson.pk, "approve", lesson.current_workflow_task_state.pk]
        address = reverse("wagtailadmin_pages:workflow_action", args=told)
    reply = client.post(address)
    assert (reply.status_code, "is not finished" in reply.text) == (409, True)
    assert "Half a" not in str(type(lesson).objects.get(pk=lesson.pk).body)


@pytest.mark.parametrize("way", ["plan", "desk"])
def test_question_without_a_reason_goes_live_from_a_file_only(
    client: Client, django_user_model: Any, way: str
) -> None:
    """It could be asked and marked, but learners would miss why: its form would refuse it, and so do the side ways."""
    root = django_user_model.objects.create_superuser("root@x.example", "pw", display_name="Root")
    client.force_login(root, backend="home.backends.PersonBackend")
    item = make_bank("FILE", make_row(code="ONE")).items.get()
    item.body[0].value["options"][0]["reason"] = ""
    revision = item.save_revision(clean=False)
    if way == "desk":
        Workflow.objects.first().start(item, root)
        told = [item.pk, "approve", item.current_workflow_task_state.pk]
        desk = Item.snippet_viewset.get_url_name("workflow_action")
        reply = client.post(reverse(desk, args=told))
        assert (reply.status_code, "is not finished" in reply.text) == (409, True)
    else:
        with pytest.raises(UnfinishedError):
            revision.publish()
    assert item.versions.count() == 1
    item.publish_from_file(revision, user=root)
    assert item.versions.count() == 2


@pytest.mark.databases
def test_draft_and_publication_of_two_requests_are_checked_one_at_a_time() -> None:
    """Blocks are shared by the threads of a process: while one is lenient, no other is checked."""
    published: list[str] = []

    def publish() -> None:
        try:
            stream.clean(stream.to_python([{"type": "word", "value": ""}]))
        except ValidationError:
            published.append("refused")

    class Word(blocks.CharBlock):
        def clean(self, value: Any) -> Any:
            if self.is_deferred_validation:
                other.start()
                other.join(0.2)
                assert published == []
            return super().clean(value)

    class Words(DraftBlocks):
        word = Word()

    stream, other = Words(), Thread(target=publish)
    stream.clean_deferred(stream.to_python([{"type": "word", "value": ""}]))
    other.join()
    assert published == ["refused"]

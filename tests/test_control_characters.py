"""No form of the editor takes a character that nobody can see; NUL would be a fault of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from django import forms
from django.urls import get_resolver

from wagtail.admin.forms.collections import CollectionForm
from wagtail.admin.forms.workflows import get_task_form_class, get_workflow_edit_handler
from wagtail.admin.viewsets import viewsets
from wagtail.documents import get_document_model
from wagtail.documents.forms import get_document_form
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.models import APIToken, GroupApprovalTask, Page, Workflow, get_page_models

import pytest

from certificates.models import Award
from tests.test_house import ROOMS

pytestmark = pytest.mark.django_db
# The forms whose words are ours: Wagtail's own, which only superusers have, refuse NUL alone.
OURS = {"Image", "Document"}
# An award can only be looked at; a token is asked for with a person. The words of a question are looked at with its
# answers, as `test_folding` asks.
NOT_WRITTEN = (Award, APIToken)
ELSEWHERE = {"accounts", "items.feedback", "items.hint"}
NAMES = {
    "ItemBank",
    "Item",
    "Principle",
    "Certification",
    "Image",
    "Document",
    "Collection",
    "Group",
}
NAMES |= {"CoursePage", "LessonPage", "PrinciplePage", "Workflow", "GroupApprovalTask"}


def forms_of_the_editor() -> Iterator[tuple[type, type[forms.ModelForm]]]:
    """Each model that is written in the editor, with its form."""
    for model in get_page_models():
        if model is not Page:
            yield model, model.get_edit_handler().get_form_class()
    get_resolver().url_patterns  # noqa: B018 - the editor knows its forms once its addresses are known
    for viewset in viewsets.viewsets:
        if hasattr(viewset, "get_form_class") and viewset.model not in NOT_WRITTEN:
            yield viewset.model, viewset.get_form_class()
    yield get_image_model(), get_image_form(get_image_model())
    yield get_document_model(), get_document_form(get_document_model())
    yield CollectionForm.Meta.model, CollectionForm
    yield Workflow, get_workflow_edit_handler().get_form_class()
    yield GroupApprovalTask, get_task_form_class(GroupApprovalTask)


def typed_fields(form: type[forms.ModelForm]) -> list[str]:
    """The fields of a form in which people type words."""
    plain = (forms.TextInput, forms.Textarea)
    return [
        name
        for name, field in form.base_fields.items()
        if isinstance(field, forms.CharField) and isinstance(field.widget, plain)
    ]


def test_no_form_of_the_editor_takes_a_control_character() -> None:
    asked, taken = set(), []
    for model, form in forms_of_the_editor():
        room = model._meta.app_label
        is_ours = model.__name__ in OURS or room in {*ROOMS} - ELSEWHERE
        blank = {f"{name}-count": "0" for name in form.base_fields}  # for those that hold blocks
        for char, name in product("\x00\x07\x9f" if is_ours else "\x00", typed_fields(form)):
            made: Any = form(blank | {name: f"Plain{char}words"}, instance=model())
            asked.add(model.__name__)
            if name not in made.errors and (char == "\x00" or f"{room}.{name}" not in ELSEWHERE):
                taken.append(f"{model.__name__}.{name} {ord(char):02x}")
    assert taken == []
    assert asked >= NAMES

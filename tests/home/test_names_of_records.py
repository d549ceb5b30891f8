"""How records are named, in choosers and lists: what a record does not have is not said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone

from wagtail.fields import StreamField

import pytest

from courses.models import Principle

OWN = [
    model
    for app in apps.get_app_configs()
    if Path(app.path).parent == Path(settings.BASE_DIR)
    for model in app.get_models()
]
VALUES: dict[type[models.Field[Any, Any]], Any] = {
    models.BooleanField: True,
    models.DateTimeField: timezone.now(),
    models.DateField: timezone.now().date(),
    models.JSONField: {},
}


def test_principle_without_a_number_is_named_by_its_title() -> None:
    assert str(Principle(number=None, title="P copy")) == "P copy"
    assert str(Principle(number=0, title="Begin")) == "0. Begin"
    assert str(Principle(number=1, title="Be kind")) == "1. Be kind"


@pytest.mark.django_db
@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_record_of_which_nothing_is_known_that_may_be_missing_is_not_none(model: Any) -> None:
    record = model()
    for field in model._meta.concrete_fields:
        if field.null:
            setattr(record, field.attname, None)
        elif field.attname in {"id", "pk"} or field.is_relation:
            setattr(record, field.attname, 1)
        elif not isinstance(field, StreamField):
            known = (VALUES[kind] for kind in VALUES if isinstance(field, kind))
            setattr(record, field.attname, next(known, "1"))
    try:
        name = str(record)
    except (ObjectDoesNotExist, AttributeError):  # named after another record
        return
    assert "None" not in name

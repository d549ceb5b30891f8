"""What is found by search, and what uses what, looked up once for all that the demo has made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db.models.signals import post_save

from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import update_reference_index_on_save

from modelsearch.index import get_indexed_models
from modelsearch.signal_handlers import post_save_signal_handler


@contextmanager
def indexed_at_the_end() -> Iterator[None]:
    """Inside this context nothing is indexed; all that is there at its end is.

    A page is saved three times before it is live: to index it each time is a fifth of loading the demo.
    """
    indexers = [(post_save_signal_handler, model) for model in get_indexed_models()]
    indexers += [(update_reference_index_on_save, model) for model in ReferenceIndex.tracked_models]
    silent = [
        (index, model) for index, model in indexers if post_save.disconnect(index, sender=model)
    ]
    try:
        yield
    finally:
        for index, model in silent:
            post_save.connect(index, sender=model)
    call_command("update_index", verbosity=0)
    call_command("rebuild_references_index", verbosity=0)

"""Files that are entered in the ledger when somebody takes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase

View = Callable[..., HttpResponseBase]


def record_only_for_get(view: View) -> View:
    """HEAD is answered with the headers of the file, and leaves no trace: nobody has got anything."""

    @wraps(view)
    def looked_at(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "HEAD":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            file = view(request, *args, **kwargs)
            transaction.set_rollback(True)
        if not file.streaming:
            return file
        return HttpResponse(status=file.status_code, headers=dict(file.headers))

    return looked_at

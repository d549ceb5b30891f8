"""The API for machines, `/api/v1/`: the routers of the rooms, one way in, one shape of refusal (docs/api.md)."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from ninja import NinjaAPI, Router

from accounts.api import TokenAuth, tell_problems
from channels.api import router as channels

api = NinjaAPI(
    title="Postworthy",
    version="1",
    description="May this person post on this channel, at this moment?",
    auth=TokenAuth(),
    docs_url=None,
    urls_namespace="api",
)
tell_problems(api)
elsewhere = Router()


@elsewhere.api_operation(
    ["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", auth=None, include_in_schema=False
)
def nowhere(request: HttpRequest, rest: str) -> None:
    """An address that the API does not have answers as a problem, not as a page for people."""
    raise Http404(f"There is no /api/v1/{rest[:100]}.")


api.add_router("", channels)
api.add_router("", elsewhere)  # last: it matches every address

"""The API for machines at `/api/v1/`: the routers of the apps, with one sign-in and one error format (docs/api.md)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from ninja import NinjaAPI, Router

from accounts.api.access import TokenAuth, describe_refusals, register_problem_handlers
from channels.api import router as channels


class DescribedAPI(NinjaAPI):
    """Says in its OpenAPI description that refusals are problem+json, and which headers come with them."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        describe_refusals(schema)
        return schema


api = DescribedAPI(
    title="Postworthy",
    version="1",
    description="May this person post on this channel, at this moment?",
    auth=TokenAuth(),
    openapi_url=None,  # below: ninja's own would ask a POST for a CSRF token before it refused it
    docs_url=None,
    urls_namespace="api",
)
register_problem_handlers(api)
elsewhere = Router()


METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@elsewhere.get("/openapi.json", auth=None, include_in_schema=False)
def describe_api(request: HttpRequest) -> Any:
    """The description of the API."""
    return api.get_openapi_schema()


@elsewhere.api_operation(METHODS, "/", auth=None, include_in_schema=False)
def nothing(request: HttpRequest) -> None:
    """The address itself has nothing to tell."""
    raise Http404("Ask below /api/v1/, as /api/v1/openapi.json describes.")


@elsewhere.api_operation(METHODS, "/{path:rest}", auth=None, include_in_schema=False)
def nowhere(request: HttpRequest, rest: str) -> None:
    """An unknown API address answers as problem+json, not as an HTML page."""
    raise Http404(f"There is no /api/v1/{rest[:100]}.")


api.add_router("", channels)
api.add_router("", elsewhere)  # last: it matches every address

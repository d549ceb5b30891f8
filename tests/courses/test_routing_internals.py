"""What `courses.pages.routing` uses of Wagtail's insides: a renaming there fails here, and not on the site."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from wagtail import hooks, views
from wagtail.models import Page
from wagtail.url_routing import RouteResult
from wagtail.wagtail_hooks import check_view_restrictions

import pytest

from courses.pages import routing

pytestmark = pytest.mark.django_db


def test_wagtail_keeps_the_route_where_routing_writes_it(course_page, rf):
    """Wagtail's own look-up leaves its result on the request under the name that `serve_page` uses."""
    ours, theirs = rf.get(course_page.url), rf.get(course_page.url)
    ours.user = AnonymousUser()
    assert routing.serve_page(ours, course_page.url.strip("/") + "/").status_code == 200
    Page.route_for_request(theirs, course_page.url.strip("/") + "/")
    names = [set(vars(request)) - set(vars(HttpRequest())) for request in (ours, theirs)]
    (route,) = {name for name in names[1] if "route" in name and "site" not in name}
    assert route in names[0]
    for request in (ours, theirs):
        assert isinstance(getattr(request, route), RouteResult)
        assert getattr(request, route).page.pk == course_page.pk


def test_wagtail_uses_the_route_that_is_written(course_page, rf):
    """With the route already there Wagtail asks nothing more: the request is served for one look-up."""
    request = rf.get("/")
    request._wagtail_route_for_request = RouteResult(course_page)
    assert Page.route_for_request(request, "no/such/page/").page == course_page


def test_view_restrictions_are_the_hook_that_routing_leaves_out():
    found = hooks.get_hooks("on_serve_page")
    assert check_view_restrictions in found


def test_serving_ends_in_the_chain_that_routing_begins_with(course_page, rf):
    request = rf.get(course_page.url)
    request.user = AnonymousUser()
    assert views.serve_chain is routing.serve_chain
    assert views.serve_chain(course_page, request, [], {}).status_code == 200

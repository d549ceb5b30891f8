"""The page of an address, remembered by the process: each use asks the database whether it is still there.

The changes here tell nobody: they are made as another process would make them, by statements alone.
"""

from __future__ import annotations

from typing import Any

from wagtail.models import Page, PageViewRestriction

import pytest

from courses.models import CaseStudyPage, PrinciplePage
from courses.pages import routing
from courses.pages.routing import SiteRoot
from tests.factories.courses import make_case_study, make_home, make_principle_page

pytestmark = [pytest.mark.databases, pytest.mark.django_db]


@pytest.fixture
def root() -> SiteRoot:
    return SiteRoot(make_home().url_path, "/")


@pytest.fixture
def principle(root: SiteRoot) -> PrinciplePage:
    """A principle whose address has been asked once."""
    page = make_principle_page(1, slug="ask-early")
    assert find(root).page == page
    return page


def find(root: SiteRoot, path: str = "principles/ask-early/") -> Any:
    return routing.find_page(root, path)


def test_page_is_found_in_one_statement_as_its_own_type(root, principle, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = find(root)
        assert found.page.locale.language_code == "en"
    assert isinstance(found.page, PrinciplePage)
    assert (found.page.statement, found.plain, found.closed) == (principle.statement, True, False)


def test_page_of_another_type_has_a_statement_of_its_own(root, principle):
    make_case_study(principle, slug="a-case")
    for _time in range(2):
        assert isinstance(find(root, "principles/ask-early/a-case/").page, CaseStudyPage)
        assert isinstance(find(root).page, PrinciplePage)


@pytest.mark.parametrize(
    "change",
    [
        {"live": False},
        {"slug": "elsewhere", "url_path": "/home/principles/elsewhere/"},
    ],
    ids=["unpublished", "moved"],
)
def test_page_that_is_there_no_more_is_not_found(root, principle, change):
    Page.objects.filter(pk=principle.pk).update(**change)
    assert find(root) is None


def test_page_that_was_deleted_is_not_found(root, principle):
    Page.objects.get(pk=principle.pk).delete()
    assert find(root) is None


def test_other_page_at_the_address_is_found(root, principle):
    other = make_principle_page(2, slug="listen")
    assert find(root, "principles/listen/").page == other
    for page, path in ((principle, "x"), (other, "ask-early"), (principle, "listen")):
        address = f"{root.url_path}principles/{path}/"
        Page.objects.filter(pk=page.pk).update(slug=path, url_path=address)
    assert find(root).page == other
    assert find(root, "principles/listen/").page == principle


@pytest.mark.parametrize("level", [0, 1], ids=["page", "above"])
def test_restriction_counts_at_once(root, principle, level):
    at = [principle, principle.get_parent()][level]
    PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page=at, restriction_type="login")]
    )
    assert (find(root).closed, find(root).plain) == (True, True)
    PageViewRestriction.objects.filter(page=at).update(restriction_type="groups")
    assert (find(root).closed, find(root).plain) == (False, False)


def test_alias_on_the_way_counts_at_once(root, principle):
    """An alias shows what its original says; Wagtail serves it."""
    other = make_principle_page(2)
    Page.objects.filter(pk=principle.get_parent().pk).update(alias_of=other)
    assert not find(root).plain

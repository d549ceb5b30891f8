from __future__ import annotations

from types import SimpleNamespace

import pytest

from home.navigation import navigation

RIGHTS = {"manages": "/team/", "owns_channels": "/channels/", "hr": "/people/", "cms": "/cms/"}


def hrefs(**options) -> list[str]:
    return [link.href for link in navigation(**{"here": "/", "rights": None, **options}).links]


def test_a_visitor_sees_only_what_is_public():
    assert hrefs(signed_in=False) == ["/principles/", "/courses/"]


def test_a_learner_also_sees_their_status():
    assert hrefs(signed_in=True) == ["/principles/", "/courses/", "/me/"]


@pytest.mark.parametrize(("right", "door"), RIGHTS.items())
def test_each_right_opens_one_more_door(right, door):
    rights = SimpleNamespace(**{right: True})
    assert set(hrefs(signed_in=True, rights=rights)) - set(hrefs(signed_in=True)) == {door}


def test_rights_of_a_person_who_is_signed_out_open_nothing():
    rights = SimpleNamespace(**dict.fromkeys(RIGHTS, True))
    assert hrefs(signed_in=False, rights=rights) == hrefs(signed_in=False)


def test_only_the_part_of_the_site_one_is_in_is_current():
    links = navigation(here="/courses/core/", signed_in=True, rights=None).links
    assert [link.href for link in links if link.current] == ["/courses/"]

"""The pages of emergency stops: stopped with two clicks, told on every page, ended by whoever may."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from channels.models import Freeze
from tests.factories.channels import make_channel, make_owner, make_poster
from tests.factories.people import give_role, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
START = "/channels/freezes/start/channel:BLOG/"
PASSWORD = "correct horse battery"


@pytest.fixture
def blog(olga):
    channel = make_channel("BLOG", title="Corporate blog")
    make_owner(channel, olga)
    return channel


def text(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def test_freeze_takes_two_clicks_and_is_told_on_every_page(blog, olga, ada, ben, as_) -> None:
    make_poster(ada, blog)
    client, hers = as_(olga), as_(ada)
    assert 'href="/channels/freezes/start/channel:BLOG/"' in client.get("/channels/freezes/").text
    page = text(client.get(START))
    assert "1 open channel stops at once, on which 1 person has a role." in page
    said = {"reason": "Outage", "typed": "blog", "hours": "4"}
    response = client.post(START, said, follow=True)
    freeze = Freeze.objects.get()
    assert response.redirect_chain == [(f"/channels/freezes/{freeze.uuid}/", 302)]
    assert (freeze.reason, freeze.ends_at.timestamp() - freeze.starts_at.timestamp()) == (
        "Outage",
        4 * 3600,
    )
    assert "Posting is stopped on Corporate blog. Outage See the stop" in text(hers.get("/me/"))
    assert "Posting is stopped" not in text(as_(ben).get("/me/"))
    assert "Posting is paused since" in text(hers.get("/channels/BLOG/"))


def test_freeze_ends_with_a_reason(blog, olga, ada, as_) -> None:
    client = as_(olga)
    client.post(START, {"reason": "Outage", "typed": "BLOG"})
    again = text(client.post(START, {"reason": "Outage", "typed": "BLOG"}))
    assert "You have started this stop already, and it runs." in again
    freeze = Freeze.objects.get()
    here = f"/channels/freezes/{freeze.uuid}/"
    assert "Write why people may post again." in text(client.post(f"{here}end/", follow=True))
    assert "The stop goes on" in text(client.post(f"{here}review/", {"note": "Wait"}, follow=True))
    page = text(client.post(f"{here}end/", {"reason": "Mended"}, follow=True))
    assert "People may post again on Corporate blog." in page
    assert "Mended" in page
    freeze.refresh_from_db()
    assert (freeze.end_actor, freeze.end_reason) == (olga.actor, "Mended")
    again = text(client.post(f"{here}end/", {"reason": "A mistake"}, follow=True))
    assert "This stop has ended before. Olga Niemi wrote: Mended" in again


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"reason": "x", "typed": "BLOGG"}, "This is not BLOG, so nothing was stopped."),
        ({"reason": "x"}, "Write the word to confirm what you stop."),
        ({"typed": "BLOG"}, "Write why posting stops."),
        ({"reason": "x", "typed": "BLOG", "allowed": "N99"}, "Nobody has the HR id N99."),
    ],
)
def test_freeze_with_something_missing_stops_nothing(blog, olga, as_, said, problem) -> None:
    assert problem in text(as_(olga).post(START, said))
    assert not Freeze.objects.exists()


def test_global_freeze_is_not_ended_by_whoever_started_it(blog, ada, olga, as_) -> None:
    client = as_(give_role(ada, "governance"))
    where = "/channels/freezes/start/global/"
    client.post(where, {"reason": "Crisis", "typed": "everywhere", "hours": "4"})
    freeze = Freeze.objects.get()
    assert freeze.ends_at is None
    here = f"/channels/freezes/{freeze.uuid}/"
    assert "somebody else has to end it" in text(client.get(here))
    assert client.post(f"{here}end/", {"reason": "x"}).status_code == 403
    assert as_(olga).post(f"{here}end/", {"reason": "x"}).status_code == 403
    assert as_(olga).get("/channels/freezes/start/global/").status_code == 403


def test_drill_stops_nobody_and_keeps_its_times(blog, olga, ada, as_) -> None:
    make_owner(blog, make_person("Dora Deputy"), "deputy")
    client = as_(olga)
    client.post(START, {"reason": "Exercise", "typed": "BLOG", "drill": "on"})
    page = text(client.get(f"/channels/freezes/{Freeze.objects.get().uuid}/"))
    assert "Drill: nobody is stopped" in page
    assert "Posting is stopped on Corporate blog. Exercise" not in page


def test_freeze_asks_for_the_password_when_the_sign_in_is_old(blog, olga, client) -> None:
    olga.set_password(PASSWORD)
    olga.save()
    client.force_login(olga, backend="home.backends.PersonBackend")
    reply = client.get(START)
    asked = reply.headers["Location"]
    assert asked.startswith("/accounts/reauthenticate/?next=")
    assert "You are about to stop posting, or to end a stop" in text(client.get(asked))
    assert "change how you sign in" in text(client.get("/accounts/reauthenticate/"))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get(START).status_code == 200


def test_post_of_an_old_sign_in_goes_on_after_the_password(blog, olga, client) -> None:
    olga.set_password(PASSWORD)
    olga.save()
    client.force_login(olga, backend="home.backends.PersonBackend")
    asked = client.post(START, {"reason": "Outage", "typed": "BLOG"}).headers["Location"]
    assert not Freeze.objects.exists()
    client.post(asked, {"password": PASSWORD, "next": START})
    assert Freeze.objects.get().reason == "Outage"

"""Platforms are added on a page: by governance of all regions, after a second look."""

from __future__ import annotations

import pytest

from accounts.models import Role
from channels.desk.platforms import read_address
from channels.models import Platform
from ledger.models import Entry
from ledger.reconciling import find_unproved_facts
from tests.factories.channels import make_platform
from tests.factories.people import give_role, make_person, make_region

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
ADD = "/channels/platforms/add/"
CHIRP = {
    "name": "Chirp",
    "code": "chirp",
    "hosts": "chirp.example\n www.chirp.example \nchirp-news.example",
    "url_template": "https://www.chirp.example/{handle}",
    "reason": "Support asked for it.",
}


@pytest.fixture
def gov():
    return give_role(make_person("Gro Vik"), Role.GOVERNANCE)


def text(reply) -> str:
    return reply.content.decode()


def test_platform_is_added_after_a_second_look_and_its_addresses_are_read(gov, as_):
    page = as_(gov).post(ADD, CHIRP | {"step": "look"})
    assert "chirp.example, chirp-news.example" in text(page)
    assert "https://www.chirp.example/northlight" in text(page)
    assert not Platform.objects.filter(code="chirp").exists()
    done = as_(gov).post(ADD, CHIRP | {"step": "do"}, follow=True)
    assert "Chirp is a platform now." in text(done)
    assert done.redirect_chain[-1][0] == "/channels/platforms/"
    assert "chirp-news.example" in text(done)
    found = read_address("https://m.chirp-news.example/northlight?ref=1")
    assert (found.platform, found.url) == ("chirp", "https://www.chirp.example/northlight")
    entry = Entry.objects.get(kind="platform.added", subject="platform:chirp")
    assert (entry.actor, entry.data) == (gov.actor, {"reason": "Support asked for it."})
    assert [one for one in find_unproved_facts() if "chirp" in str(one)] == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hosts": "blog.northlight.example"}, "belongs to a platform of the registry already"),
        ({"hosts": "chirр.example"}, "has letters that only look like those of a platform"),
        ({"hosts": "ftp://chirp.example"}, "Only addresses that begin with https"),
        ({"hosts": "chirp"}, "This is no address of a profile"),
        ({"hosts": "t.co"}, "only leads on to another address"),
        ({"hosts": " \n "}, "This field is required"),
        ({"url_template": "https://www.chirp.example/"}, "write {handle} once"),
        ({"url_template": "https://chirp.example/{handle}/{handle}"}, "write {handle} once"),
        ({"url_template": "https://chirp.example/{0}/{handle}"}, "write {handle} once"),
        ({"url_template": "http://chirp.example/{handle}"}, "Begin with https://"),
        ({"url_template": "https://chirp.example.evil/{handle}"}, "Begin with https://"),
        ({"code": "Chirp!"}, "Use small letters"),
        ({"code": "blog"}, "There is a platform with the code blog."),
        ({"reason": ""}, "Write why."),
    ],
)
def test_platform_that_cannot_be_right_is_refused_at_its_field(gov, as_, changed, said):
    blog = make_platform("blog")
    Platform.objects.filter(pk=blog.pk).update(hosts=["blog.northlight.example"])
    for step in ("look", "do"):
        page = as_(gov).post(ADD, CHIRP | changed | {"step": step})
        assert (page.status_code, said in text(page)) == (200, True), (step, said)
    assert Platform.objects.count() == 1


def test_platform_of_a_look_alike_host_is_refused(gov, as_):
    known = make_platform("linkedin")
    Platform.objects.filter(pk=known.pk).update(hosts=["linkedin.com"])
    page = as_(gov).post(ADD, CHIRP | {"hosts": "1inkedin.example", "step": "do"})
    assert "looks like the address of a platform and is not" in text(page)


def test_platform_is_everybodys_and_not_added_by_a_region(as_):
    lead = give_role(make_person("Lea Roy"), Role.GOVERNANCE, region=make_region("BR"))
    listed = text(as_(lead).get("/channels/platforms/"))
    assert "Ask channel governance of all regions" in listed
    assert ADD not in listed
    assert as_(lead).post(ADD, CHIRP | {"step": "do"}).status_code == 403
    assert not Platform.objects.exists()

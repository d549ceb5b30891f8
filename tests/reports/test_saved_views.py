"""Saved views: whose they are, with whom they are shared, what of them is lost, and that they show nobody more."""

from __future__ import annotations

from uuid import uuid4

from django.core.cache import caches

import pytest

from ledger.models import Entry
from reports.models import SavedView
from tests.factories.people import give_role, make_person, make_region, make_team
from tests.reports.makers import make_certification
from tests.worlds import make_view


@pytest.fixture(autouse=True)
def counted_afresh() -> None:
    caches["pages"].clear()


@pytest.fixture
def hana(db: None):
    return give_role(make_person("Hana Lind"), "hr", region=make_region("BR"))


def save(browser, name: str = "Lapsed", **said: str):
    said = {"address": "status=lapsed&columns=name,team", "shared_with": "", **said}
    return browser.post("/people/views/", {"name": name, **said})


def tabs(browser) -> list[tuple[str, str, bool]]:
    return browser.get("/people/").context["saved_views"]


@pytest.mark.databases
def test_view_is_saved_from_the_address_of_the_list_and_stands_above_it(as_, hugo):
    make_certification()
    browser = as_(hugo)
    form = browser.get("/people/views/?status=lapsed&columns=team,name&after=WyJ4Il0=").content
    assert b">\nstatus=lapsed&amp;columns=team%2Cname</textarea>" in form
    pasted = "https://hr.example/people/?columns=team,name&status=lapsed&before=abc#results"
    assert save(browser, address=pasted).status_code == 302
    view = SavedView.objects.get()
    assert (view.owner, view.name) == (hugo, "Lapsed")
    assert view.address == "status=lapsed&columns=team%2Cname"
    assert tabs(browser) == [("Lapsed", view.address, False)]
    page = browser.get(f"/people/?{view.address}").content.decode()
    assert f'href="/people/?{view.address.replace("&", "&amp;")}"' in page
    assert page.count('aria-current="page"') >= 1
    assert browser.get(f"/people/?{view.address}").context["saved_views"][0][2]
    entry = Entry.objects.get(kind="view.saved")
    assert (entry.actor, entry.subject) == (hugo.actor, f"view:{view.uuid}")
    assert entry.data == {"shared_with": ""}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": ""}, "Give the view a name"),
        ({"name": "a\x01b"}, "control characters"),
        ({"address": "colour=red"}, "There is no filter called “colour”"),
        ({"address": "status=nope"}, "“nope” is no choice for status"),
        ({"address": "unit=NONE"}, "“NONE” is no choice for unit"),
        ({"address": "columns=salary"}, "There is no column called “salary”"),
        ({"shared_with": "reviewer"}, "Select a valid choice"),
        ({"shared_with": "auditor"}, "Select a valid choice"),
    ],
)
def test_view_that_the_list_would_not_understand_is_not_saved(as_, hugo, said, words):
    reply = save(as_(hugo), **said)
    assert reply.status_code == 200
    assert words in reply.content.decode()
    assert not SavedView.objects.exists()


def test_view_of_a_taken_name_is_not_saved_and_others_may_have_it(as_, hugo, hana):
    save(as_(hugo))
    reply = save(as_(hugo), address="")
    assert "You have a view of this name" in reply.content.decode()
    assert SavedView.objects.get().address == "status=lapsed&columns=name%2Cteam"
    assert save(as_(hana)).status_code == 302
    mine = make_view(hugo)
    again = as_(hugo)
    sent = again.get(f"/people/views/{mine.uuid}/").context["form"]["base"].value()
    reply = again.post(
        f"/people/views/{mine.uuid}/", {"name": "Lapsed", "address": "", "base": sent}
    )
    assert "You have a view of this name" in reply.content.decode()


@pytest.mark.databases
def test_view_is_shared_with_the_same_role_and_nobody_else(as_, hugo, hana, vera):
    save(as_(hugo), "For HR", shared_with="hr")
    save(as_(hugo), "For me")
    assert [name for name, _a, _c in tabs(as_(hugo))] == ["For HR", "For me"]
    assert [name for name, _a, _c in tabs(as_(hana))] == ["For HR"]
    assert tabs(as_(vera)) == []
    page = as_(hana).get("/people/views/").content.decode()
    assert "Shared with everybody who has the role HR" in page
    assert "Change or delete" not in page
    view = SavedView.objects.get(name="For HR")
    mine = as_(hugo)
    form = dict(mine.get(f"/people/views/{view.uuid}/").context["form"].initial)
    base = mine.get(f"/people/views/{view.uuid}/").context["form"]["base"].value()
    sent = form | {"base": base, "shared_with": ""}
    assert mine.post(f"/people/views/{view.uuid}/", sent).status_code == 302
    assert tabs(as_(hana)) == []
    shared = [entry.data["shared_with"] for entry in Entry.objects.filter(kind="view.saved")]
    assert shared == ["hr", "", ""]


@pytest.mark.databases
def test_shared_view_shows_nobody_more_than_their_own_people(as_, hugo, hana, ada, carol):
    save(as_(hugo), "Everybody", address="employment=all&columns=hr_id", shared_with="hr")
    save(as_(hugo), "Hers", address=f"manager={ada.hr_id}", shared_with="hr")
    opened = {}
    for reader in (hugo, hana):
        for name, address, _current in tabs(as_(reader)):
            reply = as_(reader).get(f"/people/?{address}")
            rows = {person.hr_id for person in reply.context["page"].rows}
            opened[reader.display_name, name] = rows, reply.context["filters"].misread
    assert {ada.hr_id, carol.hr_id} <= opened[hugo.display_name, "Everybody"][0]
    assert opened[hana.display_name, "Everybody"][0] == {carol.hr_id}
    # Whom she may not see is unknown to her, and so she sees nobody.
    rows, misread = opened[hana.display_name, "Hers"]
    assert rows == set()
    assert "is no choice for manager" in misread[0]
    export = f"/people/export/shown/?{SavedView.objects.get(name='Everybody').address}"
    assert as_(hana).get(export).getvalue().decode("utf-8-sig").split() == [
        '"HR', 'id"', f'"{carol.hr_id}"',
    ]  # fmt: skip


def test_view_of_another_can_neither_be_opened_for_change_nor_deleted(as_, hugo, hana):
    view = make_view(hugo)
    browser, address = as_(hana), f"/people/views/{view.uuid}/"
    assert browser.get(address).status_code == 404
    assert browser.post(address, {"name": "Hers", "address": ""}).status_code == 404
    assert browser.post(f"{address}delete/").status_code == 404
    view.refresh_from_db()
    assert view.name == "Mine"
    assert as_(hugo).get(f"/people/views/{uuid4()}/").status_code == 404


@pytest.mark.databases
def test_view_is_renamed_and_deleted_by_its_owner(as_, hugo):
    view = make_view(hugo)
    browser, address = as_(hugo), f"/people/views/{view.uuid}/"
    base = browser.get(address).context["form"]["base"].value()
    sent = {"name": "Leavers", "address": "employment=left", "base": base, "shared_with": "hr"}
    assert browser.post(address, sent).status_code == 302
    view.refresh_from_db()
    assert (view.name, view.address) == ("Leavers", "employment=left")
    assert browser.get(f"{address}delete/").headers["Location"] == address
    assert browser.post(f"{address}delete/").status_code == 302
    assert not SavedView.objects.exists()
    entry = Entry.objects.get(kind="view.deleted")
    assert (entry.actor, entry.data) == (hugo.actor, {"shared_with": "hr"})


@pytest.mark.databases
def test_view_says_which_filter_value_or_column_is_lost(as_, hugo):
    """A column or a filter may go with a new version."""
    make_team("PRESS")
    save(as_(hugo), address="unit=PRESS&columns=site,name")
    SavedView.objects.update(address="unit=PRESS&site=Oulu&shoe_size=44&columns=salary,name")
    view = SavedView.objects.get()
    listed = as_(hugo).get("/people/views/").content.decode()
    filter_lost = "There is no filter called “shoe_size” here, so nothing is listed."
    column_lost = "There is no column called “salary” here, so it is left out."
    assert filter_lost in listed
    assert column_lost in listed
    for address in (f"/people/views/{view.uuid}/", f"/people/?{view.address}"):
        page = as_(hugo).get(address).content.decode()
        assert filter_lost in page
        assert column_lost in page
    assert as_(hugo).get(f"/people/?{view.address}").context["page"].rows == []
    SavedView.objects.update(address="unit=GONE")
    page = as_(hugo).get(f"/people/views/{view.uuid}/").content.decode()
    assert "“GONE” is no choice for unit" in page


def test_saved_views_cost_the_list_no_statement(as_, hugo, django_assert_max_num_queries):
    for number in range(12):
        view = make_view(hugo)
        SavedView.objects.filter(pk=view.pk).update(name=f"View {number:02}")
    browser = as_(hugo)
    browser.get("/people/")
    with django_assert_max_num_queries(6):
        reply = browser.get("/people/")
    shown = reply.context["saved_views"]
    assert "More views" in reply.content.decode()
    assert [name for name, _a, _c in shown] == [f"View {number:02}" for number in range(8)]
    browser.get("/people/views/")
    with django_assert_max_num_queries(4):
        assert browser.get("/people/views/").content.count(b"Change or delete") == 12

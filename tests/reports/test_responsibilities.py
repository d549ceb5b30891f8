"""Responsibilities on a page: the effect first, never for oneself, only where one is HR, dated, in the ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

import pytest
import time_machine

from accounts import people
from accounts.models import Responsibility, User
from accounts.permissions import has_role
from ledger.models import Entry
from tests.conftest import NOW
from tests.factories.people import give_role, make_person, make_region

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def words(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def address(person: User, duty: Responsibility | None = None) -> str:
    base = f"/people/{person.uuid}/responsibilities/"
    return f"{base}{duty.pk}/end/" if duty else base


def look(browser: Client, person: User, **fields: Any) -> tuple[Any, dict[str, Any]]:
    """The page with what would happen, and what a browser sends from it to have it done."""
    page = browser.get(address(person)).context["page"]
    sent = {"role": "reviewer", "region": "*", "starts_on": "2026-06-15", "reason": "Ravi is away"}
    sent |= {"version": page.version, "step": "look", **fields}
    shown = browser.post(address(person), sent)
    effect = shown.context["page"].effect if shown.status_code == 200 else None
    return shown, {**sent, "step": "do", "seen": effect.digest if effect else ""}


def end(browser: Client, person: User, duty: Responsibility, **fields: Any) -> Any:
    page = browser.get(address(person, duty)).context["page"]
    sent = {"seen": page.effect.digest, "step": "do", "reason": "Moved on", **fields}
    return browser.post(address(person, duty), sent)


@pytest.mark.databases
def test_responsibility_is_given_as_its_page_showed_and_ended_with_who_and_why(as_, hugo, ada):
    browser = as_(hugo)
    shown, sent = look(browser, ada, through="2026-07-31")
    text = words(shown)
    assert "Checks in the editor what authors have written, and marks answers." in text
    assert "It begins at once." in text
    assert "It ends by itself after 31 July 2026." in text
    assert not ada.responsibilities.exists()
    assert browser.post(address(ada), sent).status_code == 302
    given = ada.responsibilities.get()
    assert (given.reason, given.granted_by, given.starts_at) == ("Ravi is away", hugo.actor, NOW)
    assert has_role(ada, "reviewer", at=NOW + 46 * DAY)
    assert not has_role(ada, "reviewer", at=NOW + 47 * DAY)
    with time_machine.travel(NOW + HOUR, tick=False):
        assert end(browser, ada, given).status_code == 302
        assert "Moved on" in words(browser.get(address(ada)))
    given.refresh_from_db()
    said = given.end_reason, given.end_actor, given.ended_at
    assert said == ("Moved on", hugo.actor, NOW + HOUR)
    kinds = ["responsibility.given", "responsibility.ended"]
    entries = Entry.objects.filter(subject=ada.actor, kind__in=kinds).order_by("seq")
    assert [(one.kind, one.actor) for one in entries] == [(kind, hugo.actor) for kind in kinds]
    assert all(f"accounts.responsibility {given.pk} " in one.facts for one in entries)


@pytest.mark.databases
def test_responsibility_planned_for_a_day_counts_from_it_and_may_be_called_off(as_, hugo, ada):
    shown, sent = look(as_(hugo), ada, starts_on="2026-07-01", region="FI", role="hr")
    assert "It begins on 1 July 2026." in words(shown)
    as_(hugo).post(address(ada), sent)
    planned = ada.responsibilities.get()
    assert (has_role(ada, "hr", at=NOW), has_role(ada, "hr", at=NOW + 30 * DAY)) == (False, True)
    assert "It never begins" in words(as_(hugo).get(address(ada, planned)))
    assert end(as_(hugo), ada, planned).status_code == 302
    assert not has_role(ada, "hr", at=NOW + 30 * DAY)


def test_responsibility_of_the_last_holder_is_warned_about(as_, hugo, ada):
    give_role(ada, "auditor")
    page = as_(hugo).get(address(ada, ada.responsibilities.get()))
    assert "Nobody else holds this: Auditor, everywhere." in words(page)
    local = make_region("BR")
    other = give_role(make_person("Olli Other"), "auditor", region=local)
    assert "Nobody else holds this" in words(
        as_(hugo).get(address(ada, ada.responsibilities.get()))
    )
    shown = words(as_(hugo).get(address(other, other.responsibilities.get())))
    assert "Nobody else holds this" not in shown
    give_role(make_person("Liv Left", left_at=NOW - DAY), "auditor")
    assert "Nobody else holds this" in words(
        as_(hugo).get(address(ada, ada.responsibilities.get()))
    )
    give_role(make_person("Eva Else"), "auditor")
    shown = words(as_(hugo).get(address(ada, ada.responsibilities.get())))
    assert "Nobody else holds this" not in shown


def test_responsibility_is_never_given_to_or_ended_for_oneself(as_, hugo):
    browser, own = as_(hugo), hugo.responsibilities.get()
    assert "Nobody gives themselves a responsibility" in words(browser.get(address(hugo)))
    assert browser.post(address(hugo), {"role": "auditor"}).status_code == 403
    assert browser.get(address(hugo, own)).status_code == 403
    assert browser.post(address(hugo, own), {"reason": "X", "step": "do"}).status_code == 403
    with pytest.raises(ValueError, match="themselves"):
        people.give_responsibility(hugo, "auditor", actor=hugo.actor, at=NOW)
    with pytest.raises(ValueError, match="their own"):
        people.end_responsibility(own, actor=hugo.actor, at=NOW)
    assert hugo.responsibilities.open().count() == 1


def test_responsibility_of_a_region_is_for_its_hr_and_one_everywhere_for_hr_everywhere(
    as_, carol, ada
):
    region = make_region("BR")
    hana = as_(give_role(make_person("Hana Regional", region=region), "hr", region=region))
    give_role(carol, "auditor")
    assert hana.get(address(ada)).status_code == 404
    assert hana.get(address(carol, carol.responsibilities.get())).status_code == 404
    page = hana.get(address(carol))
    assert f'href="{address(carol, carol.responsibilities.get())}"' not in page.content.decode()
    assert [value for value, _text in page.context["page"].form.fields["region"].choices] == ["BR"]
    for region_code in ("*", "FI"):
        shown, _sent = look(hana, carol, region=region_code)
        assert "Choose one of the list" in words(shown)
    _shown, sent = look(hana, carol, region="BR", role="regional_lead")
    assert hana.post(address(carol), sent).status_code == 302
    assert carol.responsibilities.filter(region=region, role="regional_lead").exists()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"reason": " "}, "Write in one sentence why"),
        ({"starts_on": "2026-06-14"}, "Give a day from"),
        ({"starts_on": "1.7.2026"}, "Give a day that exists"),
        ({"through": "2026-06-01"}, "Give a day from"),
        ({"role": "regional_lead"}, "choose it"),
        ({"role": "king"}, "Choose one of the list"),
        ({"role": "auditor"}, "They hold this already in that time: Auditor, everywhere."),
    ],
)
def test_responsibility_form_says_what_is_wrong(as_, hugo, ada, fields, reason):
    give_role(ada, "auditor")
    shown, sent = look(as_(hugo), ada, **fields)
    assert reason in words(shown)
    as_(hugo).post(address(ada), sent)
    assert ada.responsibilities.count() == 1


def test_responsibility_page_that_is_stale_does_nothing_and_says_who_was_first(as_, hugo, ada):
    _shown, sent = look(as_(hugo), ada)
    people.give_responsibility(ada, "author", actor=make_person("Eva Else").actor, at=NOW)
    late = as_(hugo).post(address(ada), sent)
    assert late.status_code == 409
    assert "Somebody else was first: Eva Else." in words(late)
    given = ada.responsibilities.get()
    page = as_(hugo).get(address(ada, given)).context["page"]
    people.end_responsibility(given, actor=make_person("Eva Two").actor, at=NOW + HOUR)
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        late = as_(hugo).post(
            address(ada, given), {"seen": page.effect.digest, "step": "do", "reason": "X"}
        )
        assert (late.status_code, "Eva Two" in words(late)) == (409, True)


def test_responsibility_that_would_do_something_else_than_shown_is_shown_again(as_, hugo, ada):
    _shown, sent = look(as_(hugo), ada)
    again = as_(hugo).post(address(ada), {**sent, "role": "governance"})
    assert "Nothing was done yet." in words(again)
    assert not ada.responsibilities.exists()
    gone = make_person("Liv Left", left_at=NOW - DAY)
    assert "They have left" in words(as_(hugo).get(address(gone)))

"""The signed-in person by SQL that is built once: each time with the rights of that person and that moment."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import pytest

from accounts.models import Responsibility, User
from home.backends import PersonBackend
from home.prepared_queries import PreparedQuery
from tests.factories.people import make_person

pytestmark = [pytest.mark.databases, pytest.mark.django_db]


def test_rights_are_those_of_the_person_and_the_moment(
    hugo: User, ravi: User, ben: User, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    Responsibility.objects.create(
        person=ada, role="hr", starts_at=now + timedelta(days=2), granted_by="system:test"
    )
    ask = PersonBackend().get_user
    for moment, hr in ((now, False), (now + timedelta(days=3), True), (now, False)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        found = ask(ada.pk)
        assert (found, found.nav.hr) == (ada, hr)
    assert (ask(hugo.pk).nav.hr, ask(hugo.pk).nav.marks) == (True, False)
    assert (ask(ravi.pk).nav.marks, ask(ben.pk).nav.manages) == (True, True)
    assert ask(-1) is None


def test_each_call_is_one_query_of_the_database_as_it_is() -> None:
    prepared = PreparedQuery(
        lambda at, key: User.objects.filter(pk=key, employment__effective_at__lte=at)
    )
    now = timezone.now()
    assert prepared.fetch(now, 10_000_000) is None
    person = make_person(joined=now - timedelta(days=1))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = prepared.fetch(now, person.pk)
    assert len(asked) == 1
    assert found == person
    assert found.display_name == person.display_name
    assert prepared.fetch(now - timedelta(days=2), person.pk) is None

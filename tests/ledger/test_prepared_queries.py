"""The signed-in person by SQL that is built once: each time with the rights of that person and that moment."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models import Value
from django.db.models.sql.subqueries import UpdateQuery
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import pytest

from accounts.models import Responsibility, User
from home.backends import PersonBackend
from ledger.prepared_queries import PreparedQuery, PreparedUpdate
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


def people_employed(at, key):
    return User.objects.filter(pk=key, employment__effective_at__lte=at)


def test_each_call_is_one_query_of_the_database_as_it_is() -> None:
    prepared = PreparedQuery(people_employed)
    now = timezone.now()
    assert prepared.first(now, 10_000_000) is None
    person = make_person(joined=now - timedelta(days=1))
    with CaptureQueriesContext(connection) as asked:
        found = prepared.first(now, person.pk)
    assert len(asked) == 1
    assert found == person
    assert found.display_name == person.display_name
    assert prepared.first(now - timedelta(days=2), person.pk) is None


def test_sql_is_built_once_for_each_shape_of_the_values() -> None:
    """A list of another length, and a value that is neither moment, number nor text, is another statement."""
    built = []

    def build(names, active):
        built.append((len(names), active))
        return User.objects.filter(email__in=names, is_active=active).order_by("email")

    prepared = PreparedQuery(build)
    people = [make_person(email=f"{name}@x.example") for name in ("a", "b", "c")]
    for names in (["a", "b"], ["c", "b"], ["nobody", "a"]):
        found = list(prepared.fetch([f"{name}@x.example" for name in names], True))
        assert found == [one for one in people if one.email[0] in names]
    assert list(prepared.fetch(["a@x.example"], True)) == people[:1]
    assert list(prepared.fetch(["a@x.example"], False)) == []
    assert built == [(2, True), (1, True), (1, False)]


def test_update_is_built_once_and_writes_each_document_where_it_belongs() -> None:
    """The answers of autosave: SQL that is kept, with the values of each call."""
    built = []

    def build(document, emails, zone):
        built.append(document)
        query = User.objects.filter(email__in=emails, is_active=True).query.chain(UpdateQuery)
        query.add_update_values({"display_name": document, "time_zone": zone})
        return query

    prepared = PreparedUpdate(build)
    for name in "abc":
        make_person(email=f"{name}@x.example")
    for name, zone in (("a", "Asia/Tokyo"), ("b", "Europe/Paris"), ("a", "UTC")):
        statement, values = prepared.bind(f"{name} in {zone}", [f"{name}@x.example"], zone)
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            assert cursor.rowcount == 1
    told = User.objects.filter(email__endswith="@x.example").order_by("email")
    kept = [(one.display_name, one.time_zone) for one in told]
    assert kept[:2] == [("a in UTC", "UTC"), ("b in Europe/Paris", "Europe/Paris")]
    assert "in" not in kept[2][0].split()
    assert len(built) == 1
    assert prepared.bind("x", [], "UTC") is None


@pytest.mark.parametrize("arrange", ["rows", "one", "union"])
def test_rows_are_those_of_the_queryset(arrange: str) -> None:
    """Models with their relations, tuples, single values and unions come as the queryset gives them."""
    make_person(email="a@x.example")

    def build(email):
        rows = User.objects.filter(email=email)
        if arrange == "union":
            first, second = (rows.order_by().values_list("email", "created_at") for _side in "ab")
            return first.union(second, all=True)
        if arrange == "rows":
            return rows.select_related("region").annotate(seven=Value(7))
        return rows.values_list("uuid", flat=True)

    given, kept = list(build("a@x.example")), list(PreparedQuery(build).fetch("a@x.example"))
    assert given == kept != []
    if arrange == "rows":
        with CaptureQueriesContext(connection) as asked:
            assert (kept[0].region, kept[0].seven) == (given[0].region, 7)
        assert not asked.captured_queries


def test_value_that_the_sql_holds_in_another_form_is_refused() -> None:
    """A pattern or a list in JSON would be kept with its stand-in for ever."""
    prepared = PreparedQuery(lambda text: User.objects.filter(email__contains=text))
    with pytest.raises(ValueError, match="does not hold"):
        list(prepared.fetch("ada"))


def test_statements_are_kept_up_to_a_number() -> None:
    prepared = PreparedQuery(lambda keys: User.objects.filter(pk__in=keys), most_kept=2)
    for most in range(1, 5):
        assert list(prepared.fetch(list(range(-most, 0)))) == []
        assert len(prepared.statements) <= 2


def test_values_that_fit_no_row_are_no_error() -> None:
    """What Django tells without asking the database: an empty set, or a number that no column holds."""
    nobody = PreparedQuery(lambda key: User.objects.filter(pk=key).none())
    assert nobody.first(1) is None
    by_key = PreparedQuery(lambda key: User.objects.filter(pk=key))
    assert by_key.first(1) is None
    assert by_key.first(int("9" * 20)) is None

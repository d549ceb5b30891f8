"""The loaded demo organisation: its size, its statuses, and that a second load changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers import Site, copy_of_demo

pytestmark = pytest.mark.databases
ABOUT = """
import json
from collections import Counter
from django.contrib.auth.hashers import check_password
from django.utils import timezone
from accounts.models import Region, User
from certificates.facts.gathering import gather_certification_facts
from certificates.models import Award
from certificates.rules.standings import standing
from channels.models import Channel, Platform, PostingPermission
from home.demo.load import PASSWORD
from ledger.models import Entry
from quizzes.models import Attempt
now = timezone.now()
people = User.objects.people()
found = gather_certification_facts(list(people.values_list("pk", flat=True)))
standings = [standing(fact, at=now, known_at=now) for fact in found.values()]
print("FACTS" + json.dumps({
    "people": people.count(),
    "left": people.filter(left_at__lte=now).count(),
    "contractors": people.filter(kind="contractor").count(),
    "managers": people.filter(reports__isnull=False).distinct().count(),
    "regions": Region.objects.count(),
    "channels": Channel.objects.count(),
    "platforms": Platform.objects.filter(channels__isnull=False).distinct().count(),
    "attempts": Attempt.objects.count(),
    "awards": Award.objects.count(),
    "permissions": PostingPermission.objects.count(),
    "entries": Entry.objects.count(),
    "days": (now - Entry.objects.earliest("effective_at").effective_at).days,
    "passwords": [check_password(PASSWORD, one) for one in {person.password for person in people}],
    "statuses": sorted(Counter(str(one.status) for one in standings)),
    "ordered": list(Entry.objects.order_by("seq").values_list("at", flat=True))
        == sorted(Entry.objects.values_list("at", flat=True)),
}))
"""
EVERY_STATUS = {
    *("suspended", "revoked", "certified", "expiring", "update_due", "grace", "exempt", "lapsed"),
    *("overdue", "in_progress", "assigned", "not_required"),
}


@pytest.fixture(scope="module")
def demo() -> Iterator[Site]:
    database, remove = copy_of_demo("demo")
    yield Site(database)
    remove()


@pytest.fixture(scope="module")
def about(demo: Site) -> dict[str, Any]:
    return tell(demo)


def tell(demo: Site) -> dict[str, Any]:
    printed = demo.manage("shell", "--no-imports", "-c", ABOUT).stdout
    return dict(json.loads(printed.rpartition("FACTS")[2]))


def test_demo_has_the_promised_size(about):
    assert 115 <= about["people"] <= 130
    assert (about["regions"], about["channels"], about["platforms"]) == (5, 12, 6)


def test_demo_has_managers_leavers_and_contractors(about):
    assert min(about["managers"], about["left"], about["contractors"]) >= 4


def test_demo_lets_everybody_sign_in_with_the_password_that_it_names(about):
    assert about["passwords"] == [True]


def test_demo_history_is_over_a_year_and_in_order(about):
    assert about["days"] > 365
    assert about["ordered"]


def test_demo_shows_every_status(about):
    assert set(about["statuses"]) == EVERY_STATUS


def test_demo_loaded_again_changes_nothing(demo, about):
    said = demo.manage("load_demo")
    assert "Nothing was changed" in said.stdout
    assert tell(demo) == about


def test_demo_passes_check_integrity(demo):
    checked = demo.manage("check_integrity", check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("words", [["--today", "2999-01-01"], ["--today", "yesterday"]])
def test_demo_load_refuses_invalid_day(demo, words):
    assert demo.manage("load_demo", *words, check=False).returncode != 0

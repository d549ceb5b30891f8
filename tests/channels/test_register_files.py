"""A register comes in as a file with a plan, and goes out as a file that comes back unchanged."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from accounts.readers import csv_tables
from accounts.readers.csv_tables import TableFileError
from channels import listing, registry
from channels.models import Channel, ChannelEvent, Owner
from channels.register_files import importing, reading, writing
from channels.register_files.columns import COLUMNS
from ledger.models import Entry
from tests.factories.channels import make_channel, make_owner, make_platform
from tests.factories.people import give_role, make_person, make_region

pytestmark = pytest.mark.django_db
PAGE = "/channels/register/file/"
# The shape of a public registry of agencies' accounts.
AGENCY = (
    "id,organization,service_key,service_url,short_description,long_description,language,review_on\n"
    "1,Bureau of Parks,x,https://twitter.com/NorthParks?ref=a,Parks on X,News of parks,en,2099-01-31\n"
    "2,Bureau of Roads,x,https://mobile.x.com/northroads,Roads on X,Works and jams,fi,2099-01-31\n"
    "3,Bureau of Seas,x,https://x.com.evil.example/seas,Seas on X,Tides,en,2099-01-31\n"
    "4,Bureau of Parks,x,@northparks,Parks again,News,en,2099-01-31\n"
)


@pytest.fixture
def gina(db: None) -> User:
    return give_role(make_person("Gina Moss", email="gina@northlight.example"), "governance")


@pytest.fixture(autouse=True)
def _platform(db: None) -> None:
    platform = make_platform("x")
    platform.hosts, platform.url_template = ["x.com", "twitter.com"], "https://x.com/{handle}"
    platform.save()


def plan(text: str, actor: User) -> importing.RegisterPlan:
    table = reading.read_register(csv_tables.decode_csv(text.encode()))
    return importing.plan_register(table.rows, actor=actor, at=timezone.now(), reason="Why")


def outcomes(found: importing.RegisterPlan) -> list[str]:
    return [str(row.outcome) for row in found.rows]


def written() -> str:
    now = timezone.now()
    return "".join(writing.write_register(listing.channels_with_state(now), now))


def upload(browser: Any, text: str, **more: str) -> Any:
    file = SimpleUploadedFile("register.csv", text.encode())
    return browser.post(PAGE, {"file": file, "reason": "Taken over", **more})


def apply_shown(browser: Any, page: Any, **more: str) -> Any:
    """Press the button of the plan: what its form holds is sent."""
    form = BeautifulSoup(page.content, "html.parser").select_one("form:has([name=digest])")
    fields = {one["name"]: one.get("value") for one in form.select("input[type=hidden]")}
    text = form.select_one("textarea").text.removeprefix("\n")
    return browser.post(PAGE, {**fields, "text": text, "step": "do", **more})


@pytest.mark.databases
def test_register_of_an_agency_is_planned_and_its_good_rows_taken_in(gina, as_):
    browser = as_(gina)
    page = upload(browser, AGENCY)
    assert outcomes(page.context["plan"]) == ["new", "new", "refused", "refused"]
    told = page.content.decode()
    assert "These columns are not used: id, organization." in told
    assert "x.com.evil.example" in told
    assert "Line 2 is about this account already" in told
    assert (Channel.objects.count(), ChannelEvent.objects.count()) == (0, 0)
    refused = apply_shown(browser, page)
    assert "Some rows cannot go in" in refused.content.decode()
    assert Channel.objects.count() == 0
    assert apply_shown(browser, page, leave_out_refused="on").status_code == 302
    parks = Channel.objects.get(handle__iexact="northparks")
    assert (parks.url, parks.purpose) == ("https://x.com/northparks", "News of parks")
    assert registry.channel_state_at(parks, timezone.now()) == "draft"
    assert set(outcomes(plan(AGENCY, gina))) == {"unchanged", "refused"}


@pytest.mark.databases
def test_written_register_comes_back_unchanged(gina, olga, dana):
    region = make_region("FI")
    for number in range(3):
        channel = make_channel(
            f"X-{number}",
            platform=make_platform("x"),
            handle=f"north{number}",
            url=f"https://x.com/north{number}",
            title=f'=Our "{number}"; channel',
            purpose="One line\nand another",
            region=region if number else None,
            review_on="2099-05-06",
            public=bool(number),
        )
        make_owner(channel, olga)
    make_owner(channel, dana, "deputy")
    rows = list(csv.DictReader(io.StringIO(written().removeprefix("\ufeff"))))
    assert [row["code"] for row in rows] == ["X-0", "X-1", "X-2"]
    assert (rows[2]["owner"], rows[2]["deputy"], rows[2]["state"]) == (
        olga.hr_id,
        dana.hr_id,
        "live",
    )
    assert rows[0]["title"].startswith("'=")
    assert list(rows[0]) == [column.name for column in COLUMNS]
    assert outcomes(plan(written(), gina)) == ["unchanged"] * 3


def test_known_code_changes_only_what_the_row_says(gina, olga):
    channel = make_channel("BLOG", title="Old", purpose="Stays", review_on="2099-01-01")
    found = plan(f"code,title,purpose,min_cover,owner\nBLOG,New,,3,{olga.hr_id}\n", gina)
    assert found.rows[0].told == ("title: Old → New", "people needed: 2 → 3", "owner: Olga Niemi")
    channel.refresh_from_db()
    assert (channel.title, Owner.objects.count()) == ("Old", 0)


WRONG = {
    "no region": ("address,region\n@a,ZZ\n", "no region is called “ZZ”"),
    "no platform": ("address,platform\n@a,orkut\n", "no platform is called “orkut”"),
    "nobody": ("code,owner\nBLOG,Q-404\n", "Nobody has this HR id"),
    "no day": ("code,sunset_on\nBLOG,31.12.2026\n", "“31.12.2026” is no day"),
    "last day past": ("code,sunset_on\nBLOG,2020-01-01\n", "past"),
    "no number": ("code,min_cover\nBLOG,none\n", "no number from 1 to 500"),
    "neither": ("code,public\nBLOG,perhaps\n", "neither yes nor no"),
    "no kind": ("code,classification\nBLOG,fun\n", "none of: brand, support"),
    "long language": ("code,language\nBLOG,abcdefghijklmnop\n", "12"),
    "unknown code": ("code,title\nNONE,A\n", "a new one needs its address"),
    "lacks": ("address,platform\n@a,x\n", "A new channel needs: title, purpose, review_on"),
    "one person twice": ("code,owner,deputy\nBLOG,{olga},{olga}\n", "have to be two people"),
    "oneself": ("code,owner\nBLOG,{gina}\n", "cannot decide about yourself"),
}


@pytest.mark.parametrize("case", WRONG)
def test_row_that_cannot_go_in_is_refused_in_words(gina, olga, case):
    make_channel("BLOG", review_on="2099-01-01")
    text, words = WRONG[case]
    found = plan(text.format(olga=olga.hr_id, gina=gina.hr_id), gina)
    assert outcomes(found) == ["refused"]
    assert words in found.rows[0].told[0]


BROKEN = {
    "empty": (b"code,title\n", "no rows"),
    "workbook": (b"PK\x03\x04", "no CSV"),
    "nul": (b"code\0\n", "zero bytes"),
    "twice": (b"url,link\na,b\n", "say the same: address"),
    "no address": (b"title\nA\n", "called address or code"),
    "too wide": (b"code,title\nA,B,C\n", "Line 2 has more cells"),
    "open quote": (b'code,title\nA,"B\n', "cannot be read as CSV"),
    "long": (b"code,title\nA," + b"x" * 1001 + b"\n", "longer than 1,000"),
    "many": (b"code\n" + b"A\n" * 2001, "2,000 rows"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_register_file_is_refused_in_words(case):
    data, words = BROKEN[case]
    with pytest.raises(TableFileError, match=words):
        reading.read_register(csv_tables.decode_csv(data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_register_file_is_read_in_every_spelling(encoding, delimiter):
    text = delimiter.join(["Code", "Display Name"]) + "\r\n" + delimiter.join(["A", "Blå"])
    table = reading.read_register(csv_tables.decode_csv(text.encode(encoding)))
    assert [(row.number, row.cells) for row in table.rows] == [(2, {"code": "A", "title": "Blå"})]


def test_plan_that_became_another_is_shown_again_and_changes_nothing(gina, as_):
    channel = make_channel("BLOG", title="Old", review_on="2099-01-01")
    browser = as_(gina)
    page = upload(browser, "code,title\nBLOG,New\n")
    Channel.objects.filter(pk=channel.pk).update(title="Other")
    again = apply_shown(browser, page)
    assert "Something has changed since you saw the plan" in again.content.decode()
    assert again.context["plan"].rows[0].told == ("title: Other → New",)
    channel.refresh_from_db()
    assert channel.title == "Other"
    assert apply_shown(browser, again).status_code == 302
    channel.refresh_from_db()
    assert channel.title == "New"


def test_governance_of_a_region_takes_in_and_exports_its_own_channels(as_):
    here, there = make_region("FI"), make_region("BR")
    lead = give_role(make_person("Lea Falk"), "governance", region=here)
    for code, region in (("MINE", here), ("THEIRS", there)):
        make_channel(code, region=region, review_on="2099-01-01")
    found = plan("code,title\nMINE,New\nTHEIRS,New\n", lead)
    assert outcomes(found) == ["changed", "refused"]
    reply = as_(lead).get("/channels/register.csv")
    text = b"".join(reply.streaming_content).decode("utf-8-sig")
    assert [row["code"] for row in csv.DictReader(io.StringIO(text))] == ["MINE"]
    entry = Entry.objects.get(kind="channels.exported")
    assert (entry.actor, entry.data["rows"]) == (lead.actor, 1)


def test_register_page_is_offered_to_governance_only(ada, gina, as_):
    assert PAGE in as_(gina).get("/channels/").content.decode()
    assert PAGE not in as_(ada).get("/channels/").content.decode()
    assert as_(ada).get(PAGE).status_code == 403

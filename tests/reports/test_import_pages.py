from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

import pytest

from accounts.models import PeopleImport, User
from tests.factories.hr_files import make_file, make_row
from tests.factories.people import make_region
from tests.markup import squeeze_markup


@pytest.fixture
def browser(as_, hugo):
    make_region("FI")
    return as_(hugo)


def upload(browser, data: bytes, **fields: str):
    file = SimpleUploadedFile("hr.csv", data)
    return browser.post("/people/import/", {"file": file, **fields}, follow=True)


def test_upload_shows_plan_and_changes_nobody(browser):
    page = upload(browser, make_file(make_row("E1", given_name="Mia")))
    text = page.content.decode()
    assert "This file would change 1 person" in text
    assert "Mia Lind" in text
    assert not User.objects.filter(hr_id="E1").exists()


def test_apply_applies_the_shown_plan(browser):
    page = upload(browser, make_file(make_row("E1")))
    made = PeopleImport.objects.get()
    address = page.request["PATH_INFO"]
    reply = browser.post(f"{address}apply/", {"digest": made.plan["digest"]}, follow=True)
    assert "Done: the plan was applied." in reply.content.decode()
    assert User.objects.get(hr_id="E1")


def test_plan_with_warnings_wants_a_tick(browser):
    page = upload(browser, make_file(make_row("E1", email="mia@elsewhere.example")))
    assert "Nobody has an address at elsewhere.example yet" in page.content.decode()
    address, digest = page.request["PATH_INFO"], PeopleImport.objects.get().plan["digest"]
    refused = browser.post(f"{address}apply/", {"digest": digest}, follow=True)
    assert "Look at them and accept them" in refused.content.decode()
    assert not User.objects.filter(hr_id="E1").exists()
    browser.post(f"{address}apply/", {"digest": digest, "accept_warnings": "on"})
    assert User.objects.get(hr_id="E1")


def test_applied_plan_page_shows_counts_without_people(browser):
    page = upload(browser, make_file(make_row("E1", given_name="Mia")))
    digest = PeopleImport.objects.get().plan["digest"]
    address = page.request["PATH_INFO"]
    text = browser.post(f"{address}apply/", {"digest": digest}, follow=True).content.decode()
    assert "Applied on" in text
    assert '<dd class="num">1</dd>' in text
    assert "Mia" not in text


def test_apply_refuses_another_digest(browser):
    page = upload(browser, make_file(make_row("E1")))
    reply = browser.post(f"{page.request['PATH_INFO']}apply/", {"digest": "0" * 64}, follow=True)
    assert "This is not the plan you have seen" in reply.content.decode()
    assert not User.objects.filter(hr_id="E1").exists()


def test_upload_shows_problems_with_column(browser):
    text = upload(browser, make_file(make_row("E1", region="XX"))).content.decode()
    assert "1 problem: nobody was changed" in text
    assert "<code>region</code>" in text
    assert "There is no region “XX”" in text
    assert "Apply exactly this plan" not in text


def test_upload_without_file_shows_field_error(browser):
    reply = browser.post("/people/import/", {})
    assert "Choose the file first" in reply.content.decode()


def test_upload_refuses_file_over_the_limit(browser, settings):
    settings.IMPORT_MAX_BYTES = 1_000
    text = upload(browser, b"hr_id,email\n" + b"x" * 2_000).content.decode()
    assert "Split it" in text


@pytest.mark.parametrize(
    "data", [b"\x00" * 500, b"\xff\xfe" + b"\xd8" * 301, b'"' * 999, b"\r" * 9 + b"x"]
)
def test_upload_of_garbage_is_refused_without_crash(browser, data):
    page = upload(browser, data)
    assert page.status_code == 200
    assert "nobody was changed" in page.content.decode()


def test_import_plans_are_for_hr_only(browser, as_, ada, vera):
    upload(browser, make_file(make_row("E1")))
    address = f"/people/import/{PeopleImport.objects.get().uuid}/"
    assert as_(vera).get(address).status_code == 403
    assert as_(ada).post(f"{address}apply/").status_code == 403


def test_refused_file_offers_to_leave_records_out(browser):
    page = upload(browser, make_file(make_row("E1"), make_row("E2", region="XX")))
    text = page.content.decode()
    assert "leave 1 record out" in text
    assert text.count('method="post"') == text.count("csrfmiddlewaretoken")
    address = page.request["PATH_INFO"]
    digest = PeopleImport.objects.get().plan["others"]["digest"]
    stale = browser.post(f"{address}leave-out/", {"digest": "0"}, follow=True).content.decode()
    assert "This is not the plan you have seen" in stale
    text = browser.post(f"{address}leave-out/", {"digest": digest}, follow=True).content.decode()
    assert "This file would change 1 person" in text
    assert "1 record is left out." in text
    other_tab = browser.post(f"{address}leave-out/", {"digest": digest}, follow=True)
    assert "Upload it again" not in other_tab.content.decode()
    browser.post(f"{address}apply/", {"digest": digest})
    assert User.objects.filter(hr_id__in=["E1", "E2"]).count() == 1
    assert b'"E2"' in browser.get(f"{address}rejects.csv").content


def test_mapping_is_begun_saved_and_used_on_the_pages(browser):
    data = b"Employee ID;Work Email;Surname;Market;Colour\nE1;e1@northlight.example;Lind;FI;red\n"
    sample = {"name": "payroll", "file": SimpleUploadedFile("s.csv", data)}
    page = browser.post("/people/import/mappings/", sample, follow=True)
    address = page.request["PATH_INFO"]
    form = page.context["form"]
    values = {field.html_name: field.value() for field in form}
    sent = {
        name: value for name, value in values.items() if value is not None and value is not False
    }
    assert "begun, not saved yet" in browser.get("/people/import/mappings/").content.decode()
    assert "payroll" not in browser.get("/people/import/").content.decode()
    twice = browser.post(address, sent | {"column-4": "hr_id"}).content.decode()
    assert "Two columns of the file are read as hr_id" in twice
    saved = browser.post(address, sent, follow=True).content.decode()
    assert "What the first rows become" in saved
    text = upload(browser, data, mapping="payroll").content.decode()
    assert "This file would change 1 person" in text
    browser.post(f"{address}delete/")
    assert browser.get(address).status_code == 404


def test_undo_that_changes_nobody_says_why_and_what_to_do(browser):
    make_region("FI")
    for site in ("Oulu", "Espoo"):
        page = upload(browser, make_file(make_row("E1", site=site)))
        made = PeopleImport.objects.first()
        browser.post(f"/people/import/{made.uuid}/apply/", {"digest": made.plan["digest"]})
    first = PeopleImport.objects.last()
    page = browser.post(f"/people/import/{first.uuid}/undo/", follow=True).content.decode()
    assert "Taking the import back changes nobody" in page
    assert "E1 was changed after the import and stays as they are." in page
    assert "Say in a file what is right for them" in page
    assert "Apply exactly this plan" not in page


def test_undo_is_told_as_the_undo_and_not_as_a_file(browser):
    upload(browser, make_file(make_row("E1")))
    done = PeopleImport.objects.get()
    address = f"/people/import/{done.uuid}/"
    browser.post(f"{address}apply/", {"digest": done.plan["digest"]})
    page = browser.post(f"{address}undo/", follow=True)
    text = page.content.decode()
    assert "Taking the import back would change 1 person" in text
    assert "<title>Undo: hr.csv" in text
    assert "This file" not in text
    plan = PeopleImport.objects.get(undoes=done)
    sent = {"digest": plan.plan["digest"], "accept_warnings": "on"}
    text = browser.post(f"/people/import/{plan.uuid}/apply/", sent, follow=True).content.decode()
    assert "The import was taken back on" in text
    listed = squeeze_markup(browser.get("/people/import/").content.decode())
    assert f'Undo:<a href="/people/import/{plan.uuid}/">hr.csv</a>' in listed
    assert listed.count("Undo:") == 1

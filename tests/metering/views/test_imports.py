import csv

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from metering.models import UsageEvent, UsageImport
from tests.metering.actions.test_imports import CSV, preview
from tests.metering.events import AT, make_acme

URL = "/usage/imports/"


def upload(client, content=CSV, **changes):
    file = SimpleUploadedFile("usage.csv", content)
    return client.post(URL, {"file": file, "format": "csv", "customer": "acme", **changes})


def test_the_page_offers_the_form_with_the_customer_chosen(pia, client_of):
    make_acme()
    page = client_of(pia).get(f"{URL}?customer=acme")
    assert page.status_code == 200
    assert 'value="acme" selected' in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_one_and_three_files_take_the_same_queries(pia, client_of, django_assert_num_queries, rows):
    acme = make_acme()
    for n in range(rows):
        preview(pia, customer=acme, name=f"{n}.csv")
    browser = client_of(pia)
    with django_assert_num_queries(5):
        page = browser.get(URL)
    assert page.content.decode().count("row-link") == rows


def test_an_upload_leads_to_its_report(pia, client_of):
    make_acme()
    browser = client_of(pia)
    done = upload(browser)
    made = UsageImport.objects.get()
    assert (done.status_code, done["Location"]) == (303, f"{URL}{made.pk}/")
    report = browser.get(done["Location"]).content.decode()
    assert "value: 1E+18 is not below 1E+18." in report
    assert "Record the new events" in report


def test_a_wrong_file_answers_422_with_the_fix(pia, client_of):
    make_acme()
    answer = upload(client_of(pia), b"id,time\n")
    assert answer.status_code == 422
    assert "must name the columns" in answer.content.decode()
    assert not UsageImport.objects.exists()


def test_no_file_answers_422(pia, client_of):
    assert client_of(pia).post(URL, {"format": "csv"}).status_code == 422


@pytest.mark.parametrize("username", ["ada", "ben", "fay", "dan"])
@pytest.mark.parametrize("path", ["", "{pk}/", "{pk}/rejected.csv"])
def test_those_who_may_not_bring_usage_find_nothing(request, pia, client_of, username, path):
    address = URL + path.format(pk=preview(pia).pk)
    assert client_of(request.getfixturevalue(username)).get(address).status_code == 404


@pytest.mark.parametrize("verb", ["recording", "discarding"])
def test_a_stranger_changes_nothing(dan, pia, client_of, verb):
    made = preview(pia)
    assert client_of(dan).post(f"{URL}{made.pk}/{verb}/").status_code == 404
    made.refresh_from_db()
    assert made.state == "previewed"
    assert not UsageEvent.objects.exists()


@pytest.mark.parametrize("verb", ["recording", "discarding"])
def test_reading_changes_nothing(pia, client_of, verb):
    made = preview(pia)
    assert client_of(pia).get(f"{URL}{made.pk}/{verb}/").status_code == 405


def test_recording_in_a_plain_browser_and_twice(ivo, pia, client_of):
    made, browser = preview(pia), client_of(ivo)
    done = browser.post(f"{URL}{made.pk}/recording/")
    assert (done.status_code, done["Location"]) == (303, f"{URL}{made.pk}/")
    assert UsageEvent.objects.count() == 2
    again = browser.post(f"{URL}{made.pk}/recording/")
    assert again.status_code == 409
    assert "already recorded" in again.content.decode()
    assert UsageEvent.objects.count() == 2


def test_recording_under_htmx_draws_the_report_again(pia, client_of):
    made = preview(pia)
    answer = client_of(pia).post(f"{URL}{made.pk}/recording/", headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.lstrip().startswith('<div class="stack stack--4" id="report">')
    assert "Record the new events" not in html


def test_discarding(pia, client_of):
    made = preview(pia)
    assert client_of(pia).post(f"{URL}{made.pk}/discarding/").status_code == 303
    made.refresh_from_db()
    assert (made.state, made.recorded_at) == ("discarded", None)


def test_rejected_rows_come_as_csv_without_formulas(pia, client_of):
    content = b"id,time,meter,value\n=cmd(),2026-11-20T10:00:00Z,tokens,1e18\n"
    made = preview(pia, content)
    answer = client_of(pia).get(f"{URL}{made.pk}/rejected.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="rejected-{made.pk}.csv"'
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == "line,id,reason,row"
    [row] = csv.reader(lines[1:])
    assert row[:2] == ["2", "'=cmd()"]
    assert row[3].startswith("'=cmd(),2026-11-20")


def test_a_long_list_says_how_much_more_there_is(pia, client_of):
    rows = "".join(f"{n},2026-11-20T10:00:00Z,tokens,1e18,input\n" for n in range(103))
    made = preview(pia, b"id,time,meter,value,direction\n" + rows.encode())
    assert "3 more in the CSV." in client_of(pia).get(f"{URL}{made.pk}/").content.decode()
    assert made.created_at == AT


def test_a_customer_that_cannot_be_answers_422(pia, client_of):
    make_acme()
    assert upload(client_of(pia), customer="\x00").status_code == 422

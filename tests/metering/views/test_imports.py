import csv
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.models import Customer
from metering.actions import history
from metering.actions.history import receive_file, start_import, work_on
from metering.models import UsageEvent, UsageImport
from metering.views.imports import in_words
from tests.metering.actions.test_imports import CSV
from tests.metering.events import AT, event, make_acme

URL = "/usage/imports/"
HTMX = {"HX-Request": "true"}
FOREIGN = (
    b"request_id,created_at,tokens_used,direction\nr1,2026-11-20 10:00:00,100,input\nr2,2026-11-21 10:00:00,x,input\n"
)
MAPPED = {
    "column.id": "request_id",
    "column.time": "created_at",
    "column.value": "tokens_used",
    "column.direction": "direction",
    "constant.meter": "tokens",
    "zone": "UTC",
}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.HISTORY_DIR = tmp_path / "history"


def brought(by, content=CSV, *, name="usage.csv"):
    acme = Customer.objects.filter(slug="acme").first() or make_acme()
    return receive_file(name=name, format="csv", chunks=[content], customer=acme, by=by, at=AT)


def recorded(by, content=CSV, **how):
    made = start_import(brought(by, content), by=by, at=AT, **how)
    return work_on(made.pk, seconds=60, clock=lambda: AT)


def upload(client, content=CSV, name="usage.csv", **changes):
    return client.post(URL, {"file": SimpleUploadedFile(name, content), "customer": "acme", **changes})


def text_of(client, made, **headers):
    return client.get(f"{URL}{made.pk}/", headers=headers or None).content.decode()


def test_the_page_offers_the_form_with_the_customer_chosen(pia, client_of):
    make_acme()
    page = client_of(pia).get(f"{URL}?customer=acme")
    assert page.status_code == 200
    assert 'name="customer" value="Acme"' in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_one_and_three_files_take_the_same_queries(pia, client_of, django_assert_num_queries, rows):
    make_acme()
    for n in range(rows):
        brought(pia, name=f"{n}.csv")
    browser = client_of(pia)
    with django_assert_num_queries(4):
        page = browser.get(URL)
    assert page.content.decode().count("row-link") == rows


def test_an_upload_leads_to_its_first_rows_and_records_nothing(pia, client_of):
    make_acme()
    browser = client_of(pia)
    done = upload(browser)
    made = UsageImport.objects.get()
    assert (done.status_code, done["Location"], made.state) == (303, f"{URL}{made.pk}/", "previewed")
    html = text_of(browser, made)
    assert "value: 1E+18 is not below 1E+18." in html
    assert "tokens direction=cached (2)" in html
    assert "Record it" in html
    assert not UsageEvent.objects.exists()


def test_ndjson_needs_no_mapping(pia, client_of):
    make_acme()
    line = json.dumps(event(time="2026-11-20T10:00:00Z")).encode()
    upload(client_of(pia), line, name="events.jsonl")
    made = UsageImport.objects.get()
    html = text_of(client_of(pia), made)
    assert made.format == "ndjson"
    assert ("What the columns mean" in html, "The first rows" in html, "Add up in bulk" in html) == (False, True, True)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("usage.xlsx", CSV, "The name must end with .csv"),
        ("usage.parquet", b"no parquet", ""),
        ("usage.csv", b"", "empty"),
    ],
)
def test_a_wrong_file_answers_422_and_is_not_kept(pia, client_of, name, content, said):
    make_acme()
    answer = upload(client_of(pia), content, name=name)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not UsageImport.objects.exists()


def test_no_file_and_no_such_customer_answer_422(pia, client_of):
    make_acme()
    assert client_of(pia).post(URL, {}).status_code == 422
    assert upload(client_of(pia), customer="\x00").status_code == 422


def test_another_mapping_is_looked_at_without_being_kept(pia, client_of):
    made = brought(pia, FOREIGN)
    before = made.mapping
    answer = client_of(pia).post(f"{URL}{made.pk}/looking/", MAPPED, headers=HTMX)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert '<span class="tag">direction input</span>' in html
    assert "is not a number" in html
    made.refresh_from_db()
    assert (made.mapping, made.state) == (before, "previewed")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"zone": "Moon"}, "is no time zone"),
        ({"constant.id": "1"}, "either a column or a constant"),
        ({"column.time": ""}, "time: choose a column or a constant."),
    ],
)
def test_a_mapping_that_cannot_work_says_why_and_starts_nothing(pia, client_of, changes, said):
    made, browser = brought(pia, FOREIGN), client_of(pia)
    looked = browser.post(f"{URL}{made.pk}/looking/", {**MAPPED, **changes})
    assert said in looked.content.decode()
    started = browser.post(f"{URL}{made.pk}/recording/", {**MAPPED, **changes})
    assert started.status_code == 422
    assert said in started.content.decode()
    made.refresh_from_db()
    assert made.state == "previewed"


def test_recording_hands_the_file_to_the_workers_and_the_page_follows(ivo, pia, client_of):
    made, browser = brought(pia, FOREIGN), client_of(ivo)
    done = browser.post(f"{URL}{made.pk}/recording/", MAPPED)
    assert (done.status_code, done["Location"]) == (303, f"{URL}{made.pk}/")
    html = text_of(browser, made)
    assert 'hx-trigger="every 2s"' in html
    assert "Waiting for a worker" in html
    work_on(made.pk, seconds=60, clock=lambda: AT)
    html = text_of(browser, made, **HTMX)
    assert 'hx-trigger="every 2s"' not in html
    assert UsageEvent.objects.count() == 1
    again = browser.post(f"{URL}{made.pk}/recording/", MAPPED)
    assert again.status_code == 409
    assert "already recorded" in again.content.decode()
    assert UsageEvent.objects.count() == 1


def test_a_trial_reads_every_row_and_records_none(pia, client_of):
    made, browser = brought(pia), client_of(pia)
    answer = browser.post(f"{URL}{made.pk}/recording/", {"dry_run": "on"}, headers=HTMX)
    assert answer.content.decode().lstrip().startswith('<div class="stack stack--6" id="report" hx-get')
    work_on(made.pk, seconds=60, clock=lambda: AT)
    html = text_of(browser, made)
    assert ["Would be recorded" in html, "Trial: nothing is recorded" in html, "Record it" in html] == [True] * 3
    assert not UsageEvent.objects.exists()


def test_progress_is_told_with_rate_and_time_to_go(pia, client_of, monkeypatch):
    monkeypatch.setattr(history, "SLICE", 1)
    made = start_import(brought(pia), by=pia, at=AT)
    work_on(made.pk, seconds=0, clock=lambda: AT)
    UsageImport.objects.update(seconds=30)
    html = text_of(client_of(pia), made)
    assert "a second, about" in html
    assert "to go" in html


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, ""), (42.2, "42 seconds"), (61, "1 minute"), (700, "12 minutes"), (9000, "2.5 hours")]
)
def test_time_to_go_in_words(seconds, said):
    assert in_words(seconds) == said


def test_work_that_stopped_can_go_on(pia, client_of):
    made = brought(pia)
    UsageImport.objects.update(state="failed", error="The disk is full.", done=10, lines=2)
    html = text_of(client_of(pia), made)
    assert ["The disk is full." in html, "Go on" in html, "Stopped" in html] == [True] * 3


def test_a_file_that_is_gone_is_told(pia, client_of, tmp_path):
    made = brought(pia)
    UsageImport.objects.update(path=str(tmp_path / "gone.csv"))
    html = text_of(client_of(pia), made)
    assert "The file cannot be read" in html
    assert 'aria-disabled="true"' in html


@pytest.mark.parametrize("username", ["ada", "ben", "fay", "dan"])
@pytest.mark.parametrize("path", ["", "{pk}/", "{pk}/rejected.csv"])
def test_those_who_may_not_bring_usage_find_nothing(request, pia, client_of, username, path):
    address = URL + path.format(pk=brought(pia).pk)
    assert client_of(request.getfixturevalue(username)).get(address).status_code == 404


@pytest.mark.parametrize("verb", ["looking", "recording", "discarding"])
def test_a_stranger_changes_nothing_and_reading_neither(dan, pia, client_of, verb):
    made = brought(pia)
    assert client_of(dan).post(f"{URL}{made.pk}/{verb}/").status_code == 404
    assert client_of(pia).get(f"{URL}{made.pk}/{verb}/").status_code == 405
    made.refresh_from_db()
    assert made.state == "previewed"


def test_discarding(pia, client_of):
    made = brought(pia)
    assert client_of(pia).post(f"{URL}{made.pk}/discarding/").status_code == 303
    made.refresh_from_db()
    assert (made.state, made.recorded_at) == ("discarded", None)
    assert client_of(pia).post(f"{URL}{made.pk}/discarding/").status_code == 409


def test_rejected_rows_come_as_csv_without_formulas(pia, client_of):
    made = recorded(pia, b"id,time,meter,value\n=cmd(),2026-11-20T10:00:00Z,tokens,-5\n")
    answer = client_of(pia).get(f"{URL}{made.pk}/rejected.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="rejected-{made.pk}.csv"'
    heading, row = csv.reader(b"".join(answer.streaming_content).decode().splitlines())
    assert heading == ["line", "id", "reason", "row"]
    assert row[:2] == ["2", "'=cmd()"]
    assert row[3].startswith("'=cmd(),2026-11-20")


def test_a_long_list_says_how_much_more_there_is(pia, client_of):
    rows = "".join(f"{n},2026-11-20T10:00:00Z,tokens,many,input\n" for n in range(103))
    made = recorded(pia, b"id,time,meter,value,direction\n" + rows.encode())
    assert "3 more in the CSV." in text_of(client_of(pia), made)

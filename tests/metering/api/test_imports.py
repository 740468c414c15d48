"""Files of usage over the API: brought, looked at, recorded by a worker as a job, and what was refused of them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import audit
from metering.actions.history import work_on
from metering.models import UsageEvent, UsageImport
from tests.metering.events import AT, make_acme

pytestmark = pytest.mark.django_db

URL = "/api/v1/usage-imports/"
FILE = b"request_id,created_at,tokens_used,direction\nr1,2026-11-20 10:00,100,input\nr2,2026-11-21 10:00,x,input\n"
MAPPING = {
    "columns": {"id": "request_id", "time": "created_at", "value": "tokens_used", "direction": "direction"},
    "constants": {"meter": "tokens"},
    "zone": "UTC",
}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.HISTORY_DIR = tmp_path / "history"


@pytest.fixture
def browser(ivo, client_of):
    make_acme()
    return client_of(ivo)


def bring(browser, content=FILE, *, name="usage.csv", key=None, **more):
    headers = {"Idempotency-Key": key} if key else {}
    body = {"file": SimpleUploadedFile(name, content), "customer": "acme", **more}
    return browser.post(URL, body, headers=headers)


def ask(browser, url, body, **headers):
    return browser.post(url, body, content_type="application/json", headers=headers)


def test_a_file_is_brought_looked_at_and_recorded_as_a_job(browser):
    brought = bring(browser)
    one = brought["Location"]
    assert (brought.status_code, brought.json()["state"], brought.json()["total"]) == (201, "previewed", len(FILE))
    seen = ask(browser, f"{one}preview/", {"mapping": MAPPING}).json()
    assert (seen["problems"], seen["mapping"], seen["rows_guessed"]) == ([], MAPPING, 2)
    assert [(row["line"], row["event"] is not None, row["reason"] != "") for row in seen["rows"]] == [
        (2, True, False),
        (3, False, True),
    ]
    assert not UsageEvent.objects.exists()

    begun = ask(browser, f"{one}recording/", {"mapping": MAPPING})
    assert (begun.status_code, begun["Location"], begun.json()["state"]) == (202, one, "queued")
    assert ask(browser, f"{one}recording/", {"mapping": MAPPING}).status_code == 409
    work_on(brought.json()["id"], seconds=60, clock=lambda: AT)
    done = browser.get(one).json()
    assert (done["state"], done["done"], done["accepted"], done["rejections"]) == ("recorded", done["total"], 1, 1)
    assert [(row["line"], row["id"]) for row in done["rejected"]] == [(3, "r2")]
    refused = browser.get(f"{one}rejected/", headers={"Accept": "text/csv"})
    assert refused["Content-Type"].startswith("text/csv")
    assert b"".join(refused.streaming_content).decode().splitlines()[0] == "line,id,reason,row"
    assert browser.get(f"{one}rejected/", headers={"Accept": "text/html"}).status_code == 406
    assert UsageEvent.objects.count() == 1
    assert browser.delete(one).status_code == 409


def test_a_trial_records_nothing(browser):
    one = bring(browser).json()["id"]
    assert ask(browser, f"{URL}{one}/recording/", {"mapping": MAPPING, "dry_run": True}).json()["dry_run"] is True
    work_on(one, seconds=60, clock=lambda: AT)
    assert browser.get(f"{URL}{one}/").json()["accepted"] == 1
    assert not UsageEvent.objects.exists()


def test_a_repeated_file_is_brought_once_and_another_is_told_apart(browser):
    first, again = bring(browser, key="k"), bring(browser, key="k")
    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")
    assert bring(browser, FILE + b"r3,2026-11-22 10:00,5,input\n", key="k").status_code == 409
    assert UsageImport.objects.count() == 1


def test_what_is_wrong_is_named_and_keeps_nothing(browser):
    for answer, field in (
        (bring(browser, name="usage.pdf"), "file"),
        (bring(browser, customer="nobody"), "customer"),
        (bring(browser, b"PAR1", name="x.parquet"), "file"),
        (bring(browser, zone="UTC"), "zone"),
        (browser.post(URL, {"customer": "acme"}), "file"),
    ):
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert browser.post(URL, "{}", content_type="application/json").status_code == 415
    assert UsageImport.objects.count() == 0


def test_a_mapping_that_cannot_work_starts_nothing(browser):
    one = f"{URL}{bring(browser).json()['id']}/"
    for mapping in (
        {"columns": {"time": "when"}},
        {"zone": "Mars/Olympus"},
        {"columns": {"time": "created_at"}, "constants": {"time": "x"}},
    ):
        answer = ask(browser, f"{one}recording/", {"mapping": mapping})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["mapping"])
    assert browser.get(one).json()["state"] == "previewed"


def test_a_file_is_thrown_away(browser, ivo):
    one = bring(browser).json()["id"]
    assert [browser.delete(f"{URL}{one}/").status_code for _ in range(2)] == [204, 409]
    assert browser.get(f"{URL}{one}/").json()["state"] == "discarded"
    assert [entry.verb for entry in audit.history(f"import:{one}")] == ["brought", "discarded"]


def test_strangers_find_nothing(browser, ada, client_of):
    one = bring(browser).json()["id"]
    stranger = client_of(ada)
    codes = [stranger.get(URL), stranger.get(f"{URL}{one}/"), bring(stranger), stranger.delete(f"{URL}{one}/")]
    assert [answer.status_code for answer in codes] == [404] * 4
    assert UsageImport.objects.get().state == "previewed"


@pytest.mark.parametrize("files", [1, 3])
def test_the_list_takes_the_same_queries(browser, files, django_assert_num_queries):
    made = [bring(browser).json()["id"] for _ in range(files)]
    with django_assert_num_queries(3):
        found = browser.get(URL).json()["results"]
    assert [one["id"] for one in found] == made[::-1]

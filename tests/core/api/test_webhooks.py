import pytest

from core.models import WebhookEndpoint

pytestmark = pytest.mark.django_db

URL = "/api/v1/webhooks/"
GOOD = {"url": "https://hooks.example.com/quantile", "events": ["quote.submitted"]}


def post(client, url, body=None, **headers):
    return client.post(url, body or {}, content_type="application/json", headers=headers)


def test_an_endpoint_is_made_and_its_secret_shown_once(ivo, client_of):
    ivos = client_of(ivo)
    first, second = (post(ivos, URL, GOOD, **{"Idempotency-Key": "h"}) for _ in range(2))
    assert (first.status_code, first.json()["secret"][:6], second.json()["secret"]) == (201, "whsec_", None)
    assert "secret" not in ivos.get(first["Location"]).json()
    renewed = post(ivos, f"{first['Location']}secrets/").json()["secret"]
    assert renewed != first.json()["secret"]
    assert [row["url"] for row in ivos.get(URL).json()["results"]] == [GOOD["url"]]
    assert ivos.get(f"{first['Location']}messages/").json() == {"results": [], "next": None}
    assert ivos.delete(first["Location"]).status_code == 204
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "http://x.example"}, "url"),
        ({"url": "https://127.0.0.1/hooks"}, "url"),
        ({"url": "https://[fd00::1]/hooks"}, "url"),
        ({"events": ["no.such"]}, "events"),
        ({"events": []}, "events"),
    ],
)
def test_what_is_wrong_makes_none(ivo, client_of, changes, field):
    answer = post(client_of(ivo), URL, {**GOOD, **changes})
    assert (answer.status_code, field in answer.json()["errors"]) == (422, True)
    assert not WebhookEndpoint.objects.exists()


def test_an_event_that_is_none_is_named_beside_those_there_are(ivo, client_of):
    said = post(client_of(ivo), URL, {**GOOD, "events": ["quote.sent", "quote.send"]}).json()["errors"]["events"]
    assert said.startswith("There is no event quote.send; there are: approval.decided, contract.confirmed, ")


def test_an_endpoint_is_changed_on_the_state_that_was_seen(ivo, client_of):
    ivos = client_of(ivo)
    answer = post(ivos, URL, GOOD)
    made = answer["Location"]
    assert answer["ETag"] == ivos.get(made)["ETag"]
    seen, new = answer["ETag"], {"url": "https://y.example/", "about": "New", "events": ["quote.sent"]}

    def put(body, match):
        return ivos.put(made, body, content_type="application/json", headers={"If-Match": match} if match else {})

    assert [put(new, match).status_code for match in (seen, seen, "")] == [200, 412, 428]
    for url in ("http://y.example/", "https://169.254.169.254/"):
        assert list(put({**new, "url": url}, "*").json()["errors"]) == ["url"]
    found = ivos.get(made).json()
    assert {name: found[name] for name in new} == new


def test_an_endpoint_is_tried_switched_off_and_on(ivo, client_of):
    ivos = client_of(ivo)
    made = post(ivos, URL, GOOD)["Location"]
    tried = post(ivos, f"{made}tests/")
    assert (tried.status_code, tried.json()["event"], tried.json()["state"]) == (201, "test.ping", "pending")
    assert ivos.get(f"{made}messages/").json()["results"] == [tried.json()]
    for _ in range(2):
        assert post(ivos, f"{made}disabling/").json()["disabled_at"] is not None
    assert ivos.delete(f"{made}disabling/").status_code == 204
    assert WebhookEndpoint.objects.get().disabled_at is None


def test_others_find_nothing(ada, client_of, client):
    assert post(client_of(ada), URL, GOOD).status_code == 404
    assert client.get(URL).status_code == 401

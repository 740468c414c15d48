"""A customer's yes that was given on paper makes the same contract, once, and only for what was sent."""

import pytest

from core.models import AuditEntry
from quotes.actions.sending import send
from quotes.models import Contract, Signature
from tests.factories import AT, make_approved_quote, make_sent_quote, make_submitted_quote

pytestmark = pytest.mark.django_db

URL = "/api/v1/quotes/Q-2026-0001/acceptance/"
DOCUMENT = "9f" * 32


def evidence(version, **changes):
    said = {"name": "Cleo Hartmann", "title": "VP Engineering", "email": "cleo@acme.example"}
    day = str(version.sent_at.date()) if version.sent_at else "2026-11-24"
    return {**said, "sha256": version.sha256, "document_sha256": DOCUMENT, "signed_on": day, **changes}


def post(client, body):
    return client.post(URL, body, content_type="application/json")


@pytest.fixture
def now_is(monkeypatch):
    monkeypatch.setattr("quotes.api.life.now", lambda: AT)


def test_paper_makes_the_contract_once(ada, client_of, now_is):
    version = make_sent_quote().version
    first, second = (post(client_of(ada), evidence(version)) for _ in range(2))
    contract = Contract.objects.get()
    assert (first.status_code, first.json()["contract"], first["Location"]) == (
        201,
        contract.number,
        f"/api/v1/contracts/{contract.number}/",
    )
    assert (second.status_code, second.json()["type"]) == (409, "urn:quantile:problem:refused")
    assert Signature.objects.get().code_verified_at is None
    entry = AuditEntry.objects.get(verb="record_evidence")
    assert (entry.by, entry.data["document"], entry.data["total"]) == ("ada", DOCUMENT, "42940.00")


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"sha256": "0" * 64}, 422, "sha256"),
        ({"email": "dan@acme.example"}, 422, "email"),
        ({"signed_on": "2020-01-01"}, 422, "signed_on"),
        ({"signed_on": "2030-01-01"}, 422, "signed_on"),
        ({"document_sha256": "x"}, 422, "document_sha256"),
        ({"title": ""}, 422, "title"),
    ],
)
def test_evidence_that_does_not_fit_makes_none(ada, client_of, now_is, changes, status, field):
    version = make_sent_quote().version
    answer = post(client_of(ada), evidence(version, **changes))
    assert (answer.status_code, field in answer.json()["errors"]) == (status, True)
    assert not Contract.objects.exists()
    assert not Signature.objects.exists()


def test_what_was_not_sent_is_not_accepted(ada, ben, eve, client_of, now_is):
    version = make_submitted_quote()
    for person, status in ((ada, 409), (ben, 409), (eve, 404)):
        assert post(client_of(person), evidence(version)).status_code == status
    assert not Contract.objects.exists()


def test_the_sellers_own_signature_says_where_it_came_from(ada, fay, client_of, now_is, monkeypatch):
    version = send(make_approved_quote(), by=ada, at=AT, countersign=True).version
    monkeypatch.setattr("quotes.api.life.database_now", lambda: AT)
    assert post(client_of(ada), evidence(version)).json()["contract"] is None
    signed = {"sha256": version.sha256, "title": "CFO"}
    headers = {"User-Agent": "signer/1.0"}
    url = "/api/v1/quotes/Q-2026-0001/countersignature/"
    done = client_of(fay).post(url, signed, content_type="application/json", headers=headers)
    assert (done.status_code, done.json()["contract"]) == (201, Contract.objects.get().number)
    own = Signature.objects.get(user=fay)
    assert (own.title, own.address, own.user_agent) == ("CFO", "127.0.0.0", "signer/1.0")

"""Contracts for the people inside."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client

from billing.actions import delivering
from billing.models import Delivery, DeliveryAttempt, LedgerContract
from billing.rules import State
from billing.targets.ledger import client as ledger
from core.models import AuditEntry, OutboxMessage
from quotes.models import Contract, Quote
from tests.factories import approved, make_accepted_quote, make_seller, make_submitted_quote
from tests.quotes.frozen import LATER, make_contract

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "delivery"}


@pytest.fixture
def contract(ada) -> Contract:
    return make_contract(ada)


@pytest.fixture
def stopped(contract, monkeypatch) -> Contract:
    """A contract that the ledger would not take, until now."""
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "fetch", lambda reference: None)
        delivering.deliver(contract.number, at=LATER)
    return contract


def retry_url(contract: Contract) -> str:
    return f"/contracts/{contract.number}/delivery/retries/"


def unchanged(contract: Contract) -> bool:
    delivery = Delivery.objects.get(contract=contract)
    return (delivery.state, delivery.retries, OutboxMessage.objects.filter(topic="delivery.requested").count()) == (
        State.NEEDS_PERSON,
        0,
        0,
    )


class TestList:
    @pytest.mark.parametrize("count", [1, 3])
    def test_queries_do_not_grow_with_rows(self, ada, fay, client_of, django_assert_num_queries, count):
        for contract in [make_contract(ada) for _ in range(count)]:
            delivering.deliver(contract.number, at=LATER)
        client = client_of(fay)
        with django_assert_num_queries(5):
            response = client.get("/contracts/")
        assert response.content.decode().count("row-link") == count

    def test_each_contract_with_its_amount_and_state(self, ada, fay, client_of):
        first, second = make_contract(ada), make_contract(ada)
        delivering.deliver(first.number, at=LATER)
        html = client_of(fay).get("/contracts/").content.decode().replace("\u00a0", " ")

        assert html.index(second.number) < html.index(first.number)
        assert html.count("USD 54,000.00") == 2
        assert "L-2026-0001" in html
        assert "Queued" in html

    @pytest.mark.parametrize(
        ("query", "found"),
        [("text=hartmann", 2), ("text=L-2026-0001", 1), ("text=nobody", 0), ("state=created", 1), ("state=queued", 1)],
    )
    def test_filters(self, ada, fay, client_of, query, found):
        delivering.deliver(make_contract(ada).number, at=LATER)
        make_contract(ada)
        assert client_of(fay).get(f"/contracts/?{query}").content.decode().count("row-link") == found

    def test_empty(self, fay, client_of):
        assert "No contracts yet" in client_of(fay).get("/contracts/").content.decode()

    def test_sellers_see_their_own(self, contract, ada, eve, client_of):
        assert contract.number in client_of(ada).get("/contracts/").content.decode()
        assert contract.number not in client_of(eve).get("/contracts/").content.decode()

    @pytest.mark.parametrize("name", ["dan", "pia"])
    def test_who_may_not_see_contracts_gets_404(self, contract, name, client_of, request):
        client = client_of(request.getfixturevalue(name))
        paths = ["/contracts/", f"/contracts/{contract.number}/", f"/contracts/{contract.number}/terms.json"]
        assert [client.get(path).status_code for path in paths] == [404, 404, 404]

    def test_nobody_is_sent_to_sign_in(self, contract):
        response = Client().get("/contracts/")
        assert (response.status_code, response["Location"]) == (302, "/login/?next=%2Fcontracts%2F")


class TestContract:
    def test_all_hashes_are_the_same_all_the_way(self, contract, fay, client_of):
        delivering.deliver(contract.number, at=LATER)
        html = client_of(fay).get(f"/contracts/{contract.number}/").content.decode()

        assert "Unbroken" in html
        assert html.count(f'title="{contract.sha256}"') == 5
        assert html.count(f'title="{contract.terms_sha256}"') == 2
        assert html.count('aria-label="yes"') == 6

    def test_evidence_parties_and_delivery(self, contract, fay, client_of):
        delivering.deliver(contract.number, at=LATER)
        html = client_of(fay).get(f"/contracts/{contract.number}/").content.decode().replace("\u00a0", " ")
        for text in (
            "Hartmann Logistics GmbH &amp; Co. KG",
            "Northlight AI, Inc.",
            "cleo@hartmann.example",
            "USD 54,000.00",
            "USD 85,260.00",
            "L-2026-0001",
            "Billing holds the contract, and what it holds was read back and compared.",
            "handed it to billing",
        ):
            assert text in html, text

    def test_it_looks_again_only_while_something_moves(self, contract, fay, client_of):
        client, url = client_of(fay), f"/contracts/{contract.number}/"
        assert 'hx-trigger="every 2s"' in client.get(url).content.decode()
        delivering.deliver(contract.number, at=LATER)
        assert "delay:2s" not in client.get(url).content.decode()

    def test_htmx_gets_the_hand_off_and_what_follows_from_it(self, contract, fay, client_of):
        html = client_of(fay).get(f"/contracts/{contract.number}/", headers=HTMX).content.decode()

        assert "<html" not in html
        assert html.count('hx-swap-oob="true"') == 3
        assert html.lstrip().startswith('<section class="panel" id="delivery"')

    def test_a_broken_chain_is_shown(self, contract, fay, client_of, monkeypatch):
        monkeypatch.setattr("billing.queries.contracts.digest", lambda text: "0" * 64)
        html = client_of(fay).get(f"/contracts/{contract.number}/").content.decode()
        assert "Broken" in html

    def test_terms_are_the_exact_bytes(self, contract, fay, client_of):
        response = client_of(fay).get(f"/contracts/{contract.number}/terms.json?download")

        assert hashlib.sha256(response.content).hexdigest() == contract.terms_sha256
        assert response["Content-Type"] == "application/json"
        assert response["Content-Disposition"] == f'attachment; filename="{contract.number}-terms.json"'

    def test_only_who_may_read_quotes_gets_links_to_them(self, contract, fay, ivo, client_of):
        url, link = f"/contracts/{contract.number}/", f"/quotes/{contract.version.quote.number}/v2/document.pdf"
        assert link in client_of(fay).get(url).content.decode()
        assert link not in client_of(ivo).get(url).content.decode()

    def test_another_sellers_contract_is_not_there(self, contract, eve, client_of):
        client = client_of(eve)
        assert client.get(f"/contracts/{contract.number}/").status_code == 404
        assert client.get(f"/contracts/{contract.number}/terms.json").status_code == 404

    def test_queries(self, contract, fay, client_of, django_assert_num_queries):
        delivering.deliver(contract.number, at=LATER)
        client = client_of(fay)
        with django_assert_num_queries(9):
            client.get(f"/contracts/{contract.number}/")


class TestRetry:
    def test_a_plain_browser_comes_back_to_the_page(self, stopped, fay, client_of):
        response = client_of(fay).post(retry_url(stopped))

        assert (response.status_code, response["Location"]) == (303, f"/contracts/{stopped.number}/")
        assert Delivery.objects.get().state == State.QUEUED
        assert list(OutboxMessage.objects.filter(topic="delivery.requested").values_list("key", flat=True)) == [
            f"{stopped.number}:1"
        ]
        assert AuditEntry.objects.filter(verb="retry_delivery", by="fay").count() == 1

    def test_htmx_gets_the_new_state(self, stopped, fay, client_of):
        response = client_of(fay).post(retry_url(stopped), headers=HTMX)

        assert response.status_code == 200
        assert 'hx-trigger="every 2s"' in response.content.decode()
        assert "On its way to billing again." in response["HX-Trigger"]

    def test_then_it_arrives_once(self, stopped, fay, client_of):
        client_of(fay).post(retry_url(stopped))
        delivering.deliver(stopped.number, at=LATER + timedelta(minutes=1))

        assert Delivery.objects.get().state == State.CREATED
        assert LedgerContract.objects.count() == 1

    def test_get_is_not_a_retry(self, stopped, fay, client_of):
        assert client_of(fay).get(retry_url(stopped)).status_code == 405
        assert unchanged(stopped)

    @pytest.mark.parametrize("name", ["ada", "ben", "ivo"])
    def test_who_sees_it_but_is_not_finance_may_not(self, stopped, name, client_of, request):
        client = client_of(request.getfixturevalue(name))
        assert client.post(retry_url(stopped)).status_code == 403
        assert unchanged(stopped)
        page = client.get(f"/contracts/{stopped.number}/").content.decode()
        assert "Only finance may send a contract to billing again." in page

    @pytest.mark.parametrize("name", ["dan", "eve", "pia"])
    def test_for_strangers_it_is_not_there(self, stopped, name, client_of, request):
        assert client_of(request.getfixturevalue(name)).post(retry_url(stopped)).status_code == 404
        assert unchanged(stopped)

    def test_what_is_created_is_refused_with_the_reason(self, contract, fay, client_of):
        delivering.deliver(contract.number, at=LATER)
        response = client_of(fay).post(retry_url(contract), headers=HTMX)

        assert response.status_code == 409
        assert response.content.decode() == "Billing has this contract already; there is nothing to send again."
        assert Delivery.objects.get().state == State.CREATED


class TestStuck:
    URL = "/contracts/stuck/"

    def test_what_needs_a_person_and_nothing_else(self, stopped, ada, fay, client_of):
        delivering.deliver(make_contract(ada).number, at=LATER)
        rows = client_of(fay).get(self.URL).context["rows"]
        assert [row.number for row in rows] == [stopped.number]

    def test_what_differs_in_billing_needs_a_person_too(self, contract, fay, client_of):
        delivering.deliver(contract.number, at=LATER)
        Delivery.objects.update(state=State.DRIFTED, reason="until is 2027-12-31, not 2028-01-31")
        rows = client_of(fay).get(self.URL).context["rows"]
        assert [(row.number, row.state) for row in rows] == [(contract.number, State.DRIFTED)]

    def test_the_home_page_fetches_it_for_all_who_see_contracts(self, ada, fay, pia, client_of):
        for person, shown in ((fay, True), (ada, True), (pia, False)):
            assert (self.URL in client_of(person).get("/").content.decode()) is shown

    def test_htmx_gets_the_part_and_an_empty_one_says_so(self, fay, client_of):
        html = client_of(fay).get(self.URL, headers={"HX-Request": "true"}).content.decode()
        assert html.strip().startswith('<section class="panel" id="stuck"')
        assert "Every contract has reached billing" in html

    def test_dan_is_a_stranger(self, dan, client_of):
        assert client_of(dan).get(self.URL).status_code == 404

    @pytest.mark.parametrize("count", [1, 3])
    def test_queries_do_not_grow_with_rows(self, ada, fay, client_of, django_assert_num_queries, count):
        for contract in [make_contract(ada) for _ in range(count)]:
            delivering.prepare(contract, at=LATER)
        Delivery.objects.update(state=State.NEEDS_PERSON, reason="Billing says no.")
        client = client_of(fay)
        with django_assert_num_queries(3):
            response = client.get(self.URL)
        assert len(response.context["rows"]) == count


class TestForCustomer:
    def test_the_panel_shows_what_is_open_to_the_person(self, ada, eve, dan, client_of):
        contract = make_contract(ada)
        url = f"/customers/{contract.customer.slug}/contracts/"
        html = client_of(ada).get(url, headers={"HX-Request": "true"}).content.decode()
        assert html.strip().startswith('<section class="panel" id="customer-contracts"')
        assert [row.number for row in client_of(ada).get(url).context["rows"]] == [contract.number]
        assert "No contracts yet" in client_of(eve).get(url).content.decode()
        assert client_of(dan).get(url).status_code == 404
        assert client_of(ada).get("/customers/no-such/contracts/").status_code == 404
        page = client_of(ada).get(f"/customers/{contract.customer.slug}/").content.decode()
        assert f'hx-get="{url}"' in page

    @pytest.mark.parametrize("count", [1, 3])
    def test_queries_do_not_grow_with_rows(self, ada, client_of, django_assert_num_queries, count):
        contracts = [make_contract(ada) for _ in range(count)]
        client = client_of(ada)
        with django_assert_num_queries(4):
            response = client.get(f"/customers/{contracts[0].customer.slug}/contracts/")
        assert len(response.context["rows"]) == count


class TestSolution:
    def test_finance_says_how_it_was_settled(self, stopped, fay, client_of):
        url = f"/contracts/{stopped.number}/delivery/solution/"
        answer = client_of(fay).post(url, {"note": "Made by hand.", "reference": "B-77"})
        assert (answer.status_code, answer["Location"]) == (303, f"/contracts/{stopped.number}/")
        html = client_of(fay).get(f"/contracts/{stopped.number}/").content.decode()
        assert "Fay Moreau: Made by hand." in html

    def test_what_is_missing_stands_at_its_field(self, stopped, fay, client_of):
        url = f"/contracts/{stopped.number}/delivery/solution/"
        answer = client_of(fay).post(url, {"note": "Made by hand."}, headers=HTMX)
        assert answer.status_code == 422
        assert "Please give the number under which billing holds the contract." in answer.content.decode()
        assert ">Made by hand.</textarea>" in answer.content.decode()
        assert unchanged(stopped)

    @pytest.mark.parametrize(("name", "status"), [("ada", 403), ("ivo", 403), ("dan", 404)])
    def test_others_change_nothing(self, stopped, client_of, request, name, status):
        client = client_of(request.getfixturevalue(name))
        base = f"/contracts/{stopped.number}/delivery/"
        assert client.post(f"{base}solution/", {"note": "x", "reference": "y"}).status_code == status
        assert client.post(f"{base}check/").status_code == status
        assert unchanged(stopped)

    def test_posts_only(self, stopped, fay, client_of):
        base = f"/contracts/{stopped.number}/delivery/"
        assert [client_of(fay).get(f"{base}{name}/").status_code for name in ("solution", "check")] == [405, 405]


class TestCheck:
    def test_a_difference_is_shown_field_by_field(self, contract, fay, client_of, monkeypatch):
        delivering.deliver(contract.number, at=LATER)
        monkeypatch.setattr(ledger, "content", lambda row: {"customer": "somebody-else", "sha256": row.sha256})
        answer = client_of(fay).post(f"/contracts/{contract.number}/delivery/check/", headers=HTMX)
        html = answer.content.decode()
        assert answer.status_code == 200
        assert "Where billing differs from the contract" in html
        assert "somebody-else" in html
        assert Delivery.objects.get().state == State.DRIFTED

    def test_a_plain_browser_comes_back(self, contract, fay, client_of):
        delivering.deliver(contract.number, at=LATER)
        answer = client_of(fay).post(f"/contracts/{contract.number}/delivery/check/")
        assert (answer.status_code, answer["Location"]) == (303, f"/contracts/{contract.number}/")
        assert Delivery.objects.get().state == State.CREATED


def test_every_try_is_shown_without_its_secrets(contract, fay, client_of):
    delivering.deliver(contract.number, at=LATER)
    attempt = DeliveryAttempt.objects.get()
    attempt.request = {**attempt.request, "api_key": "sk_live_abc", "note": "Bearer sk_live_abc"}
    attempt.save()
    html = client_of(fay).get(f"/contracts/{contract.number}/").content.decode()
    assert "sk_live_abc" not in html
    assert "hidden: a secret" in html
    assert "Try 1" in html
    assert "L-2026-0001" in html


class TestChanges:
    def test_a_seller_starts_a_change_and_comes_to_its_quote(self, ada, client_of):
        contract = make_accepted_quote()
        url = f"/contracts/{contract.number}/changes/"
        answer = client_of(ada).post(url, {"kind": "amendment", "month": "4"})
        [quote] = Quote.objects.filter(changes=contract)
        assert (answer.status_code, answer["Location"]) == (303, f"/quotes/{quote.number}/")

        page = client_of(ada).get(f"/quotes/{quote.number}/v1/difference/").content.decode().replace("\u00a0", " ")
        assert f"Amendment of {contract.number}" in page
        assert "USD 42,940.00" in page
        assert quote.number in client_of(ada).get(url).content.decode()
        htmx = client_of(ada).post(url, {"kind": "renewal"}, headers={**HTMX, "HX-Target": "changes"})
        assert (htmx.status_code, htmx["HX-Redirect"]) == (204, f"/quotes/{Quote.objects.latest('pk').number}/")

    @pytest.mark.parametrize("data", [{"kind": "nonsense", "month": "4"}, {"kind": "amendment", "month": "99"}])
    def test_what_cannot_be_is_said(self, ada, client_of, data):
        contract = make_accepted_quote()
        answer = client_of(ada).post(f"/contracts/{contract.number}/changes/", data)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert Quote.objects.filter(changes=contract).count() == 0

    @pytest.mark.parametrize(("name", "status"), [("fay", 403), ("eve", 404), ("dan", 404)])
    def test_others_start_nothing(self, contract, client_of, request, name, status):
        client = client_of(request.getfixturevalue(name))
        url = f"/contracts/{contract.number}/changes/"
        assert client.post(url, {"kind": "renewal"}).status_code == status
        assert Quote.objects.filter(changes=contract).count() == 0

    def test_a_contract_made_at_approval_awaits_the_customer(self, fay, client_of):
        make_seller(contract_at="approval")
        contract = Contract.objects.get(version=approved(make_submitted_quote()))
        html = client_of(fay).get(f"/contracts/{contract.number}/").content.decode()
        assert "It goes to billing once the customer has accepted." in html
        assert "Awaits the customer" in client_of(fay).get("/contracts/?state=unsigned").content.decode()

"""The pages of CRM connections: who keeps them makes, maps, tries, switches and ends them."""

import re

import pytest
from django.test import Client

from core import audit
from core.models import WebhookEndpoint
from core.turning_secrets import valid_secrets
from crm.forms import MappingForm, typed
from crm.models import Connection, Received
from crm.rules.mappings import STARTS, Terms
from quotes.actions.opportunities import link_quote
from tests.crm.sending import message, send
from tests.factories import AT, make_customer, make_draft_quote

pytestmark = pytest.mark.django_db

URL, ONE = "/crm/", "/crm/salesforce/"


@pytest.fixture
def mias(mia, client_of):
    return client_of(mia)


def given(terms: Terms) -> dict:
    return {name: "on" if value is True else value for name, value in typed(terms) if value}


def test_a_crm_is_connected_and_its_secrets_are_shown_once(mias, ada):
    typed_in = {"system": "Salesforce", "url": "https://relay.example/hooks", "seller": ada.pk}
    page = mias.post(URL, typed_in).content.decode()
    secret, ours = re.findall(r'id="(?:our-)?secret">(whsec_[^<]+)<', page)
    found = Connection.objects.get()
    assert (found.system, found.seller, valid_secrets(found, AT)) == ("salesforce", ada, [secret])
    assert (found.endpoint.shape, Terms.of(found.mapping)) == ("crm", STARTS["salesforce"])
    for path in (URL, ONE, f"{ONE}mapping/"):
        again = mias.get(path).content.decode()
        assert (secret in again, ours in again, secret in found.sealed) == (False, False, False)
    assert [entry.verb for entry in audit.history("crm:salesforce")] == ["create_connection"]
    assert mias.post(URL, typed_in).status_code == 422


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"system": "my crm"}, "small letters"),
        ({"url": "http://relay.example/"}, "must begin with https"),
        ({"seller": 0}, "valid choice"),
    ],
)
def test_what_is_wrong_connects_nothing(mias, ada, changes, said):
    answer = mias.post(URL, {"system": "hubspot", "url": "", "seller": ada.pk, **changes})
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert (Connection.objects.count(), WebhookEndpoint.objects.count()) == (0, 0)


def test_messages_stand_on_its_page_with_what_came_of_them(mias, made):
    send(made.secret, message(), name="first")
    make_customer(history=False)
    send(made.secret, message(), name="second")
    page = mias.get(ONE).content.decode()
    assert "No customer is known as Acme" in page
    assert "acme · 006A1" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_one_and_three_messages_take_the_same_queries(mias, made, django_assert_num_queries, rows):
    for n in range(rows):
        send(made.secret, message(), name=str(n))
    with django_assert_num_queries(6):
        assert mias.get(ONE).content.decode().count('wrap-anywhere">' + str(rows - 1)) == 1


def test_a_mapping_is_saved_or_marked(mias, made):
    terms = STARTS["hubspot"]
    assert mias.post(f"{ONE}mapping/", given(terms)).status_code == 303
    made.connection.refresh_from_db()
    assert Terms.of(made.connection.mapping) == terms
    wrong = {**given(terms), "fields.expected": "amount", "reads.id": ""}
    answer = mias.post(f"{ONE}mapping/", wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "amount is taken by “Committed total” already" in page
    assert "Say where the CRM’s message holds the id" in page
    made.connection.refresh_from_db()
    assert Terms.of(made.connection.mapping) == terms
    assert [entry.verb for entry in audit.history("crm:salesforce")] == ["create_connection", "change_mapping"]


def test_a_mapping_starts_from_the_usual_one_unsaved(mias, made):
    page = mias.get(f"{ONE}mapping/?start=hubspot").content.decode()
    assert ('value="dealstage"' in page, "Not saved yet" in page) == (True, True)
    assert 'value="StageName"' in mias.get(f"{ONE}mapping/?start=none").content.decode()
    made.connection.refresh_from_db()
    assert Terms.of(made.connection.mapping) == STARTS["salesforce"]


def test_the_form_gives_back_what_it_shows():
    for terms in STARTS.values():
        form = MappingForm(given(terms))
        assert form.is_valid()
        assert form.terms() == terms


def test_a_preview_is_what_would_be_told(mias, made, ada):
    assert "Link a quote to an opportunity" in mias.get(f"{ONE}preview/").content.decode()
    version = make_draft_quote()
    link_quote(version.quote, system="salesforce", external_id="006A1", by=ada, at=AT)
    page = mias.get(f"{ONE}preview/?number={version.quote.number}&event=quote.accepted").content.decode()
    assert "&quot;StageName&quot;: &quot;Closed Won&quot;" in page
    part = mias.get(f"{ONE}preview/?event=none", headers={"HX-Request": "true"}).content.decode()
    assert ("&quot;Amount&quot;: 53920" in part, "<html" in part) == (True, False)


def test_its_seller_secret_address_switch_and_end(mias, made, eve):
    assert mias.post(ONE, {"seller": eve.pk, "adds_customers": "on"}).status_code == 303
    assert mias.post(ONE, {"seller": 0}).status_code == 422
    found = Connection.objects.get()
    assert (found.seller, found.adds_customers) == (eve, True)
    assert "whsec_" in mias.post(f"{ONE}rotation/").content.decode()
    assert len(valid_secrets(Connection.objects.get(), AT)) == 2
    assert mias.post(f"{ONE}address/", {"url": "ftp://x"}).status_code == 422
    assert "whsec_" in mias.post(f"{ONE}address/", {"url": "https://y.example/"}).content.decode()
    assert list(WebhookEndpoint.objects.values_list("url", "shape")) == [("https://y.example/", "crm")]
    for off in (True, False):
        mias.post(f"{ONE}switch/")
        assert bool(Connection.objects.get().disabled_at) == off
    for name in ("rotation", "switch", "removal", "address"):
        assert mias.get(f"{ONE}{name}/").status_code == 405
    assert mias.post(f"{ONE}removal/")["Location"] == URL
    assert (Connection.objects.count(), WebhookEndpoint.objects.count(), Received.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("name", ["", "mapping/", "address/", "rotation/", "switch/", "removal/"])
def test_connections_are_for_those_who_keep_them(name, made, ada, ben, client_of):
    before = Connection.objects.values().get()
    for person in (ada, ben):
        assert client_of(person).post(ONE + name, {"seller": ada.pk}).status_code == 404
    assert Client().post(ONE + name).status_code == 302
    assert client_of(ada).post(URL, {"system": "hubspot", "seller": ada.pk}).status_code == 404
    assert Connection.objects.values().get() == before

import pytest

from core import audit
from customers.models import Contact, Customer
from tests.factories import make_draft_quote

HTMX = {"HX-Request": "true"}
FACTS = {"name": "Acme", "legal_name": "Acme Ltd", "segment": "startup", "country": "us", "currency": "usd",
         "payment_days": "30", "parent": "", "address": "", "note_on_data": ""}  # fmt: skip


def make(slug="acme", **values):
    facts = {"name": slug.title(), "legal_name": f"{slug.title()} Ltd", "segment": "startup", "country": "US"}
    customer = Customer.objects.create(slug=slug, **{**facts, **values})
    Contact.objects.create(customer=customer, name="Cleo Hartmann", email=f"cleo@{slug}.example")
    return customer


@pytest.mark.parametrize("rows", [1, 3])
def test_one_and_three_rows_take_the_same_queries(ada, client_of, django_assert_num_queries, rows):
    for n in range(rows):
        make(f"acme-{n}")
    browser = client_of(ada)
    with django_assert_num_queries(4):
        page = browser.get("/customers/")
    assert page.content.decode().count("row-link") == rows


@pytest.mark.parametrize(
    ("text", "found"), [("acm", ["Acme"]), ("UMBRA.example", ["Umbra"]), ("ltd", ["Acme", "Umbra"]), ("zzz", [])]
)
def test_search_finds_by_name_and_contact(ada, client_of, text, found):
    make("acme"), make("umbra")
    page = client_of(ada).get("/customers/", {"q": text})
    assert [customer.name for customer in page.context["page"]] == found
    assert ("No customer fits" in page.content.decode()) is (not found)


def test_search_as_one_types_gets_the_rows_only(ada, client_of):
    make()
    html = client_of(ada).get("/customers/?q=ac%00me", headers=HTMX).content.decode()
    assert html.lstrip().startswith('<div id="rows">')


def test_no_customers_yet(ada, client_of):
    assert "No customers yet" in client_of(ada).get("/customers/").content.decode()


def test_the_page_shows_company_people_and_family(ada, client_of):
    parent = make("parent")
    make("acme", parent=parent)
    html = client_of(ada).get("/customers/acme/").content.decode()
    assert "Cleo Hartmann" in html
    assert 'href="/customers/parent/"' in html
    assert "Acme</a>" in client_of(ada).get("/customers/parent/").content.decode()


def test_panels_come_by_address(ada, client_of):
    make()
    html = client_of(ada).get("/customers/acme/").content.decode()
    assert 'hx-get="/customers/acme/usage/panel/"' in html


@pytest.mark.parametrize("path", ["", "new/", "acme/", "acme/edit/", "acme/contacts/new/", "acme/contacts/1/"])
def test_dan_finds_nothing(dan, client_of, path):
    make()
    assert client_of(dan).get(f"/customers/{path}").status_code == 404


@pytest.mark.parametrize("path", ["new/", "acme/edit/", "acme/contacts/new/", "acme/contacts/{pk}/"])
def test_those_who_may_only_look_are_told_so_and_change_nothing(ben, client_of, path):
    make()
    pk = Contact.objects.get().pk
    answer = client_of(ben).post(f"/customers/{path.format(pk=pk)}", {**FACTS, "email": "x@y.example"})
    assert answer.status_code == 403
    assert Customer.objects.count() == Contact.objects.count() == 1
    assert Contact.objects.get().email == "cleo@acme.example"


def test_looking_offers_no_editing(ben, client_of):
    make()
    html = client_of(ben).get("/customers/acme/").content.decode()
    assert "/customers/acme/edit/" not in html


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_rep_adds_a_customer(ada, client_of, headers):
    done = client_of(ada).post("/customers/new/", FACTS, headers=headers)
    assert done.status_code == (204 if headers else 303)
    assert done.headers["HX-Redirect" if headers else "Location"] == "/customers/acme/"
    made = Customer.objects.get()
    assert (made.country, made.currency) == ("US", "USD")
    assert audit.history("customer:acme").count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"country": "USA"}, "at most 2 characters"),
        ({"country": "1"}, "2 letters are needed, such as US."),
        ({"payment_days": "181"}, "At most 180 days; choose fewer."),
        ({"parent": "99"}, "Choose one of the list"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_wrong_input_answers_422_with_the_form(ada, client_of, wrong, said, headers):
    answer = client_of(ada).post("/customers/new/", {**FACTS, **wrong}, headers=headers)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert ("<html" in answer.content.decode()) is (not headers)
    assert not Customer.objects.exists()


def test_a_rep_changes_a_customer(ada, client_of):
    make()
    done = client_of(ada).post("/customers/acme/edit/", {**FACTS, "payment_days": "45"})
    assert (done.status_code, done["Location"]) == (303, "/customers/acme/")
    assert Customer.objects.get().payment_days == 45
    assert audit.history("customer:acme").get().data["payment_days"] == [30, 45]


def test_a_circle_is_refused_on_the_field(ada, client_of):
    top = make("top")
    low = make("low", parent=top)
    answer = client_of(ada).post("/customers/top/edit/", {**FACTS, "name": "Top", "parent": str(low.pk)})
    assert answer.status_code == 422
    assert "above itself" in answer.content.decode()


def test_a_rep_adds_and_changes_a_contact(ada, client_of):
    make()
    browser = client_of(ada)
    added = browser.post("/customers/acme/contacts/new/", {"name": "Jo", "email": "jo@acme.example", "title": "CFO"})
    assert (added.status_code, added["Location"]) == (303, "/customers/acme/")
    jo = Contact.objects.get(name="Jo")
    address = f"/customers/acme/contacts/{jo.pk}/"
    assert browser.post(address, {"name": "Jo W", "email": "jo@acme.example", "title": ""}).status_code == 303
    taken = browser.post(address, {"name": "Jo W", "email": "cleo@acme.example", "title": ""})
    assert taken.status_code == 422
    assert "Another contact of this customer has this address." in taken.content.decode()
    jo.refresh_from_db()
    assert (jo.name, jo.email) == ("Jo W", "jo@acme.example")


def test_a_contact_of_another_customer_is_not_found(ada, client_of):
    make(), make("umbra")
    pk = Contact.objects.get(customer__slug="umbra").pk
    assert client_of(ada).get(f"/customers/acme/contacts/{pk}/").status_code == 404


def test_lists_are_not_posted_to(ada, client_of):
    make()
    assert [client_of(ada).post(path).status_code for path in ("/customers/", "/customers/acme/")] == [405, 405]


def test_contracts_are_a_click_away_for_those_who_see_them(ada, pia, client_of):
    make()
    pages = [client_of(who).get("/customers/acme/").content.decode() for who in (ada, pia)]
    assert ["/contracts/?text=Acme" in html for html in pages] == [True, False]


def test_only_sellers_are_offered_a_quote(ada, pia, client_of):
    make()
    pages = [client_of(who).get("/customers/acme/").content.decode() for who in (ada, pia)]
    assert ["/quotes/new/?customer=acme" in html for html in pages] == [True, False]


def test_a_parent_that_hangs_below_is_not_offered(ada, client_of):
    top = make("top")
    make("low", parent=top), make("other")
    html = client_of(ada).get("/customers/top/edit/").content.decode()
    offered = html.split('name="parent"')[1].split("</select>")[0]
    assert (">Other<" in offered, ">Low<" in offered, ">Top<" in offered) == (True, False, False)


def test_the_family_stands_on_the_page_of_whoever_pays(ada, client_of):
    top = make("top")
    middle = make("middle", parent=top)
    make("low", parent=middle)
    html = client_of(ada).get("/customers/top/").content.decode()
    assert html.index("family-1") < html.index('href="/customers/middle/"') < html.index("family-2")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_contact_is_removed(ada, ben, dan, client, client_of, headers):
    make()
    contact = Contact.objects.get()
    path = f"/customers/acme/contacts/{contact.pk}/removal/"
    assert f'formaction="{path}"' in client_of(ada).get(path.removesuffix("removal/")).content.decode()
    assert client_of(ada).get(path).status_code == 405
    refused = [client_of(who).post(path, headers=headers).status_code for who in (ben, dan)]
    assert (refused, Contact.objects.count()) == ([403, 404], 1)
    assert client.post(path).headers["Location"].startswith("/login/")
    assert client_of(ada).post(path, headers=headers).status_code == (204 if headers else 303)
    assert Contact.objects.count() == 0
    assert audit.history("customer:acme").last().verb == "removed contact"


def test_who_is_named_on_a_quote_stays_known(ada, client_of):
    contact = make_draft_quote().quote.contact
    answer = client_of(ada).post(f"/customers/acme/contacts/{contact.pk}/removal/")
    assert (answer.status_code, "is named on quotes and stays known" in answer.content.decode()) == (409, True)
    assert Contact.objects.filter(pk=contact.pk).exists()

"""Customers from a table: what each row would do, then all of it or nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from core import audit
from customers.models import Customer
from customers.tables import rows_of
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

URL = "/customers/new/table/"
HEAD = "external_id,name,legal_name,segment,country,domain\n"
TABLE = HEAD + "001A,Acme,Acme Inc.,startup,US,acme.example\n001B,Beta,Beta GmbH,enterprise,DE,\n"


def apply(client, text):
    return client.post(URL, {"text": text, "apply": "1"})


def everybody():
    return list(Customer.objects.order_by("slug").values_list("slug", "external_id", "country", "domain"))


def test_a_table_is_looked_at_first_and_applied_once(ada, client_of):
    adas = client_of(ada)
    seen = adas.post(URL, {"text": TABLE})
    assert (seen.status_code, "Add 2, change 0" in seen.content.decode(), everybody()) == (200, True, [])
    assert apply(adas, TABLE)["Location"] == "/customers/"
    assert "2 added, 0 changed, 0 known already." in adas.get("/customers/").content.decode()
    both = [("acme", "001A", "US", "acme.example"), ("beta", "001B", "DE", "")]
    assert everybody() == both
    entries = audit.newest().count()
    assert apply(adas, TABLE).status_code == 303
    assert (everybody(), audit.newest().count()) == (both, entries)
    assert "nothing would change" in adas.post(URL, {"text": TABLE}).content.decode()


def test_the_page_opens_without_a_word_of_what_is_missing(ada, client_of):
    page = client_of(ada).get(URL)
    assert (page.status_code, "Choose a file or paste rows" in page.content.decode()) == (200, False)


def test_who_is_known_by_external_id_is_changed(ada, client_of):
    adas = client_of(ada)
    apply(adas, TABLE)
    renamed = HEAD + "001A,Acme Group,Acme Inc.,startup,CA,acme.example\n"
    page = adas.post(URL, {"text": renamed}).content.decode()
    assert ("Add 0, change 1" in page, "country: CA" in page) == (True, True)
    apply(adas, renamed)
    acme = Customer.objects.get(external_id="001A")
    assert (acme.slug, acme.name, acme.country, Customer.objects.count()) == ("acme", "Acme Group", "CA", 2)


def test_of_two_companies_with_one_name_each_is_itself(ada, client_of):
    adas = client_of(ada)
    apply(adas, "name,legal_name,segment,country\nAcme,Acme Inc.,startup,US\n")
    apply(adas, TABLE)  # the one without an external id takes it
    assert [row[:2] for row in everybody()] == [("acme", "001A"), ("beta", "001B")]
    apply(adas, HEAD + "009Z,Acme,Acme Pty,startup,AU,\n")
    assert [row[:2] for row in everybody()] == [("acme", "001A"), ("acme-2", "009Z"), ("beta", "001B")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("001C,Gamma,,startup,US,", "legal_name: This field is required."),
        ("001C,Gamma,G Ltd,tiny,US,", "segment:"),
        ("001C,Gamma,G Ltd,startup,usa,", "country:"),
        ("001C,Gamma,G Ltd,startup,US,not a domain", "domain: Give the name of a web site"),
        ("001C,Gamma", "3: as many cells as names are needed."),
        ("001A,Acme,Acme Inc.,startup,US,", "slug: acme stands in row 1 already."),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_done(ada, client_of, row, said):
    adas = client_of(ada)
    for answer in (adas.post(URL, {"text": f"{TABLE}{row}\n"}), apply(adas, f"{TABLE}{row}\n")):
        assert (answer.status_code, everybody()) == (422, [])
        assert escape(said) in answer.content.decode()


@pytest.mark.parametrize(
    "given", [{"text": ""}, {"text": "name\n"}, {"text": 'name\n"x'}, {"text": "name\n" + "x\n" * 501}]
)
def test_what_is_no_table_is_refused(ada, client_of, given):
    answer = client_of(ada).post(URL, {**given, "apply": "1"})
    assert (answer.status_code, everybody()) == (422, [])


def test_a_file_of_a_spreadsheet_is_read(ada, client_of):
    text = TABLE.replace(",", ";").encode("utf-16")
    page = client_of(ada).post(URL, {"file": SimpleUploadedFile("c.csv", text)}).content.decode()
    assert "Add 2, change 0" in page


def test_a_cell_that_was_made_safe_comes_back_as_it_was():
    [row] = rows_of(HEAD + "001A,'=Acme,Acme Inc.,startup,US,\n")
    assert row.values["name"] == "=Acme"


@pytest.mark.parametrize("rows", [1, 3])
def test_looking_takes_the_same_queries(ada, client_of, django_assert_num_queries, rows):
    adas = client_of(ada)
    text = HEAD + "".join(f"{n},C{n},C{n} Ltd,startup,US,\n" for n in range(rows))
    with django_assert_num_queries(3):
        assert adas.post(URL, {"text": text}).status_code == 200


@pytest.mark.parametrize(("username", "status"), [("ben", 403), ("ivo", 403), ("dan", 404)])
def test_who_does_not_edit_customers_adds_none(client_of, username, status):
    assert apply(client_of(make_person(username)), TABLE).status_code == status
    assert everybody() == []


def test_an_external_id_is_of_one_customer_on_the_form_too(ada, client_of):
    adas = client_of(ada)
    apply(adas, TABLE)
    beta = Customer.objects.get(slug="beta")
    given = {name: getattr(beta, name) for name in ("name", "legal_name", "segment", "country", "currency")}
    answer = adas.post("/customers/beta/edit/", {**given, "payment_days": 30, "external_id": "001A"})
    assert (answer.status_code, Customer.objects.get(slug="beta").external_id) == (422, "001B")

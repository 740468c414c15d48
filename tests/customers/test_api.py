import pytest

from customers.models import Contact, Customer
from tests.customers.test_views import make

URL = "/api/v1/customers/"


@pytest.mark.parametrize("rows", [1, 3])
def test_one_and_three_rows_take_the_same_queries(ivo, client_of, django_assert_num_queries, rows):
    for n in range(rows):
        make(f"acme-{n}")
    browser = client_of(ivo)
    with django_assert_num_queries(3):
        listed = browser.get(URL).json()
    assert (listed["next"], len(listed["results"])) == (None, rows)


@pytest.mark.parametrize("rows", [1, 3])
def test_people_are_listed_with_the_same_queries(ivo, client_of, django_assert_num_queries, rows):
    acme = make("acme")
    Contact.objects.all().delete()
    people = [Contact(customer=acme, name=f"Person {n}", email=f"{n}@acme.example") for n in range(rows)]
    Contact.objects.bulk_create(reversed(people))
    browser = client_of(ivo)
    with django_assert_num_queries(4):
        listed = browser.get(f"{URL}acme/contacts/").json()
    assert [one["name"] for one in listed["results"]] == [one.name for one in people]


def test_search(ivo, client_of):
    make("acme"), make("umbra")
    assert [one["slug"] for one in client_of(ivo).get(f"{URL}?q=umb").json()["results"]] == ["umbra"]


def test_one_customer_with_its_people_and_family(ivo, client_of):
    make("low", parent=make("top"))
    cleo = Contact.objects.get(customer__slug="top")
    assert client_of(ivo).get(f"{URL}top/").json() == {
        "slug": "top",
        "name": "Top",
        "legal_name": "Top Ltd",
        "segment": "startup",
        "country": "US",
        "currency": "USD",
        "address": "",
        "payment_days": 30,
        "language": "en",
        "parent": None,
        "note_on_data": "",
        "external_id": "",
        "domain": "",
        "contacts": [{"id": cleo.pk, "name": "Cleo Hartmann", "email": "cleo@top.example", "title": ""}],
        "children": ["low"],
    }
    assert client_of(ivo).get(f"{URL}low/").json()["parent"] == "top"


@pytest.mark.parametrize("path", ["", "acme/"])
def test_strangers_find_nothing(dan, client, client_of, path):
    make()
    assert client_of(dan).get(URL + path).status_code == 404
    assert client.get(URL + path).status_code == 401


ACME = {"name": "Acme", "legal_name": "Acme Inc.", "segment": "startup", "country": "US"}


def send(client, method, url, body, kind="application/json", **headers):
    return getattr(client, method)(url, body, content_type=kind, headers=headers)


def test_a_customer_is_added_and_changed_by_whoever_has_seen_it(ada, client_of):
    adas = client_of(ada)
    added = send(adas, "post", URL, ACME)
    assert (added.status_code, added["Location"], added.json()["currency"]) == (201, f"{URL}acme/", "USD")
    changed = send(adas, "patch", f"{URL}acme/", {"payment_days": 45}, **{"If-Match": added["ETag"]})
    assert (changed.status_code, changed.json()["payment_days"]) == (200, 45)
    late = send(adas, "patch", f"{URL}acme/", {"payment_days": 60}, **{"If-Match": added["ETag"]})
    assert (late.status_code, Customer.objects.get().payment_days) == (412, 45)
    contact = send(adas, "post", f"{URL}acme/contacts/", {"name": "Cleo", "email": "Cleo@Acme.example"})
    assert (contact.status_code, contact.json()["email"]) == (201, "cleo@acme.example")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "usa"}, "country"),
        ({"segment": "huge"}, "segment"),
        ({"payment_days": 181}, "payment_days"),
        ({"parent": "nobody"}, "parent"),
        ({"slug": "A B"}, "slug"),
        ({"slug": "new"}, "slug"),
        ({"name": ""}, "name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_adds_nobody(ada, client_of, changes, field):
    answer = send(client_of(ada), "post", URL, {**ACME, **changes})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert not Customer.objects.exists()


ROWS = "name,legal_name,segment,country,payment_days\nAcme,Acme Inc.,startup,US,45\nBeta,Beta GmbH,enterprise,DE,\n"


def test_customers_are_imported_once(ada, client_of):
    adas = client_of(ada)
    first, second = (send(adas, "post", f"{URL}imports/", ROWS, "text/csv") for _ in range(2))
    assert (first.status_code, first.json()) == (201, {"added": ["acme", "beta"], "changed": [], "known": []})
    assert second.json() == {"added": [], "changed": [], "known": ["acme", "beta"]}
    assert list(Customer.objects.order_by("slug").values_list("slug", "payment_days")) == [("acme", 45), ("beta", 30)]


@pytest.mark.parametrize(
    ("text", "status", "fields"),
    [
        (ROWS + "Gamma,,startup,US,\n", 422, ["3.legal_name"]),
        (ROWS + "Gamma,Gamma Ltd,tiny,USA,x\n", 422, ["3.payment_days", "3.segment", "3.country"]),
        (ROWS + "Gamma\n", 422, ["3"]),
        (ROWS + "Acme,Acme Corp.,startup,US,\n", 422, ["3.slug"]),
        ("name\n", 422, ["body"]),
        ("name,colour\nAcme,red\n", 422, ["body"]),
        ("", 422, ["body"]),
        (b"\xff\xfe", 400, []),
    ],
)
def test_an_import_with_a_wrong_cell_adds_nobody(ada, client_of, text, status, fields):
    answer = send(client_of(ada), "post", f"{URL}imports/", text, "text/csv")
    assert answer.status_code == status
    errors = answer.json().get("errors", {})
    assert sorted(errors) == sorted(fields)
    assert [said for field, said in errors.items() if not said.startswith(f"{field}: ")] == []
    assert not Customer.objects.exists()


def test_a_column_that_is_not_known_is_named_with_those_that_are(ada, client_of):
    answer = send(client_of(ada), "post", f"{URL}imports/", "name,Colour,\nAcme,red,\n", "text/csv")
    said = answer.json()["errors"]["body"]
    assert said.startswith('body: no column is called "colour", ""; the columns are name, legal_name, segment, ')


def test_who_only_sees_customers_changes_none(ivo, client_of):
    make()
    for method, path in (("post", ""), ("patch", "acme/"), ("post", "acme/contacts/"), ("post", "imports/")):
        kind = "text/csv" if path == "imports/" else "application/json"
        assert send(client_of(ivo), method, URL + path, ROWS if kind == "text/csv" else ACME, kind).status_code == 403
    assert Customer.objects.count() == 1


def test_a_contact_is_changed_and_forgotten(ada, ben, client_of):
    adas = client_of(ada)
    send(adas, "post", URL, ACME)
    cleo = send(adas, "post", f"{URL}acme/contacts/", {"name": "Cleo", "email": "Cleo@Acme.example"}).json()
    send(adas, "post", f"{URL}acme/contacts/", {"name": "Mira", "email": "mira@acme.example"})
    one, changed = f"{URL}acme/contacts/{cleo['id']}/", {"name": "Cleo H.", "email": "c@acme.example", "title": "VP"}
    seen = adas.get(one)
    assert seen.json() == cleo
    assert adas.put(one, changed, content_type="application/json").status_code == 428
    assert send(adas, "put", one, changed, **{"If-Match": seen["ETag"]}).json() == {"id": cleo["id"], **changed}
    assert send(adas, "put", one, {**changed, "name": "X"}, **{"If-Match": seen["ETag"]}).status_code == 412
    taken = {**changed, "email": "mira@acme.example"}
    assert send(adas, "put", one, taken, **{"If-Match": "*"}).status_code == 422
    assert send(client_of(ben), "delete", one, {}).status_code == 403
    assert Contact.objects.get(pk=cleo["id"]).name == "Cleo H."
    assert [send(adas, "delete", one, {}).status_code for _ in range(2)] == [204, 404]

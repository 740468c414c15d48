from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from core import audit
from core.errors import Conflict, Invalid
from customers.actions import add_contact, add_customer, change_contact, change_customer
from customers.models import Customer
from customers.queries import family

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def add(by, name="Acme", **values):
    facts = {"name": name, "legal_name": f"{name} Ltd", "segment": "startup", "country": "US", **values}
    return add_customer(facts, by=by, at=AT)


def test_a_customer_gets_a_slug_and_an_audit_entry(ada):
    assert [add(ada).slug, add(ada).slug, add(ada, "New").slug] == ["acme", "acme-2", "new-customer"]
    [entry] = audit.history("customer:acme")
    assert (entry.by, entry.verb, entry.data["legal_name"]) == ("ada", "added", "Acme Ltd")


def test_a_taken_slug_is_a_conflict(ada):
    add(ada)
    with pytest.raises(Conflict, match="There is a customer acme already"):
        add(ada, slug="acme")
    assert Customer.objects.count() == 1


def test_a_change_is_told_with_before_and_after(ada):
    customer = change_customer(add(ada), {"payment_days": 60}, by=ada, at=AT)
    assert audit.history("customer:acme").last().data == {"payment_days": [30, 60]}
    change_customer(customer, {"payment_days": 60}, by=ada, at=AT)
    assert audit.history("customer:acme").count() == 2


def test_the_tree_never_closes(ada):
    top = add(ada, "Top")
    middle = add(ada, "Middle", parent=top)
    low = add(ada, "Low", parent=middle)
    with pytest.raises(Invalid) as problem:
        change_customer(top, {"parent": low}, by=ada, at=AT)
    assert "above itself" in problem.value.errors["parent"]
    assert Customer.objects.get(slug="top").parent is None


def line(by, *names):
    """Customers, each paid for by the one before."""
    customers = []
    for name in names:
        customers.append(add(by, name, parent=customers[-1] if customers else None))
    return customers


def test_a_sixth_level_is_refused_and_nothing_changes(ada):
    *_, lowest = line(ada, "A", "B", "C", "D", "E")
    with pytest.raises(Invalid, match="at most 5 levels"):
        add(ada, "F", parent=lowest)
    assert not Customer.objects.filter(slug="f").exists()


def test_the_database_holds_the_tree_too(ada):
    top, *_, lowest = line(ada, "A", "B", "C", "D", "E")
    for customer, parent, problem in (top, lowest, "above itself"), (add(ada, "F"), lowest, "more than 5 levels"):
        with pytest.raises(IntegrityError, match=problem), transaction.atomic():
            Customer.objects.filter(pk=customer.pk).update(parent=parent)
        customer.refresh_from_db()
        assert customer.parent is None


def test_a_family_is_read_in_tree_order_by_one_query(ada, django_assert_num_queries):
    top = add(ada, "Top")
    middle = add(ada, "B", parent=top)
    add(ada, "A low", parent=middle), add(ada, "C", parent=top), add(ada, "Stranger")
    with django_assert_num_queries(1):
        relatives = family(top)
    assert [(one.name, one.level) for one in relatives] == [("Top", 0), ("B", 1), ("A low", 2), ("C", 1)]


@pytest.mark.parametrize("values", [{"country": "us"}, {"currency": "usd"}, {"payment_days": 181}])
def test_the_database_holds_the_limits_too(ada, values):
    customer = add(ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=customer.pk).update(**values)


def test_a_contact_stands_once(ada):
    customer = add(ada)
    cleo = add_contact(customer, name="Cleo", email="Cleo@acme.example", title="GC", by=ada, at=AT)
    other = add_contact(customer, name="Jo", email="jo@acme.example", title="", by=ada, at=AT)
    with pytest.raises(Invalid, match="Cleo has this address already"):
        add_contact(customer, name="C", email="cleo@acme.example", title="", by=ada, at=AT)
    with pytest.raises(Invalid, match="Another contact"):
        change_contact(other, name="Jo", email=cleo.email, title="", by=ada, at=AT)
    assert sorted(customer.contacts.values_list("email", flat=True)) == ["cleo@acme.example", "jo@acme.example"]

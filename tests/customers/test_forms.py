"""A customer is chosen by what one would type, however many there are; the server decides whom it means."""

import re

import pytest
from django import forms

from customers.forms import CustomerField
from tests.customers.test_views import make

pytestmark = pytest.mark.django_db


class ForWhom(forms.Form):
    customer = CustomerField()


def read(text: str) -> tuple[str | None, list[str]]:
    form = ForWhom({"customer": text})
    form.is_valid()
    found = form.cleaned_data.get("customer")
    return (found.slug if found else None), form.errors.get("customer", [])


@pytest.mark.parametrize("text", ["acme", "ACME", "Acme · acme", "  acme ", "acm", "cleo@acme.example"])
def test_a_slug_a_name_or_what_only_one_has_means_that_customer(text):
    make("acme"), make("umbra")
    assert read(text) == ("acme", [])


def test_several_or_none_are_asked_about():
    make("acme"), make("acme-2", name="Acme"), make("umbra")
    assert read("Acme · acme-2") == ("acme-2", [])
    assert read("acm") == (None, ["Several customers fit “acm”; say which: Acme · acme; Acme · acme-2."])
    assert read("zz") == (None, ["No customer is called “zz”."])
    assert read("\x00") == (None, ["Null characters are not allowed."])
    assert read("") == (None, ["This field is required."])


def test_the_field_shows_the_name_of_what_it_starts_with_and_keeps_what_was_typed():
    make("acme")
    assert re.findall(r'value="([^"]*)"', str(ForWhom(initial={"customer": "acme"})["customer"])) == ["Acme"]
    assert re.findall(r'value="([^"]*)"', str(ForWhom({"customer": "zz"})["customer"])) == ["zz"]


def test_what_may_be_typed_is_offered(ada, client_of, django_assert_num_queries):
    for slug in ("acme", "umbra", "zeta"):
        make(slug)
    make("acme-2", name="Acme")
    browser = client_of(ada)
    with django_assert_num_queries(4):
        page = browser.get("/customer-choices/", {"of": "customer", "customer": "acm"})
    assert re.findall(r'<option value="([^"]*)">', page.content.decode()) == ["Acme · acme", "Acme · acme-2"]
    page = browser.get("/customer-choices/", {"of": "customer", "customer": "um\x00br"})
    assert re.findall(r'<option value="([^"]*)">', page.content.decode()) == ["Umbra"]
    assert browser.post("/customer-choices/").status_code == 405

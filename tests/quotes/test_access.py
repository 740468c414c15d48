"""The one door: everybody sees what is theirs to see, and a stranger meets 404."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import RequestFactory

from core.errors import SignInNeeded
from quotes import access
from tests.conftest import make_person
from tests.factories import make_accepted_quote, make_sent_quote, make_submitted_quote

pytestmark = pytest.mark.django_db


def request_of(username: str):
    request = RequestFactory().get("/")
    request.user = make_person(username) if username else AnonymousUser()
    return request


@pytest.mark.parametrize(
    ("person", "sees"),
    [("ada", True), ("ben", True), ("fay", True), ("pia", True), ("eve", False), ("ivo", False), ("dan", False)],
)
def test_who_sees_adas_quote(person, sees):
    sent = make_sent_quote()
    number, request = sent.version.quote.number, request_of(person)
    doors = [
        lambda: access.quote(request, number)[1] == sent.version.quote,
        lambda: access.version(request, number)[1] == sent.version,
        lambda: access.version(request, number, 1)[1] == sent.version,
        lambda: access.line(request, number, "seats")[1].key == "seats",
        lambda: access.room_link(request, number, sent.link.pk)[1] == sent.link,
    ]
    for door in doors:
        if sees:
            assert door()
        else:
            with pytest.raises(Http404):
                door()


@pytest.mark.parametrize(
    ("person", "sees"),
    [("ada", True), ("ben", True), ("fay", True), ("ivo", True), ("eve", False), ("pia", False), ("dan", False)],
)
def test_who_sees_the_contract(person, sees):
    contract = make_accepted_quote()
    if sees:
        assert access.contract(request_of(person), contract.number)[1] == contract
    else:
        with pytest.raises(Http404):
            access.contract(request_of(person), contract.number)


@pytest.mark.parametrize(
    ("person", "may"), [("ben", True), ("fay", True), ("ada", False), ("pia", False), ("ivo", False), ("dan", False)]
)
def test_who_has_an_inbox(person, may):
    if may:
        assert access.approver(request_of(person)).username == person
    else:
        with pytest.raises(Http404):
            access.approver(request_of(person))


def test_nobody_in_particular_is_asked_to_sign_in():
    with pytest.raises(SignInNeeded):
        access.quote(request_of(""), "Q-2026-0001")


@pytest.mark.parametrize("number", ["Q-2026-9999", "", "'; --"])
def test_what_is_not_there_is_not_found(number):
    make_submitted_quote()
    with pytest.raises(Http404):
        access.version(request_of("ada"), number)


def test_a_link_of_another_quote_is_not_found():
    sent = make_sent_quote()
    other = make_submitted_quote(customer=sent.version.quote.customer)
    with pytest.raises(Http404):
        access.room_link(request_of("ada"), other.quote.number, sent.link.pk)

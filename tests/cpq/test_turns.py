"""Two people do the same at once: the second is told what they would be told a minute later, and nothing breaks.

The first one's transaction stays open until the second one waits for it, so that they meet every time.
"""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from billing.actions.connecting import add_connection
from catalog import documents
from catalog.actions.books import start_version
from catalog.actions.code import apply_catalog
from catalog.models import PriceBook
from core import mail, outbox, people
from core.errors import Problem
from core.models import Mail, User
from customers.actions import change_customer
from customers.models import Customer
from quotes.actions.approval_rules import retire_rule, start_rule
from quotes.actions.paper import retire, start
from quotes.actions.saved_views import save_view
from quotes.actions.selling import change_entity
from quotes.models import ApprovalRule, Clause, SavedView, SellingEntity
from tests.conftest import make_person
from tests.factories import AT, CATALOG, make_account, make_book, make_seller

pytestmark = pytest.mark.django_db(transaction=True)

Act = Callable[[], object]
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
RULE = {"title": "Late", "condition": "quote.months > 40", "reason": "Long.", "role": "finance"}
CLAUSE = {"title": "Gift", "text": "A gift."}


@pytest.fixture(autouse=True)
def no_broker(monkeypatch) -> None:
    monkeypatch.setattr(outbox, "hint", lambda message_id: None)


def second_of(first: Act, second: Act) -> object:
    """What the second one got, or was told, who began before the first had ended."""
    got: list[object] = []
    rival = threading.Thread(target=answer, args=(second, got))
    with transaction.atomic():
        first()
        rival.start()
        wait_until_blocked(rival)
    rival.join(30)
    [only] = got
    return only


def answer(act: Act, got: list[object]) -> None:
    try:
        got.append(act())
    except Problem as problem:
        got.append(problem)
    except Exception as error:
        got.append(repr(error))
    finally:
        connection.close()


def wait_until_blocked(thread: threading.Thread) -> None:
    deadline = time.monotonic() + 30
    with connection.cursor() as cursor:
        while thread.is_alive() and time.monotonic() < deadline:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.005)


def seller(code: str, **content: object) -> Act:
    make_person("pia")
    return lambda: make_seller(code, **content)


def test_a_new_seller_of_one_code():
    refused = second_of(seller("north"), seller("north"))
    assert refused.errors == {"code": "north is taken; choose another code."}
    assert SellingEntity.objects.get().is_default


def test_of_two_first_sellers_one_is_the_default():
    second_of(seller("north"), seller("south"))
    assert list(SellingEntity.objects.order_by("pk").values_list("code", "is_default")) == [
        ("north", True),
        ("south", False),
    ]


def test_of_two_sellers_that_become_the_default_the_later_is():
    pia = make_person("pia")
    north, south, west = (make_seller(code) for code in ("north", "south", "west"))

    def become(entity: SellingEntity) -> Act:
        return lambda: change_entity(entity, by=pia, at=AT, edit_number=1, is_default=True)

    assert second_of(become(south), become(west)) == west
    assert list(SellingEntity.objects.filter(is_default=True)) == [west]
    assert not SellingEntity.objects.get(pk=north.pk).is_default


def test_a_price_book_gets_one_seller():
    refused = second_of(seller("north", book_codes=["tests"]), seller("south", book_codes=["tests"]))
    assert refused.errors == {"book_codes": "tests is sold by Northlight; take it from there first."}
    assert SellingEntity.objects.count() == 1


def test_a_new_approval_rule_and_a_new_clause():
    ben = make_person("ben")

    def rule() -> object:
        return start_rule("late", by=ben, at=AT, content=RULE)

    def clause() -> object:
        return start(Clause, "gift", by=ben, at=AT, content=CLAUSE)

    told = [second_of(act, act).sentence for act in (rule, clause)]
    assert told == [f"Version 1 of {code} is open as a draft; edit that one." for code in ("late", "gift")]
    assert (ApprovalRule.objects.count(), Clause.objects.count()) == (1, 1)


def test_what_comes_with_the_product_is_retired_once():
    fay = make_person("fay")

    def rule() -> object:
        return retire_rule("discount", by=fay, at=AT)

    def clause() -> object:
        return retire(Clause, "payment", by=fay, at=AT)

    assert [isinstance(second_of(act, act), Problem) for act in (rule, clause)] == [True, True]
    assert (ApprovalRule.objects.get().status, Clause.objects.get().status) == ("retired", "retired")


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"username": "NOA"}, {"username": "This user name is taken. Choose another."}),
        ({"email": "Noa@x.example"}, {"email": "Somebody with this address is here already."}),
    ],
)
def test_a_name_and_an_address_are_one_persons(other, told):
    mia = make_person("mia")

    def invite(**changes: str) -> Act:
        given = {"username": "noa", "email": "noa@x.example", "roles": ["sales"], **changes}
        return lambda: people.invite(**given, by=mia, at=AT)

    refused = second_of(invite(), invite(**{"username": "nina", "email": "nina@x.example", **other}))
    assert refused.errors == told
    assert User.objects.exclude(pk=mia.pk).count() == 1


def test_two_views_that_become_the_default():
    ada = make_person("ada")

    def save(name: str) -> Act:
        return lambda: save_view(name=name, query="status=sent", by=ada, at=AT, is_default=True)

    second_of(save("Mine"), save("Sent"))
    assert list(SavedView.objects.order_by("pk").values_list("name", "is_default")) == [("Mine", False), ("Sent", True)]


def test_the_next_version_of_a_price_book():
    book, pia = make_book(), make_person("pia")

    def start_next() -> object:
        return start_version(book, by=pia, at=AT)

    assert "tests-v2" in second_of(start_next, start_next).sentence.replace(" ", "-")
    assert PriceBook.objects.count() == 2


def test_a_new_price_book_is_applied_once():
    pia = make_person("pia")
    catalog = documents.read([(CATALOG.name, CATALOG.read_text())])

    def apply() -> object:
        return apply_catalog(catalog, by=pia, at=AT)

    assert second_of(apply, apply).changes == []
    assert PriceBook.objects.count() == 1


def test_an_id_of_another_system_is_one_customers():
    pia = make_person("pia")
    acme, birch = (Customer.objects.create(slug=slug, name=slug.title(), country="US") for slug in ("acme", "birch"))

    def known_as(customer: Customer) -> Act:
        return lambda: change_customer(customer, {"external_id": "C-1"}, by=pia, at=AT)

    refused = second_of(known_as(acme), known_as(birch))
    assert refused.errors == {"external_id": "Another customer has this external id."}
    assert list(Customer.objects.filter(external_id="C-1")) == [acme]


def test_an_account_with_a_billing_system():
    fay = make_person("fay")
    given = {"target": "lago", "mode": "production", "base_url": "", "values": {"api_key": "other"}}
    refused = second_of(lambda: make_account(by=fay), lambda: add_connection(**given, by=fay, at=AT))
    assert refused.sentence == "This account is set up already; change it instead."
    assert second_of(lambda: make_account(by=fay), lambda: make_account(by=fay)).target == "lago"


def test_a_mail_is_sent_again_once():
    ben = make_person("ben")
    mail.post("cleo@x.example", "Hello", "Hello.", key="k", at=AT)
    Mail.objects.update(state="failed")
    letter = Mail.objects.get()

    def again() -> object:
        return mail.resend(letter, by=ben, at=AT)

    assert second_of(again, again).sentence == "Somebody else sent it again just now."
    assert Mail.objects.count() == 2

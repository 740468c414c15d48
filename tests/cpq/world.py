"""What the addresses of the product name, one of everything, for tests that open all of them; see test_matrix.py."""

import pytest
from django.test import Client

from core import mail, notices
from core.api_keys import create_key
from core.models import User, WebhookEndpoint
from core.webhooks import create_endpoint, disable
from crm.actions.connections import create_connection
from forecasting.actions.portfolio import start_portfolio
from forecasting.actions.scenarios import create_scenario
from metering.models import UsageImport
from quotes.actions.approval_rules import start_rule
from quotes.actions.comments import add_comment
from quotes.actions.conversing import say
from quotes.actions.desk import ask_seller, delegate
from quotes.actions.outline import add_text
from quotes.actions.paper import start
from quotes.actions.saved_views import save_view
from quotes.actions.templates import save_template
from quotes.models import Clause, Layout, QuoteVersion
from tests.conftest import make_person
from tests.factories import (
    AT,
    make_account,
    make_customer,
    make_draft_quote,
    make_seller,
    make_sent_quote,
    make_submitted_quote,
    sign,
)

LETTERS = {"A": "ada", "E": "eve", "B": "ben", "F": "fay", "P": "pia", "I": "ivo", "M": "mia", "D": "dan"}


@pytest.fixture
def world() -> dict:
    """What the addresses name: a quote at each station, a contract, and one of everything else. All of it is Ada's."""
    people = {username: make_person(username) for username in LETTERS.values()}
    customer = make_customer()
    draft = make_draft_quote(customer=customer)
    return {
        "people": people,
        "customer": {"slug": customer.slug},
        "contact": {"slug": customer.slug, "pk": customer.contacts.get().pk},
        **a_draft(draft, people),
        **a_sent_quote(customer),
        **a_submitted_quote(customer, people),
        **forecasts(draft, people),
        **what_the_desk_keeps(people),
        **what_is_connected(people),
    }


def a_draft(draft: QuoteVersion, people: dict[str, User]) -> dict[str, dict]:
    add_text(draft, kind="section", text="Platform", by=people["ada"], at=AT)
    comment = add_comment(draft.quote, text="Look.", by=people["ada"], at=AT)
    number = {"number": draft.quote.number}
    return {
        "book": {"code": str(draft.price_book.code), "version": draft.price_book.version},
        "draft": number,
        "draft_version": {**number, "version_number": 1},
        "line": {**number, "key": "seats"},
        "text": {**number, "key": "section"},
        "explained": {**number, "version_number": 1, "key": "seats"},
        "comment": {**number, "pk": comment.pk},
        "notice": {"pk": a_notice(people["ada"])},
        "template": {"pk": save_template(draft, name="Usual", by=people["ada"], at=AT).pk},
        "view": {"pk": save_view(name="Mine", query="?mine=1", by=people["ada"], at=AT).pk},
    }


def a_notice(person: User) -> int:
    notices.give(person, "mention", "Look", "Here.", path="/quotes/", key="look", about="", at=AT)
    return person.notices.get(key="look").pk


def a_sent_quote(customer) -> dict[str, dict]:
    sent = make_sent_quote(customer=customer)
    number = {"number": sent.version.quote.number}
    return {
        "sent": {**number, "version_number": 1},
        "link": {**number, "pk": sent.link.pk},
        "message": {**number, "pk": say(sent.link, text="Why?", at=AT).pk},
        "token": {"token": sent.token},
        "contract": {"number": sign(make_sent_quote(customer=customer)).number},
    }


def a_submitted_quote(customer, people: dict[str, User]) -> dict[str, dict]:
    submitted = make_submitted_quote(customer=customer)
    question = ask_seller(submitted, text="Why?", by=people["ben"], at=AT)
    number = {"number": submitted.quote.number}
    return {
        "submitted_quote": number,
        "submitted": {**number, "version_number": 1},
        "question_quote": {**number, "pk": question.pk},
        "question": {**number, "version_number": 1, "pk": question.pk},
    }


def forecasts(draft: QuoteVersion, people: dict[str, User]) -> dict[str, dict]:
    customer = draft.quote.customer
    scenario = create_scenario(customer=customer, name="Growth", by=people["ada"], at=AT)
    place = {"slug": customer.slug, "pk": scenario.pk}
    return {
        "run": {"slug": customer.slug, "inputs_hash": draft.forecast_run.inputs_hash},
        "scenario": place,
        "driver": {**place, "place": 1},
        "portfolio": {"pk": start_portfolio(by=people["pia"], at=AT).pk},
    }


def what_the_desk_keeps(people: dict[str, User]) -> dict[str, dict]:
    ben, day = people["ben"], AT.date()
    return {
        "rule": {"code": "discount"},
        "rule_draft": {"code": "margin", "version": start_rule("margin", by=ben, at=AT).version},
        "stand_in": {"pk": delegate(to=people["fay"], first=day, last=day, by=ben, at=AT).pk},
        "seller": {"code": make_seller().code},
        "clause": {"kind": "clauses", "code": "payment"},
        "clause_code": {"code": "payment"},
        "layout": {"code": "standard"},
        "layout_draft": {"code": "german", "version": a_layout(ben).version},
        "clause_draft_code": {"code": "usage", "version": 1},
        "clause_draft": {"kind": "clauses", "code": "usage", "version": start(Clause, "usage", by=ben, at=AT).version},
    }


def a_layout(by: User) -> Layout:
    return start(
        Layout,
        "german",
        by=by,
        at=AT,
        content={"title": "Short", "sections": ["lines", "terms", "signatures"], "language": "de"},
    )


def what_is_connected(people: dict[str, User]) -> dict[str, dict]:
    ivo = people["ivo"]
    letter = mail.post("ben@x.example", "Look", "Here.", key="k", at=AT)
    key = create_key(owner=ivo, name="k", scopes=["events:write"], expires_at=None, by=ivo, at=AT)
    crm = create_connection(system="salesforce", url="", seller=people["ada"], by=ivo, at=AT).connection
    account = make_account(by=people["fay"], at=AT)
    return {
        "person": {"username": "eve"},
        "letter": {"pk": letter.pk if letter else 0},
        "key": {"prefix": key.key.prefix},
        "webhook": {"pk": off_endpoint(ivo).pk},
        "crm": {"system": crm.system},
        "account": {"target": account.target, "mode": account.mode},
        "import": {"pk": discarded_import().pk},
    }


def off_endpoint(by: User) -> WebhookEndpoint:
    """Switched off, so that nothing is sent."""
    given = {"url": "https://x.example/hooks", "about": "", "chosen": ["quote.sent"]}
    endpoint = create_endpoint(**given, by=by, at=AT).endpoint
    disable(endpoint, why="", by=by, at=AT)
    return endpoint


def discarded_import() -> UsageImport:
    return UsageImport.objects.create(name="x.csv", format="csv", state="discarded", created_at=AT)


def arguments(thing: str, world: dict) -> dict:
    """ "book|key=seats": what the world has under "book", and a key; "-" names nothing."""
    name, _, more = thing.partition("|")
    extra = dict(part.split("=") for part in more.split("&")) if more else {}
    return {**world.get(name, {}), **extra}


def session_of(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value

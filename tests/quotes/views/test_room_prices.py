"""Her own usage, the options and the steps of a price: the engine's numbers, and nothing is stored by looking."""

from decimal import Decimal

import pytest
from django.test import Client

from core.formats import money
from core.models import AuditEntry
from pricing import Terms, Usage, rate
from quotes.actions.acceptance import committed_total
from quotes.actions.sending import send
from quotes.actions.versions import submit
from quotes.queries.explanations import median_usage
from quotes.queries.own_bill import metered_of, own_bill, sliders
from quotes.queries.selecting import selection
from tests.factories import AT, make_sent_quote
from tests.quotes.rooms import browser_of, newest, set_clock, sign_in_room, text_of, with_options
from tests.quotes.views.deals import HTMX, a_draft, stored
from tests.quotes.views.test_explanations import added

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    set_clock(monkeypatch, AT)


@pytest.fixture
def sent(ada):
    return with_options(ada, optional=("seats", "onboarding"))


@pytest.fixture
def cleo(sent) -> Client:
    return browser_of(sent.token)


def test_the_totals_follow_the_ticks_and_nothing_is_stored(sent, cleo):
    before = (stored(sent.version), AuditEntry.objects.count())
    shown = selection(sent.version, ["seats"], at=AT)
    part = cleo.get("/room/selection/?pick=seats", headers=HTMX)
    assert part.content.decode().strip().startswith('<div id="selection-totals"')
    assert money(shown.committed, "USD") in text_of(part)
    page = cleo.get("/room/selection/?pick=seats").content.decode()
    assert ("With your options" in page, 'name="pick" value="seats"' in page, "Take into the quote" in page) == (
        True,
        True,
        True,
    )
    assert "Tick what you want" in text_of(cleo.get("/room/selection/?pick=platform&pick=x", headers=HTMX))
    assert (stored(sent.version), AuditEntry.objects.count()) == before


@pytest.mark.parametrize("htmx", [False, True])
def test_she_takes_an_option_and_signs_exactly_that(sent, cleo, htmx):
    data = {"pick": "seats", "sha256": sent.version.sha256}
    answer = cleo.post("/room/selection/", data, headers=HTMX if htmx else None)
    assert (answer.status_code, answer["Location"]) == (303, "/room/#pay")
    version = newest(sent.version)
    page = text_of(cleo.get("/room/"))
    assert f"version {version.number}" in page
    assert money(committed_total(version), "USD") in page
    assert sign_in_room(cleo, sent.link).status_code == 303
    assert version.contract.terms == version.terms


@pytest.mark.parametrize(
    ("data", "status"), [({}, 422), ({"pick": "x"}, 422), ({"pick": "seats", "sha256": "0" * 64}, 409)]
)
def test_a_wrong_pick_is_refused_with_a_sentence(sent, cleo, data, status):
    before = stored(sent.version)
    answer = cleo.post("/room/selection/", {"sha256": sent.version.sha256, **data})
    assert answer.status_code == status
    assert stored(sent.version) == before


def test_picking_needs_a_key_and_a_csrf_token(sent, cleo):
    data = {"pick": "seats", "sha256": sent.version.sha256}
    assert cleo.put("/room/selection/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.get(f"/room/{sent.token}/")
    assert (Client().post("/room/selection/", data).status_code, strict.post("/room/selection/", data).status_code) == (
        404,
        403,
    )
    assert newest(sent.version).pk == sent.version.pk


@pytest.mark.parametrize("path", ["/room/bill/", "/room/selection/", "/room/lines/platform/"])
def test_without_a_key_nothing_is_moved_or_opened(sent, path):
    answer = Client().get(path)
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store, private")


def test_a_price_opens_step_by_step(cleo):
    part = cleo.get("/room/lines/platform/", headers=HTMX)
    assert part.content.decode().strip().startswith('<div class="room-steps">')
    assert "USD 2,500.00" in text_of(part)
    assert "Back to the quote" in text_of(cleo.get("/room/lines/seats/?month=2"))
    assert cleo.get("/room/lines/nothing/").status_code == 404


def test_a_commitment_opens_in_the_first_month_that_settles_it(ada):
    version = a_draft(ada, keys=("seats",))
    promise = {"name": "Promise", "amount": "3000", "window": "quarter"}
    added(version, kind="commitment", key="promise", scope={"charges": ["seats"]}, **promise)
    cleo = browser_of(send(submit(version, by=ada, at=AT), by=ada, at=AT).token)
    part = cleo.get("/room/lines/promise/", headers=HTMX)
    assert '<option value="3" selected>' in part.content.decode()
    assert "Promise · true-up Committed USD 3,000.00 Counted towards it USD 2,175.00 Amount USD 825.00" in text_of(part)
    assert "Nothing is billed on this line" in text_of(cleo.get("/room/lines/promise/?month=1", headers=HTMX))


def test_her_bill_is_the_engines_on_the_frozen_terms():
    sent = make_sent_quote()
    cleo, version = browser_of(sent.token), sent.version
    terms = Terms.parse(version.terms)
    metered = metered_of(version, terms)
    untouched = own_bill(terms, metered, sliders(metered, {}))
    plain = rate(terms, median_usage(version, terms)).total
    assert abs(untouched.term - plain) / plain < Decimal("0.01")  # sliders stand on three digits
    page = text_of(cleo.get("/room/"))
    assert money(untouched.term, "USD") in page
    name = sliders(metered, {})[0].name
    nothing = {one.name: Decimal(0) for one in sliders(metered, {})}
    idle = own_bill(terms, metered, sliders(metered, nothing))
    assert idle.term == rate(terms, Usage.zero(terms)).total == idle.committed
    doubled = own_bill(terms, metered, sliders(metered, {name: Decimal(10**6)}))
    part = cleo.get("/room/bill/", {f"usage:{name}": "1,000,000"}, headers=HTMX)
    assert money(doubled.term, "USD") in text_of(part)
    assert doubled.term > untouched.term


@pytest.mark.parametrize("text", ["", "x", "-5", "1e999", "NaN", "9" * 400])
def test_whatever_is_typed_gets_a_bill(text):
    sent = make_sent_quote()
    cleo = browser_of(sent.token)
    name = sliders(metered_of(sent.version, Terms.parse(sent.version.terms)), {})[0].name
    answer = cleo.get("/room/bill/", {f"usage:{name}": text, "usage:nothing": "5"})
    assert (answer.status_code, "Your bill over the term" in text_of(answer)) == (200, True)

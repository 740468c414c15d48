"""Guided questions on the demo's catalog: from answers to a package, on a new quote and on a draft."""

import re

import pytest
from django.utils.html import escape

from catalog import documents
from catalog.actions.books import publish_book, start_version
from catalog.actions.code import apply_catalog
from catalog.models import Package, PriceBook
from quotes.actions.drafts import create_quote
from quotes.actions.undoing import undo
from quotes.models import Quote, QuoteVersion
from quotes.queries.priced import priced
from quotes.queries.steps import content_of
from tests.catalog.books import demo
from tests.factories import AT, make_book, make_customer, record_weeks
from tests.quotes.views.deals import a_draft, post, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]

ANSWERS = {"q-work": "assist", "q-people": "1.200", "q-pace": "daily", "q-models": "sonnet", "q-assistant": "yes"}


@pytest.fixture
def book(pia, fay) -> PriceBook:
    make_book()  # first: the demo's meters have more dimensions
    books = apply_catalog(demo(), by=pia, at=AT).books
    return publish_book(next(book for book in books if book.code == "standard"), by=fay, at=AT)


@pytest.fixture
def customer(book):
    return make_customer(history=False)


@pytest.fixture
def version(ada, customer, book) -> QuoteVersion:
    return create_quote(customer=customer, by=ada, at=AT, book=book, title="Agents")


def names(html: str) -> list[str]:
    return re.findall(r'<h2 id="proposal-([^"]+)"', html)


def test_questions_come_first_and_only_those_that_the_answers_leave_open(ada, client_of, customer):
    client = client_of(ada)
    html = client.get("/quotes/guide/").content.decode()
    assert "What do the users do?" not in html
    html = client.get("/quotes/guide/?customer=acme").content.decode()
    assert "What do the users do?" in html
    assert "What fits comes here" in html
    assert names(html) == []
    html = client.get("/quotes/guide/?customer=acme&q-work=support").content.decode()
    assert "How many conversations" in html
    assert "Which models?" not in html
    assert names(html) == ["support-agent"]


def test_answers_propose_a_package_with_quantities_usage_and_reasons(ada, client_of, customer):
    response = client_of(ada).get("/quotes/guide/", {"customer": "acme", **ANSWERS}, headers={"HX-Request": "true"})
    html = response.content.decode()
    assert "<html" not in html
    assert names(html) == ["agent-platform-hybrid"]
    assert "A seat for each of 1.2 people." in html
    assert "From 200 people on, onboarding pays." not in html
    assert "Start a quote with it" in html


def test_a_number_is_read_as_it_is_typed_or_refused_beside_its_question(ada, client_of, customer):
    client = client_of(ada)
    data = {"customer": "acme", **ANSWERS, "q-people": "1,200"}
    html = client.get("/quotes/guide/", data).content.decode()
    assert "A seat for each of 1,200 people." in html
    assert "From 200 people on, onboarding pays." in html
    response = client.get("/quotes/guide/", {**data, "q-people": "many"})
    assert response.status_code == 422
    assert "People must be a number, such as 25." in response.content.decode()


def test_a_new_quote_starts_with_the_answers_in_it(ada, client_of, customer):
    data = {"customer": "acme", **ANSWERS, "q-people": "1,200", "package": "agent-platform-hybrid"}
    response = post(client_of(ada), "/quotes/guide/", data)
    assert response.status_code == 303
    version = QuoteVersion.objects.select_related("quote__customer", "price_book", "forecast_run").get()
    lines = {line.key: line.component for line in version.lines.all()}
    assert (lines["seats"]["quantity"]["value"], lines["ai-add-on"]["quantity"]["value"]) == ("1200", "1200")
    assert "onboarding" in lines
    deal = priced(version)
    assert deal.problems == ()
    assert deal.term.p10 < deal.term.p50 < deal.term.p90
    assert version.assumptions["tokens|context=standard,direction=input,model=sonnet"]["base"] == "792000000"


def test_on_a_draft_it_is_one_step(ada, client_of, version):
    before = content_of(QuoteVersion.objects.get(pk=version.pk))
    path = f"/quotes/{version.quote.number}/guide/"
    data = {"edit_number": str(version.edit_number), **ANSWERS, "q-people": "50", "package": "agent-platform-hybrid"}
    assert post(client_of(ada), path, data).status_code == 303
    fresh = QuoteVersion.objects.get(pk=version.pk)
    assert fresh.lines.get(key="seats").component["quantity"]["value"] == "50"
    assert fresh.edit_number == version.edit_number + 1
    undo(fresh, by=ada, at=AT)
    assert content_of(QuoteVersion.objects.get(pk=version.pk)) == before


def test_history_speaks_before_the_answers_do(ada, client_of, version, customer):
    for direction in ("input", "output"):
        record_weeks(customer, [1e6] * 30, model="sonnet", direction=direction)
    path = f"/quotes/{version.quote.number}/guide/"
    data = {"edit_number": str(version.edit_number), **ANSWERS, "package": "agent-platform-hybrid"}
    assert post(client_of(ada), path, data).status_code == 303
    fresh = QuoteVersion.objects.get(pk=version.pk)
    assert sorted(fresh.assumptions) == ["tokens|direction=input,model=flash", "tokens|direction=output,model=flash"]


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"q-work": "images"}, 422, "Agent Platform hybrid does not fit these answers any more."),
        ({"edit_number": "0"}, 409, "Somebody else edited this draft meanwhile."),
    ],
)
def test_what_does_not_fit_any_more_changes_nothing(ada, client_of, version, changes, status, message):
    before = stored(version)
    path = f"/quotes/{version.quote.number}/guide/"
    data = {"edit_number": str(version.edit_number), **ANSWERS, "package": "agent-platform-hybrid", **changes}
    response = post(client_of(ada), path, data)
    assert response.status_code == status
    assert escape(message) in response.content.decode()
    assert stored(version) == before


def test_a_book_without_questions_says_so_and_its_builder_does_not_ask(ada, client_of):
    version = a_draft(ada)
    client = client_of(ada)
    html = client.get(f"/quotes/{version.quote.number}/guide/").content.decode()
    assert "No package of this price book asks questions." in html
    assert 'id="find-package"' not in client.get(f"/quotes/{version.quote.number}/").content.decode()


def test_the_builder_and_the_customers_page_lead_there(ada, client_of, version):
    client = client_of(ada)
    html = client.get(f"/quotes/{version.quote.number}/").content.decode()
    assert f'id="find-package" href="/quotes/{version.quote.number}/guide/"' in html
    panel = client.get("/customers/acme/quotes/").content.decode()
    assert 'href="/quotes/guide/?customer=acme"' in panel


@pytest.mark.parametrize(("person", "draft_status"), [("eve", 404), ("dan", 404), ("ben", 409)])
def test_who_may_not(person, draft_status, request, client_of, version):
    client = client_of(request.getfixturevalue(person))
    before, quotes = stored(version), Quote.objects.count()
    data = {"edit_number": str(version.edit_number), **ANSWERS, "package": "agent-platform-hybrid"}
    assert post(client, f"/quotes/{version.quote.number}/guide/", data).status_code == draft_status
    if person != "eve":
        assert post(client, "/quotes/guide/", {"customer": "acme", **data}).status_code == 404
    assert (stored(version), Quote.objects.count()) == (before, quotes)


def test_the_editor_of_a_package_keeps_its_questions(pia, client_of, book):
    draft = start_version(book, by=pia, at=AT)
    client = client_of(pia)
    path = f"/catalog/standard/{draft.version}/packages/image-studio/"
    guide = Package.objects.get(book=draft, code="image-studio").guide
    rows = {"price": ("studio", "images"), "required": ("true", "true")}
    typed = {f"components[{place}].{name}": texts[place] for name, texts in rows.items() for place in range(2)}
    data = {"name": "Image studio", "description": "Other.", "seen": documents.sha256(draft), **typed}
    assert client.post(path, data).status_code == 303
    kept = Package.objects.get(book=draft, code="image-studio")
    assert (kept.description, kept.guide) == ("Other.", guide)
    assert guide["fits"] == 'work == "images"'

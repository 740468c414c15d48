"""A quote like another one: the same offer, made by the usual actions, priced and ruled by today's book."""

from decimal import Decimal

import pytest

from catalog.models import Price
from core.audit import history
from core.errors import Forbidden, Invalid
from quotes.actions.lines import add_price, edit_line
from quotes.actions.outline import add_text
from quotes.actions.ramps import edit_year
from quotes.actions.starting import start_from, start_like
from quotes.actions.templates import save_template
from quotes.models import Quote, QuoteVersion, Template
from quotes.queries.patterns import pattern_of
from quotes.rules.outline import ordered
from tests.factories import AT, make_accepted_quote, make_draft_quote
from tests.quotes.views.deals import a_customer, a_draft

pytestmark = pytest.mark.django_db


def offered(version: QuoteVersion) -> list[tuple]:
    """What is sold, line by line, without what is the quote's own."""
    rows = version.lines.select_related("price").order_by("position")
    return [(row.price.key, row.component, row.discount_percent, row.optional, row.part_id) for row in rows]


def changed(version: QuoteVersion, key: str, **changes) -> None:
    edit_line(version.lines.select_related("version__quote").get(key=key), by=version.created_by, at=AT, **changes)


def test_a_won_quote_is_offered_to_another_customer(ada):
    source = make_accepted_quote(discount_percent=Decimal(10)).version
    other = a_customer("globex")
    started = start_like(source, customer=other, by=ada, at=AT)
    draft = started.version
    assert (draft.quote.customer, draft.status, draft.quote.owner) == (other, "draft", ada)
    assert offered(draft) == offered(source)
    assert (draft.months, draft.discount_percent, draft.title) == (source.months, source.discount_percent, source.title)
    assert (started.left_out, draft.sha256, draft.assumptions) == ([], "", {})
    verbs = [entry.verb for entry in history(f"quote:{draft.quote.number}")]
    assert verbs == ["create_quote", "add_package", "paste_rows", "edit_version", "start_like"]


def test_what_the_seller_decided_comes_along(ada):
    source = make_draft_quote()
    changed(source, "platform", name="Platform for two", discount_percent=Decimal(5))
    changed(source, "seats", prices={"unit": Decimal("21.50")}, quantity=Decimal(77))
    changed(source, "tokens", allowance=Decimal(1234))
    source = add_price(source_of(source), price=Price.objects.get(key="onboarding"), by=ada, at=AT)
    changed(source, "onboarding", optional=True)
    draft = start_like(source_of(source), customer=a_customer("globex"), by=ada, at=AT).version
    assert offered(draft) == offered(source_of(source))


def test_later_years_and_terms_of_the_whole_quote_come_along_without_the_prices_of_then(ada):
    version = a_draft(ada, months=24, free_months=1, escalator_percent=Decimal(3), discount_to=6)
    changed(version, "seats", discount_percent=Decimal(5), discount_from=7)
    seats = source_of(version).lines.select_related("version__quote").get(key="seats")
    edit_year(seats, year=2, quantity=Decimal(40), prices={"unit": Decimal(28)}, by=ada, at=AT)
    draft = start_like(source_of(version), customer=a_customer("globex"), by=ada, at=AT).version
    line = draft.lines.get(key="seats")
    assert (line.years, line.discount_from) == ({"2": {"quantity": "40"}}, 7)
    assert (draft.free_months, draft.escalator_percent, draft.discount_from, draft.discount_to) == (
        1,
        Decimal(3),
        None,
        6,
    )


def source_of(version: QuoteVersion) -> QuoteVersion:
    return QuoteVersion.objects.select_related("quote__customer", "price_book").get(pk=version.pk)


def test_sections_and_notes_keep_their_places(ada):
    version = a_draft(ada, keys=())
    version = add_text(version, kind="section", text="First year", by=ada, at=AT)
    version = add_price(version, price=Price.objects.get(key="platform"), by=ada, at=AT)
    version = add_text(version, kind="note", text="Seats are billed in advance", by=ada, at=AT)
    version = add_price(version, price=Price.objects.get(key="seats"), by=ada, at=AT)
    draft = start_like(source_of(version), customer=a_customer("globex"), by=ada, at=AT).version

    def rows(of: QuoteVersion) -> list[str]:
        keys = ordered(dict(of.lines.values_list("key", "position")), of.texts)
        return [of.texts[key]["text"] if key in of.texts else key for key in keys]

    assert rows(draft) == ["First year", "platform", "Seats are billed in advance", "seats"]


def test_assumed_usage_stays_with_its_customer(ada):
    assumed = {"tokens|direction=input": {"low": "1", "base": "2", "high": "4"}}
    source = make_draft_quote(assumptions=assumed)
    assert start_like(source, customer=source.quote.customer, by=ada, at=AT).version.assumptions == assumed
    assert start_like(source, customer=a_customer("globex"), by=ada, at=AT).version.assumptions == {}


def test_what_the_book_does_not_allow_is_left_out_and_named(ada):
    pattern = pattern_of(a_draft(ada))
    pattern["packages"] = ["gone"]
    pattern["rows"].insert(0, {"line": {**pattern["rows"][0]["line"], "price": "no-such-price"}})
    pattern["rows"][2]["line"] |= {"discount": "95", "prices": {"unit": ["1", "0.5"]}}
    started = start_from(pattern, customer=a_customer(), origin="Usual", by=ada, at=AT)
    assert [row[0] for row in offered(started.version)] == ["platform", "seats"]
    assert started.version.lines.get(key="seats").discount_percent == 0
    told = " ".join(started.left_out)
    assert "The package gone is not sold any more" in told
    assert "no-such-price: No price of this book is called that." in told
    assert "Seats: " in told
    assert "the list price is another one now" in told
    assert history(f"quote:{started.version.quote.number}").last().data["comment"] == told


def test_who_may_not_sell_starts_nothing(ada, ben):
    source = a_draft(ada)
    with pytest.raises(Forbidden):
        start_like(source, customer=a_customer("globex"), by=ben, at=AT)
    with pytest.raises(Forbidden):
        save_template(source, name="Usual", by=ben, at=AT)
    assert (Quote.objects.count(), Template.objects.count()) == (1, 0)


def test_a_template_has_a_name_of_its_own_and_lines(ada):
    save_template(a_draft(ada), name=" Usual ", by=ada, at=AT)
    for name, message in (("Usual", "There is a template Usual already"), ("", "A template needs a name.")):
        with pytest.raises(Invalid, match=message):
            save_template(a_draft(ada), name=name, by=ada, at=AT)
    with pytest.raises(Invalid, match="no lines yet"):
        save_template(a_draft(ada, keys=()), name="Empty", by=ada, at=AT)
    assert list(Template.objects.values_list("name", flat=True)) == ["Usual"]

"""The command that brings published prices of language models, end to end and without a network."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from catalog.actions.books import publish_book
from catalog.models import Meter, PriceBook
from catalog.queries.prices import unit_costs
from pricing import Series, Terms, Usage, parse_component, rate
from tests.catalog.books import make_draft
from tests.factories import AT

pytestmark = pytest.mark.django_db
DAY = "2026-11-25"


def bring(capsys, *more, by="pia", on=DAY, provider="anthropic"):
    call_command("import_llm_prices", "--by", by, "--on", on, "--provider", provider, *more)
    return capsys.readouterr().out.splitlines()


def test_prices_and_unit_costs_become_a_draft_once(pia, capsys):
    told = bring(capsys)
    book = PriceBook.objects.get(code="llm-list")
    assert (str(book), book.status, book.currency, book.author_ids) == (
        "llm-list v1 (development)",
        "draft",
        "USD",
        [pia.pk],
    )
    assert len([line for line in told if line.startswith("+ book llm-list v1 (development): ")]) == 1
    assert book.prices.count() == book.costs.count() > 10
    assert bring(capsys)[0] == "Nothing to change: llm-list v1 (development) says so already."


def test_a_million_tokens_of_a_model_cost_what_is_published(pia, capsys):
    bring(capsys, provider="google")
    book = PriceBook.objects.get(code="llm-list")
    charges = [parse_component(price.component) for price in book.prices.all()]
    sold = next(one for one in charges if one.key == "google:gemini-2.5-pro")
    usage = {
        Series.of("llm-tokens", model=sold.key, kind=kind, context=context): ["1000000"]
        for kind, context in (("input", "standard"), ("output", "over-200000"))
    }
    for priced in ([sold], unit_costs(book)):
        terms = Terms(currency="USD", start=date(2027, 1, 1), months=1, charges=tuple(priced))
        assert rate(terms, Usage.exactly(usage)).total == Decimal("16.25")  # 1.25 + 15.00: long context


def test_a_published_book_is_left_alone_and_another_day_is_a_new_version(pia, ben, capsys):
    bring(capsys, on="2026-03-12")
    book = PriceBook.objects.get(code="llm-list")
    publish_book(book, by=ben, at=AT)
    assert bring(capsys, on="2026-03-12")[0] == "Nothing to change: llm-list v1 (development) says so already."
    assert "book llm-list v2 (development)" in " ".join(bring(capsys, on="2026-03-13"))
    versions = PriceBook.objects.filter(code="llm-list").order_by("version")
    assert [(one.version, one.status, str(one.effective_from)) for one in versions] == [
        (1, "published", str(book.effective_from)),
        (2, "draft", "2026-03-13"),
    ]


def test_they_become_the_unit_costs_of_a_draft_whose_other_parts_stay(pia, capsys):
    draft = make_draft(pia)
    before = [(price.key, price.component) for price in draft.prices.order_by("position")]
    own = draft.costs.count()
    bring(capsys, "--costs-of", "tests@1")
    assert [(price.key, price.component) for price in draft.prices.order_by("position")] == before
    assert draft.costs.exclude(meter__code__startswith="llm-").count() == own
    assert draft.costs.filter(meter__code="llm-tokens").count() > 10
    assert bring(capsys, "--costs-of", "tests@1")[0] == "Nothing to change: tests v1 says so already."
    assert not PriceBook.objects.filter(code="llm-list").exists()


def test_values_that_a_meter_has_already_are_kept(pia, capsys):
    bring(capsys)
    meter = Meter.objects.get(code="llm-tokens")
    meter.dimensions["model"].append("anthropic:claude-of-old")
    meter.save()
    bring(capsys, provider="mistral")
    assert "anthropic:claude-of-old" in Meter.objects.get(code="llm-tokens").dimensions["model"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"by": "ada"}, "ada may not edit the catalog"),
        ({"provider": "nobody"}, "There is no provider nobody; use one of anthropic"),
    ],
)
def test_refused_means_nothing_is_written(pia, ada, capsys, more, message):
    with pytest.raises(CommandError, match=message):
        bring(capsys, **more)
    assert not PriceBook.objects.exists()
    assert not Meter.objects.exists()

"""What an edit shows is what a pricing of everything anew comes to, whatever was remembered between the edits."""

import random
from decimal import Decimal

import pytest

from catalog.models import Price
from core.kept import kept
from quotes.actions.drafts import edit_version
from quotes.actions.lines import add_price, edit_line
from quotes.actions.undoing import undo
from quotes.models import QuoteVersion
from quotes.queries.priced import priced
from quotes.rules.components import is_metered
from tests.factories import AT, make_draft_quote

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(3))
def test_random_edits_show_what_a_fresh_pricing_comes_to(ada, seed):
    chance = random.Random(seed)
    draft = make_draft_quote(months=chance.choice([7, 12, 25]))
    for key in ("seats", "onboarding", "seats"):
        draft = add_price(draft, price=Price.objects.get(book=draft.price_book, key=key), by=ada, at=AT)
    for _ in range(8):
        draft = edited(QuoteVersion.objects.get(pk=draft.pk), chance, ada)
        shown = priced(draft, at=AT)
        kept.cache_clear()
        anew = QuoteVersion.objects.get(pk=draft.pk)
        fresh = priced(anew, at=AT)
        assert {**vars(shown), "version": None} == {**vars(fresh), "version": None}
        assert shown.totals.committed == anew.committed_total


def edited(draft: QuoteVersion, chance: random.Random, ada) -> QuoteVersion:
    """The draft after something that sellers do."""
    fixed = [line for line in draft.lines.all() if line.component.get("quantity", {}).get("source") == "fixed"]
    line = chance.choice(fixed)
    percent = Decimal(chance.choice(["0", "2.5", "7.25", "10"]))
    match chance.choice(["quantity", "discount", "months", "price", "quote", "undo"]):
        case "quantity":
            return edit_line(line, by=ada, at=AT, quantity=Decimal(chance.randint(1, 500)))
        case "discount":
            return edit_line(line, by=ada, at=AT, discount_percent=percent)
        case "months":
            return edit_line(line, by=ada, at=AT, discount_percent=percent, discount_from=2, discount_to=5)
        case "price":
            metered = next(line for line in draft.lines.all() if is_metered(line.component))
            return edit_line(metered, by=ada, at=AT, discount_percent=percent)
        case "quote":
            return edit_version(draft, by=ada, at=AT, discount_percent=percent)
    undo(draft, by=ada, at=AT)
    return draft

"""The seed of benchmarks: copies that the database takes for real ones."""

import pytest

from bench.many_quotes import seed
from core.audit import broken_links
from quotes.models import Quote, QuoteVersion
from tests.factories import make_customer, make_draft_quote, make_sent_quote

pytestmark = pytest.mark.django_db


def test_so_many_quotes_are_added_once():
    customer = make_customer()
    draft = make_draft_quote(customer=customer)
    make_sent_quote(customer=customer)
    assert (seed(40), seed(40)) == (42, 42)
    copies = QuoteVersion.objects.filter(quote__number__startswith="Q-2025-")
    assert {copy.status for copy in copies} >= {"draft", "sent", "expired", "declined", "withdrawn"}
    assert copies.exclude(lines__isnull=False).filter(status="draft").count() == 0
    assert Quote.objects.values("customer").distinct().count() == 21
    assert list(broken_links()) == []
    draft.refresh_from_db()
    assert draft.lines.count() == copies.filter(status="draft").first().lines.count()

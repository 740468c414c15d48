from datetime import UTC, date, datetime, timedelta

import pytest

from core.audit import history
from core.errors import Refused
from quotes.actions.drafts import edit_version
from quotes.actions.expiry import expire_due
from quotes.models import QuoteVersion
from tests.factories import (
    AT,
    make_accepted_quote,
    make_approved_quote,
    make_customer,
    make_draft_quote,
    make_sent_quote,
    make_submitted_quote,
    sign,
)

pytestmark = pytest.mark.django_db


def test_the_sweep_closes_what_is_over_and_nothing_else():
    customers = iter([make_customer(f"c{number}") for number in range(5)])
    over = [
        make_submitted_quote(customer=next(customers)),
        make_approved_quote(customer=next(customers)),
        make_sent_quote(customer=next(customers)).version,
    ]
    draft, done = make_draft_quote(customer=next(customers)), make_accepted_quote(customer=next(customers)).version
    end = draft.expires_at
    assert expire_due(at=end - timedelta(seconds=1)) == 0
    assert expire_due(at=end) == 3
    assert expire_due(at=end) == 0
    statuses = [QuoteVersion.objects.get(pk=version.pk).status for version in [*over, draft, done]]
    assert statuses == ["expired", "expired", "expired", "draft", "accepted"]
    entry = history(f"quote:{over[0].quote.number}").last()
    assert (entry.verb, entry.by) == ("expire", "system")


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("America/Los_Angeles", datetime(2027, 1, 1, 8, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2026, 12, 31, 15, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_until_31_december_means_the_end_of_that_day_where_the_seller_is(zone, end, settings, ada):
    settings.SELLER = {**settings.SELLER, "zone": zone}
    sent = make_sent_quote(valid_until=date(2026, 12, 31))
    assert sent.version.expires_at == end
    with pytest.raises(Refused):
        sign(sent, at=end)
    assert sign(sent, at=end - timedelta(seconds=1)).created_at == end - timedelta(seconds=1)


def test_a_later_day_moves_the_instant(ada):
    draft = make_draft_quote()
    done = edit_version(draft, by=ada, at=AT, valid_until=date(2027, 1, 31))
    assert done.expires_at == datetime(2027, 2, 1, 8, tzinfo=UTC)

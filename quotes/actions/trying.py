"""What a draft would come to after an edit that is not made."""

from collections.abc import Callable

from django.db import transaction

from quotes.models import QuoteVersion
from quotes.queries.priced import PricedVersion, priced
from quotes.rules.pricing import Depth


def tried(version: QuoteVersion, write: Callable[[], object], *, with_margin: bool) -> PricedVersion:
    """The draft as `write` would leave it: written, priced and taken back. What refuses the write passes through."""
    with transaction.atomic():
        write()
        found = priced(QuoteVersion.objects.whole().get(pk=version.pk), with_margin=with_margin, depth=Depth.TOTALS)
        transaction.set_rollback(True)
    return found

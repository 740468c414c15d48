"""Sections of a priced version with what their lines come to."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from quotes.queries.bands import amount, band_of
from quotes.queries.rows import bill_for, term_of
from quotes.rules.outline import Texts, ordered, sections
from quotes.rules.pricing import Band, LineRow, Subtotal, TextRow

if TYPE_CHECKING:
    from quotes.queries.priced import Offer

INTERVALS = ("month", "quarter", "year", "term", "once")


def text_rows(texts: Texts, lines: Sequence[LineRow], offer: "Offer") -> tuple[TextRow, ...]:
    """The sections and notes; a section with its subtotal."""
    if not texts:
        return ()
    order = ordered({row.key: row.position for row in lines}, texts)
    rows = {row.key: row for row in lines if not row.optional}
    members = {key: [rows[line] for line in keys if line in rows] for key, keys in sections(order, texts).items()}
    return tuple(
        TextRow(
            key=key,
            kind=texts[key]["kind"],
            text=texts[key]["text"],
            position=texts[key]["position"],
            subtotal=subtotal(members[key], offer) if key in members else None,
        )
        for key in order
        if key in texts
    )


def subtotal(lines: Sequence[LineRow], offer: "Offer") -> Subtotal:
    """Summed future by future, so that its P50 is of the section and not of its lines."""
    nothing = amount(0, offer.terms.currency)
    fixed = [row for row in lines if not row.metered]
    committed = sum((row.net_term.p50 for row in fixed), nothing)
    by_interval = {name: [row.per_period or nothing for row in fixed if row.interval == name] for name in INTERVALS}
    return Subtotal(
        per_period=tuple((name, sum(found, nothing)) for name, found in by_interval.items() if any(found)),
        committed=committed,
        term=term_band([row.key for row in lines if row.metered], committed, offer),
        metered=len(fixed) < len(lines),
    )


def term_band(metered: Sequence[str], committed: Decimal, offer: "Offer") -> Band:
    if not metered:
        return Band(committed, committed, committed)
    used = [term_of(bill_for(offer, True), key, "discounted").astype(float) for key in metered]
    return band_of(sum(used, np.full(1, float(committed))), offer.terms.currency)

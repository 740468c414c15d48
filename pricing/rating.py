"""Rating: from terms and usage to a bill, in one visible order."""

from collections.abc import Callable
from decimal import Decimal, localcontext
from functools import partial
from typing import NamedTuple

import numpy as np

from .apart import Alone, split, terms_alone
from .bill import Bill, BillLine
from .layout import Layout, lay_out
from .money import CONTEXT
from .numbers import Array
from .sheet import Account, Row, Sheet
from .steps.commitments import settle_commitments
from .steps.credits import burn_unit_credits, draw_credits
from .steps.discounts import apply_line_discounts, apply_quote_discounts
from .steps.guarantees import apply_guarantees
from .steps.limits import apply_deal_limits, apply_line_limits
from .steps.prices import apply_escalator, apply_prices
from .steps.purchases import bill_purchases
from .steps.quantities import apply_allowances, convert_units, measure
from .steps.rounding import round_lines
from .terms import Terms
from .usage import Usage

Step = Callable[[Sheet], None]

# The order is the policy: docs/PRICING.md says why each stands where it does.
STEPS: tuple[Step, ...] = (
    measure,  # quantities: fixed ones by phase, metered ones by meter and dimension
    convert_units,
    apply_allowances,  # less included units
    burn_unit_credits,  # less units covered by credits in custom units
    apply_prices,  # price models and multipliers: the list amount
    apply_escalator,
    bill_purchases,  # of credits and prepaid commitments
    apply_line_discounts,  # free months and percents off named charges
    round_lines,  # once, half up; from here on whole minor units only
    apply_line_limits,  # minimum and maximum of a charge
    apply_quote_discounts,  # off the whole quote, spread by largest remainder
    apply_guarantees,
    draw_credits,  # money credits and prepaid commitments, in burn order
    settle_commitments,  # true-up and overage
    apply_deal_limits,
)

BLOCK = 1 << 15  # numbers of one array rated at a time: small enough for a core's cache
WHOLE = 1 << 18  # up to so many, a bill with lines is rated in one piece: nothing to be put together afterwards
FEW = 1 << 21  # numbers of all charges together that are rated in one piece without lines too: 16 MB an amount


def rate(terms: Terms, usage: Usage, *, lines: bool = True) -> Bill:
    """Return what `usage` costs under `terms`: exact for decimals, simulated for floats, by the same steps.

    Paths are rated in blocks, so that memory beyond the result does not grow with them. Without `lines` the bill has
    its amounts per period only: one array of shape (rows, periods), whatever the number of lines.
    """
    if usage.periods != len(terms.periods):
        raise ValueError(f"usage has {usage.periods} periods, the terms have {len(terms.periods)}")
    apart, rest = split(terms, exact=usage.exact)
    with localcontext(CONTEXT):
        part = usage.once(rest, partial(_rated, rest, usage, True)) if usage.lasting else _rated(rest, usage, lines)
        if not apart:
            return part
        fixed = _fixed(terms, apart, usage)
        net = part.net + fixed.net
        found = _in_order(terms, [*fixed.lines, *part.lines]) if lines else ()
        left, accounts = (part.left, part.accounts) if lines else ({}, {})
        return Bill(terms, terms.periods, found, net, part.unpriced, left, accounts)


def _rated(terms: Terms, usage: Usage, lines: bool) -> Bill:
    """Rate the charges that do not stand apart, block by block."""
    layout = lay_out(terms, usage.series)
    net = np.empty((usage.rows, usage.periods), dtype=object if usage.exact else np.float64)
    parts: list[tuple[slice, list[Row]]] = []
    left: list[dict[str, Array]] = []
    accounts: dict[str, Account] = {}  # of an exact bill, which is one block
    for block, some in usage.blocks(rows_at_once(layout, usage, lines)):
        sheet = rate_block(layout, some)
        net[block] = sheet.zero
        for row in sheet.rows.values():
            net[block] += row.open
        if lines:
            parts.append((block, list(sheet.rows.values())))
            left.append(sheet.left)
            accounts = sheet.accounts
        del sheet  # before the next one is filled: half the memory
    balances = {key: np.concatenate([block[key] for block in left]) for key in (left[0] if left else ())}
    return Bill(terms, terms.periods, _lines(parts, usage), net, layout.unpriced, balances, accounts)


def rows_at_once(layout: Layout, usage: Usage, lines: bool) -> int:
    """Lines hold all their numbers anyway; a bill without them needs no more memory for more paths."""
    numbers = usage.rows * usage.periods
    if (lines and numbers <= WHOLE) or numbers * len(layout.lines) <= FEW:
        return usage.rows
    return max(BLOCK // usage.periods, 1)


class Fixed(NamedTuple):
    """The charges that stand apart, and what they come to together in each period."""

    lines: tuple[BillLine, ...]
    net: Array


def _fixed(terms: Terms, apart: tuple[Alone, ...], usage: Usage) -> Fixed:
    """Rate the charges that stand apart: once for these terms and all usage of this shape."""
    shape = (usage.exact, usage.rows)

    def rated() -> Fixed:
        lines = tuple(one.once(shape, partial(_alone, usage=usage)) for one in apart)
        return Fixed(lines, np.concatenate([line.net[:1] for line in lines]).sum(axis=0))

    return terms.once(("fixed", *shape), rated)


def _alone(one: Alone, usage: Usage) -> BillLine:
    """Return the one line of a charge that stands apart, for usage of this shape."""
    nothing = Usage({}, shape=(1 if usage.exact else 2, usage.periods))
    sheet = rate_block(lay_out(terms_alone(one), ()), nothing)
    return _line(list(sheet.rows.values()), usage)


def _in_order(terms: Terms, lines: list[BillLine]) -> tuple[BillLine, ...]:
    """Put the lines in the order of their charges; what is not of a charge comes after them, as it was added."""
    place = {charge.key: n for n, charge in enumerate(terms.charges)}
    last = len(place)
    return tuple(sorted(lines, key=lambda line: place[line.charge] if line.kind == "charge" else last))


def rate_block(layout: Layout, usage: Usage) -> Sheet:
    """Run all steps over some rows of usage."""
    sheet = Sheet(layout, usage)
    for step in STEPS:
        step(sheet)
    return sheet


def idle(terms: Terms, rows: int = 1) -> Bill:
    """Return the bill of no usage, exact in one row and simulated in more; worked out once for these terms."""
    return terms.once(("idle", rows), lambda: rate(terms, Usage.zero(terms, rows)))


def committed(terms: Terms) -> Decimal:
    """Return what the customer owes over the term whatever happens: the bill of no usage."""
    return idle(terms).total


def _lines(parts: list[tuple[slice, list[Row]]], usage: Usage) -> tuple[BillLine, ...]:
    """Put the rows of all blocks together, line by line."""
    return tuple(_line([rows[n] for _, rows in parts], usage) for n in range(len(parts[0][1]))) if parts else ()


def _line(rows: list[Row], usage: Usage) -> BillLine:
    first = rows[0]
    shape = (usage.rows, usage.periods)
    nothing = first.discounted[:1] * 0

    seen: dict[tuple[int, ...], Array] = {}  # steps that change nothing pass arrays on: each is put together once

    def joined(arrays: list[Array | None]) -> Array:
        whole = [nothing if array is None else array for array in arrays]
        key = tuple(map(id, whole))
        if key not in seen:
            seen[key] = together(whole)
        return seen[key]

    def together(whole: list[Array]) -> Array:
        if all(array.shape[0] == 1 for array in whole):
            return whole[0] if shape[0] == 1 else np.broadcast_to(whole[0], shape)
        return whole[0] if len(whole) == 1 else np.concatenate(whole)

    discounted = joined([row.discounted for row in rows])
    credited = joined([row.credited for row in rows])
    return BillLine(
        key=first.key,
        charge=first.owner,
        name=first.name,
        kind=first.kind,
        unit=first.charge.unit if first.charge is not None else "",
        quantity=joined([row.quantity for row in rows]),
        rated=joined([row.rated for row in rows]),
        list=joined([row.list for row in rows]),
        discounted=discounted,
        credited=credited,
        net=discounted - credited if any(row.credited is not None for row in rows) else discounted,
        changes=tuple(first.changes),
    )

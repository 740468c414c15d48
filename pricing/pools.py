"""Drawing on a balance in order of time: the one computation behind allowances, credits and prepaid commitments."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from .numbers import Array


def draw(claims: Sequence[Array], balance: Any, *, pooled: bool) -> list[Array]:
    """Return what each claim gets of a balance, one array like each claim, shape (rows, periods).

    Pooled, all periods share one balance and earlier ones come first; otherwise each period has its own. Within a
    period the claims come in the order given. `balance` is one number, or an array of shape (rows, 1).

    The running sum of what is drawn is the running sum of the claims, stopped at the balance. So no loop over
    periods is needed: min(cumsum(claims), balance), and the differences of that.
    """
    total: Array = reduce(np.add, claims)
    if not pooled or total.shape[1] == 1:
        return _in_order(claims, np.minimum(total, balance))
    running = np.minimum(np.cumsum(total, axis=1), balance)
    drawn = running.copy()
    drawn[:, 1:] -= running[:, :-1]
    return _in_order(claims, drawn)


def _in_order(claims: Sequence[Array], drawn: Array) -> list[Array]:
    parts = []
    for claim in claims[:-1]:
        part = np.minimum(claim, drawn)
        drawn = drawn - part
        parts.append(part)
    return [*parts, drawn]

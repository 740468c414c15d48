"""The working paper of a rating: one row per bill line, filled from left to right by the steps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import numbers
from .components import Charge, Commitment, CreditGrant, Scope
from .numbers import Array
from .usage import Series, Usage

if TYPE_CHECKING:
    from .layout import Layout, Line
    from .terms import Terms


class Change(NamedTuple):
    """What one step did to a quantity or amount of a row: a sentence and the difference, shape (1, periods).

    Exact only.
    """

    step: str
    text: str
    amount: Array


class Account(NamedTuple):
    """A credit or prepaid commitment: what is granted and what is drawn in each period, shape (1, periods).

    Exact only.
    """

    granted: Array
    drawn: Array


Changes = list[Change]
no_changes = Changes


def nothing() -> Array:
    """Stand for an amount that no step has set yet."""
    return np.zeros((1, 1))


@dataclass(eq=False)
class Row:
    """One bill line in the making. Arrays have shape (rows, periods), or (1, periods) if no usage is in them.

    list -> discounted -> net, where net = discounted - credited: each amount has its own name and is set once by the
    step it belongs to, or lowered by later ones.
    """

    key: str
    owner: str  # key of the component it comes from
    name: str
    kind: str
    line: "Line | None" = None  # of a charge
    quantity: Array | None = None  # measured
    rated: Array | None = None  # what is left to be priced, after allowances and unit credits
    list: Array = field(default_factory=nothing)
    discounted: Array = field(default_factory=nothing)
    credited: Array | None = None
    promotional: Array | None = None  # the part of `credited` that nobody paid for
    changes: Changes = field(default_factory=no_changes)

    @property
    def open(self) -> Array:
        """What is still to be paid by money."""
        return self.discounted if self.credited is None else self.discounted - self.credited

    @property
    def charge(self) -> Charge | None:
        """The charge this row bills, if it bills one."""
        return None if self.line is None else self.line.charge

    @property
    def metered(self) -> bool:
        """Whether the row bills what a meter counted."""
        return self.kind == "charge" and self.line is not None and self.line.charge.metered

    def note(self, step: str, text: str, amount: Array) -> None:
        """Keep what a step did, for the explanation of an exact bill."""
        if numbers.is_exact(amount) and any(amount.flat):
            self.changes.append(Change(step, text, amount))


@dataclass(eq=False)
class Sheet:
    """Everything the steps read and write while one block of usage is rated."""

    layout: "Layout"
    usage: Usage
    rows: dict[str, Row] = field(default_factory=dict)
    left: dict[str, Array] = field(default_factory=dict)  # of each credit and prepaid commitment, by its key
    accounts: dict[str, Account] = field(default_factory=dict)  # of the same
    sums: dict[tuple[Series, ...], Array] = field(default_factory=dict)

    @property
    def terms(self) -> "Terms":
        return self.layout.terms

    @property
    def periods(self) -> int:
        return self.usage.periods

    @cached_property
    def zero(self) -> Array:
        """An amount of nothing in every period, shape (1, periods)."""
        return numbers.zeros((1, self.periods), as_exact=self.usage.exact)

    def used_of(self, series: tuple[Series, ...]) -> Array:
        """Return the usage of these series together, added up once however many charges bill it. Not to be changed."""
        if len(series) == 1:
            return self.usage.series[series[0]]
        if series not in self.sums:
            self.sums[series] = np.add.reduce([self.usage.series[one] for one in series])
        return self.sums[series]

    def add(self, row: Row) -> None:
        """Append a row; two rows of one key would be a defect of the terms' own checks."""
        if row.key in self.rows:
            raise ValueError(f"two bill lines have the key {row.key!r}")
        self.rows[row.key] = row

    def keep_left(self, key: str, first: int, stop: int, balances: Array) -> None:
        """Add what is left of a lot at the end of its periods to what its grant has left in all."""
        total = self.left.setdefault(key, self.whole(self.zero))
        total[:, first:stop] += balances

    def account(self, key: str, first: int, stop: int, granted: Decimal, drawn: Array) -> None:
        """Enter a lot, and what is drawn from it in its periods, into the account of its grant."""
        account = self.accounts.setdefault(key, Account(self.whole(self.zero), self.whole(self.zero)))
        account.granted[:, first] += granted
        account.drawn[:, first:stop] += drawn

    def constant(self, amounts: Array) -> Array:
        """Return exact amounts in the kind of number of the usage."""
        return amounts if self.usage.exact else numbers.simulated(amounts)

    def number(self, constant: Decimal) -> Any:
        """Return one constant in the kind of number of the usage."""
        return constant if self.usage.exact else float(constant)

    def whole(self, amounts: Array) -> Array:
        """Return a copy with a row for every row of the usage, to be written to."""
        return amounts.copy() if len(amounts) == self.usage.rows else np.repeat(amounts, self.usage.rows, axis=0)

    def charge_rows(self) -> Iterator[Row]:
        """Yield the rows that belong to charges, in order."""
        return (row for row in self.rows.values() if row.line is not None)

    def by_charge(self) -> Mapping[str, list[Row]]:
        """Group the rows of charges by charge."""
        groups: dict[str, list[Row]] = {}
        for row in self.charge_rows():
            groups.setdefault(row.owner, []).append(row)
        return groups

    def in_scope(self, part: CreditGrant | Commitment) -> list[Row]:
        """Return the charge rows a credit or commitment covers, in order of key: never in order of listing."""
        rates = part.rates if isinstance(part, CreditGrant) and part.scope.empty else {}
        rows = (row for row in self.charge_rows() if _covers(part.scope, rates, row))
        return sorted(rows, key=lambda row: row.key)


def _covers(scope: Scope, rates: Mapping[str, Decimal], row: Row) -> bool:
    """Tell whether a scope, or else the rates of a credit in custom units, cover a row of a charge."""
    if row.line is None or not scope.covers_cell(row.line.when):
        return False
    charge = row.line.charge
    return charge.key in rates or charge.product in rates if rates else scope.covers(charge)

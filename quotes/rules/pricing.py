"""What a version comes to, as values: everything that the builder, the approver and the snapshot show."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum

from quotes.rules.approvals import Need
from quotes.rules.facts import Facts


class Depth(IntEnum):
    """How far the futures of a draft are looked at: no further than somebody looks, since each step costs."""

    TOTALS = 1  # bill and margin over the term
    YEARS = 2  # by contract year too, with the risks and how exact it all is
    MONTHS = 3


@dataclass(frozen=True)
class Band:
    """An amount in three futures: 1, 5 and 9 of 10 are at or below it. All equal where nothing is uncertain."""

    p10: Decimal
    p50: Decimal
    p90: Decimal


@dataclass(frozen=True)
class PricePoint:
    """A single price inside a component that a seller may override; `path` addresses it ("cells/0/price/unit")."""

    path: str
    label: str
    unit: str  # "M tokens", "seat"; "" for a flat fee
    list_price: Decimal
    price: Decimal
    own: Decimal | None = None  # the lowest that sales gives alone, after all discounts
    floor: Decimal | None = None  # the lowest that anybody gives


@dataclass(frozen=True)
class YearRow:
    """A line in one year of the term."""

    year: int
    quantity: Decimal | None
    price: str
    discount_percent: Decimal


@dataclass(frozen=True)
class LineRow:
    """A line as the builder shows it. Amounts are after line and quote discount, before credits."""

    pk: int
    key: str
    position: int
    kind: str  # charge, credit or commitment
    name: str
    product: str
    description: str
    package: str
    unit: str
    metered: bool
    quantity: Decimal | None  # fixed quantity; None when metered
    interval: str  # month, quarter, year or once
    timing: str
    allowance: Decimal | None
    allowance_reset: str
    discount_percent: Decimal
    max_discount: Decimal | None
    prices: tuple[PricePoint, ...]
    list_price: str  # "3 per M tokens", "from 15 ...": text, all digits
    price: str
    overridden: bool
    per_period: Decimal | None  # net per interval of a fixed line
    list_term: Band
    net_term: Band
    package_code: str = ""
    rule: str = ""  # the configuration rule that added the line
    limits: tuple[tuple[str, Decimal], ...] = ()  # role and the most, in percent, that it gives; () for no limits
    optional: bool = False  # amounts if the customer picks it; in no total
    discount_from: int | None = None
    discount_to: int | None = None
    from_month: int | None = None  # of the term; None from its start
    to_month: int | None = None
    years: tuple[YearRow, ...] = ()  # every year of the term, where they differ


@dataclass(frozen=True)
class Subtotal:
    """What the lines of a section come to, after discounts and before credits."""

    per_period: tuple[tuple[str, Decimal], ...]  # interval and sum of its fixed lines, the shortest interval first
    committed: Decimal  # of its fixed lines, over the term
    term: Band
    metered: bool  # whether a line of it is billed by usage


@dataclass(frozen=True)
class TextRow:
    """A section or note between the lines."""

    key: str
    kind: str
    text: str
    position: int
    subtotal: Subtotal | None = None  # of a section


@dataclass(frozen=True)
class Totals:
    committed: Decimal  # owed whatever happens, over the term
    one_time: Decimal
    first_month: Decimal  # at P50
    list_term: Decimal  # at P50
    net_term: Decimal  # at P50
    discount: Decimal  # list_term - net_term


@dataclass(frozen=True)
class MonthBand:
    month: date
    band: Band
    committed: Decimal


@dataclass(frozen=True)
class YearBand:
    """What a contract year is billed; its band is of the year's own sum."""

    number: int
    months: int  # the last may be shorter
    band: Band


@dataclass(frozen=True)
class Precision:
    """How far simulation alone may move the term's P10, P50 and P90: the largest of their standard errors."""

    paths: int
    percent: Decimal | None  # of P50; None where nothing is simulated


@dataclass(frozen=True)
class CommitmentRisk:
    """A commitment, and in how many futures a part of it is paid without being used."""

    name: str
    unused: Decimal  # a share, 0.25 for one future in four
    missing: Band  # money paid for nothing over the term


@dataclass(frozen=True)
class CreditRisk:
    """A credit, and in how many futures nothing of it is left at the end of each month."""

    name: str
    unit: str  # of a custom credit; "" for money
    recurring: bool  # granted anew: a month's share is of what that month could use
    exhausted: tuple[Decimal, ...]
    left: Band  # at the end of the term

    @property
    def likely_month(self) -> int | None:
        """The first month by whose end it is more likely gone than not."""
        return next((n for n, share in enumerate(self.exhausted, start=1) if share >= Decimal("0.5")), None)


@dataclass(frozen=True)
class Risks:
    """What else the simulated bills say."""

    commitments: tuple[CommitmentRisk, ...]
    credits: tuple[CreditRisk, ...]
    overage: Band  # beyond the committed total
    expected_overage: Decimal  # its mean
    largest: Decimal | None  # the most that can be billed, where a cap holds
    p99: Decimal


@dataclass(frozen=True)
class UsageMonths:
    """Forecast usage of one series, in the meter's display unit."""

    label: str
    unit: str
    months: tuple[Band, ...]


@dataclass(frozen=True)
class Margin:
    """Internal: for people who may see margin, never for a customer."""

    cost: Band
    margin: Band
    percent: Band | None  # None without a bill
    months: tuple[Band, ...]
    cost_months: tuple[Band, ...] = ()
    years: tuple[Band, ...] = ()
    cost_years: tuple[Band, ...] = ()
    loss: Decimal | None = None  # share of futures in which the term's bill does not cover its cost
    loss_years: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class ForecastFacts:
    method: str
    seed: int
    paths: int
    data_date: date | None
    history_days: int
    basis: str  # history, assumption or mixed
    coverage: Decimal | None
    windows: int
    pinball_ratio: Decimal | None
    source_note: str


@dataclass(frozen=True)
class Problem:
    """What keeps a draft from being submitted: field, a sentence with the fix, and the key of the line it is about.

    Where billing cannot bill something, `place` names it and `instead` says what one click puts in its place.
    """

    field: str
    sentence: str
    line: str = ""
    place: str = ""
    instead: str = ""


@dataclass(frozen=True, kw_only=True)
class Pricing:
    """All of it. Frozen with the version at submission, so that later engines do not change what was decided on."""

    currency: str
    lines: tuple[LineRow, ...]
    totals: Totals
    term: Band
    months: tuple[MonthBand, ...]
    usage: tuple[UsageMonths, ...]
    margin: Margin | None
    forecast: ForecastFacts | None
    facts: Facts
    needs: tuple[Need, ...]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    years: tuple[YearBand, ...] = ()
    precision: Precision | None = None
    risks: Risks | None = None
    scenario: str = ""
    texts: tuple[TextRow, ...] = ()

    @property
    def outline(self) -> tuple[LineRow | TextRow, ...]:
        """Lines, sections and notes in their order."""
        return tuple(sorted([*self.texts, *self.lines], key=lambda row: row.position))

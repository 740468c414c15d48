"""The parts of a quote document as plain values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Party:
    name: str
    legal_name: str = ""
    address: tuple[str, ...] = ()
    email: str = ""
    title: str = ""
    country: str = ""


@dataclass(frozen=True)
class Tier:
    dims: str
    start: Decimal
    up_to: Decimal | None
    unit_price: Decimal | None
    flat: Decimal | None

    @property
    def whole(self) -> bool:
        return self.start == 0 and self.up_to is None


@dataclass(frozen=True)
class Line:
    key: str
    name: str
    product: str
    description: str
    unit: str
    quantity: Decimal | None
    interval: str
    timing: str
    list_price: str
    price: str
    included: str
    discount_percent: Decimal | None
    per_period: Decimal | None
    term: Decimal | None
    tiers: tuple[Tier, ...]
    discount_months: tuple[int | None, int | None] = (None, None)
    years: tuple["Year", ...] = ()
    runs: "Runs | None" = None


@dataclass(frozen=True)
class Runs:
    """The months of the term in which something runs, where it is not all of it, with their first and last day."""

    first: int
    last: int
    begins: date
    ends: date


@dataclass(frozen=True)
class Year:
    """A line in one year of a term in which years differ."""

    number: int
    quantity: Decimal | None
    price: str
    discount_percent: Decimal | None


@dataclass(frozen=True)
class Passage:
    """A note between the lines, or the heading of a section with what the fixed lines under it come to."""

    kind: str
    text: str
    per_period: tuple[tuple[str, Decimal], ...] = ()  # interval and amount
    term: Decimal = Decimal(0)
    metered: bool = False  # whether usage comes on top

    @property
    def is_section(self) -> bool:
        return self.kind == "section"


@dataclass(frozen=True)
class Credit:
    name: str
    amount: Decimal
    unit: str
    purchase: Decimal
    every: str
    expires_months: int | None
    applies_to: tuple[str, ...]
    runs: Runs | None = None


@dataclass(frozen=True)
class Band:
    p10: Decimal
    p50: Decimal
    p90: Decimal


@dataclass(frozen=True)
class MonthBill:
    month: str
    band: Band
    committed: Decimal


@dataclass(frozen=True)
class UsageBand:
    label: str
    unit: str
    months: tuple[tuple[str, Band], ...]


@dataclass(frozen=True)
class Forecast:
    method: str
    seed: int
    paths: int
    data_date: date | None
    history_days: int
    basis: str
    coverage: Decimal | None
    windows: int
    source_note: str


@dataclass(frozen=True)
class Commitment:
    """What the customer promises to use in each window, and how it is settled."""

    name: str
    amount: Decimal | None
    quantity: Decimal | None
    window: str
    settle: str
    overage_factor: Decimal
    applies_to: tuple[str, ...]
    runs: Runs | None = None


@dataclass(frozen=True)
class Example:
    """A month of one line that is billed by usage: each step with its value, and the total."""

    name: str
    month: str
    steps: tuple[tuple[str, str], ...]
    total: Decimal


@dataclass(frozen=True)
class Clause:
    title: str
    text: str
    code: str = ""
    version: int = 0


@dataclass(frozen=True)
class Style:
    """How the selling entity's documents look: colour, paper, foot, and the hash of its logo."""

    accent: str = ""
    paper: str = ""
    footer: str = ""
    logo: str = ""

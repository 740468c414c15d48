"""Values worked out for the customer: invoices to come, and a month of usage step by step."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Payment:
    """Equal invoices at equal distances: the first day and the last, how many, and the amount of each."""

    first: date
    last: date
    count: int
    amount: Decimal


@dataclass(frozen=True)
class WorkedStep:
    text: str
    value: str


@dataclass(frozen=True)
class Worked:
    """What one line comes to in one month of expected usage."""

    name: str
    month: date
    steps: tuple[WorkedStep, ...]
    total: Decimal

"""What every billing system is asked, and how it may answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Order:
    """A contract as a value: all that a target may know of it."""

    number: str
    customer: str
    customer_name: str
    quote: str
    version: int
    start: date
    currency: str
    terms: str
    terms_sha256: str
    sha256: str


class Rejected(Exception):
    """The target understood and said no: asking again does not help. The sentence is shown to a person."""


class Target(Protocol):
    name: str
    label: str
    steps: tuple[str, ...]

    def perform(self, step: str, order: Order, *, key: str, done: Mapping[str, Answer], at: datetime) -> Answer:
        """Do one step at most once under the key; asked again with the same key, give the same answer.

        `done` holds the answers of the steps before. Raises `Rejected` for no; any other error means unknown outcome.
        """

    def reference(self, done: Mapping[str, Answer]) -> str:
        """The number under which the target holds the contract."""

    def address(self, reference: str) -> str:
        """Where a person sees it in the target, or ""."""

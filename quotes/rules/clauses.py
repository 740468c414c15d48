"""Clauses: the terms of an offer in words, with variables for the version's own facts."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.languages import lazily as _lazy

VARIABLE = re.compile(r"\{([^{}]*)\}")
VARIABLES = {
    "customer": _lazy("the customer’s legal name"),
    "seller": _lazy("the selling entity’s legal name"),
    "number": _lazy("the number of the quote"),
    "version": _lazy("the number of the version"),
    "start": _lazy("the first day of the term"),
    "end": _lazy("the last day of the term"),
    "term": _lazy("the term, such as 12 months"),
    "currency": _lazy("the currency"),
    "committed": _lazy("the committed total"),
    "due": _lazy("when invoices are due: on receipt, or within 30 days of the invoice date"),
    "payment_days": _lazy("days until an invoice is due"),
    "valid_until": _lazy("the last day on which the quote can be accepted"),
    "zone": _lazy("the time zone in which that day ends"),
}
WHEN = {
    "always": _lazy("in every quote"),
    "metered": _lazy("where usage is billed"),
    "credits": _lazy("where credits are granted"),
    "commitments": _lazy("where usage is committed to"),
    "options": _lazy("where optional lines are offered"),
}


@dataclass(frozen=True)
class Clause:
    """A version of a clause in one language. Version 0 is the one that comes with the product."""

    code: str
    title: str
    text: str
    when: str = "always"
    position: int = 100
    version: int = 0

    @property
    def sha256(self) -> str:
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()


class Filled(NamedTuple):
    """A clause as a snapshot keeps it: the words with their values, and which version of which clause they are."""

    title: str
    text: str
    code: str
    version: int
    sha256: str


def standard() -> tuple[Clause, ...]:
    """What quotes say until somebody publishes another version, in the language being written."""
    return (
        Clause(
            "validity",
            _("Validity"),
            _("This offer can be accepted until the end of {valid_until} in the time zone {zone}."),
            position=10,
        ),
        Clause(
            "payment",
            _("Payment"),
            _("Invoices are in {currency} and due {due}. Prices are net of taxes."),
            position=20,
        ),
        Clause(
            "usage",
            _("Usage"),
            _("Metered usage is billed in arrears for each month at the prices of this offer, after included usage."),
            when="metered",
            position=30,
        ),
        Clause(
            "forecast",
            _("Forecast"),
            _(
                "The expected bill is a forecast from past usage and stated assumptions. It is neither a promise "
                "nor a cap; only the committed amounts are owed whatever is used."
            ),
            when="metered",
            position=40,
        ),
    )


def chosen(clauses: Iterable[Clause], facts: Iterable[str]) -> list[Clause]:
    """Those that hold for a quote with these facts, in their order."""
    held = {"always", *facts}
    return sorted((one for one in clauses if one.when in held), key=lambda one: (one.position, one.code))


def filled(clause: Clause, values: Mapping[str, str]) -> Filled:
    """With its variables written out; an unknown one stays as it is."""
    title, text = (written(words, values) for words in (clause.title, clause.text))
    return Filled(title, text, clause.code, clause.version, clause.sha256)


def written(words: str, values: Mapping[str, str]) -> str:
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), words)


def due_in(days: int) -> str:
    """How an invoice is due, within a sentence."""
    if days == 0:
        return _("on receipt")
    return _("within {payment_days} days of the invoice date").format(payment_days=days)


def wrong_variables(words: str) -> Iterator[str]:
    """The names in braces that stand for nothing."""
    yield from (name for name in dict.fromkeys(VARIABLE.findall(words)) if name not in VARIABLES)

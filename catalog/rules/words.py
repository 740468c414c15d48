"""Prices in words and tables: what a person reads on the book's page. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.rules import wordbooks
from core.data_words import told
from core.formats import money, percent, quantity, unit_price
from core.languages import lazily as _lazy
from core.words import all_of, period
from pricing import Charge, Commitment, CreditGrant
from pricing.components import Metered

EVERY = {"month": "month", "quarter": "quarter", "year": "year", "once": ""}


class Display(NamedTuple):
    """How amounts of a meter are shown: tokens by the million."""

    scale: Decimal = Decimal(1)
    unit: str = ""


class TierRow(NamedTuple):
    """One row of a price table."""

    what: str
    up_to: str
    price: str


class PriceWords(NamedTuple):
    """A component as a person reads it."""

    headline: str
    rows: list[TierRow]
    notes: list[str]


def words(component: Charge | CreditGrant | Commitment, currency: str, displays: Mapping[str, Display]) -> PriceWords:
    """Say what a component costs."""
    if isinstance(component, CreditGrant):
        return PriceWords(credit_headline(component, currency), [], credit_notes(component))
    if isinstance(component, Commitment):
        return PriceWords(commitment_headline(component, currency), [], [])
    display = displays.get(component.quantity.meter) if isinstance(component.quantity, Metered) else None
    teller = Teller(currency, component.unit, display or Display(), EVERY[component.interval])
    price = component.price.model_dump(mode="json")
    headline, rows = teller.tell(price)
    return PriceWords(headline, rows, charge_notes(component, teller) + teller.factors(price))


class Teller(NamedTuple):
    """Says price models in the currency, unit and interval of their charge."""

    currency: str
    unit: str
    display: Display
    every: str

    def tell(self, price: Mapping[str, Any]) -> tuple[str, list[TierRow]]:
        """A headline, and the rows of a table where one line does not say it."""
        model = price["model"]
        if model == "multiplier":
            return self.tell(price["base"])
        if model == "matrix":
            return self.matrix(price)
        if "tiers" in price:
            rows = self.tiers(price["tiers"])
            return _("{how}, from {price}").format(how=TIERED[model], price=rows[0].price), rows
        return self.single(price), []

    def single(self, price: Mapping[str, Any]) -> str:
        model = price["model"]
        if model == "flat":
            return f"{money(price['fee'], self.currency)}{self.per_interval()}"
        if model == "per_unit":
            return self.each(price["unit"])
        if model == "package":
            free = (
                _(", the first {amount} free").format(amount=self.amount(price["free"]))
                if Decimal(price["free"])
                else ""
            )
            return _("{price} per {amount}{free}").format(
                price=unit_price(price["price"], self.currency), amount=self.amount(price["size"]), free=free
            )
        if model == "cost_plus":
            return _("cost plus {percent}").format(percent=percent(price["markup"]))
        fee = (
            _(" + {fee} per event").format(fee=unit_price(price["fee"], self.currency))
            if Decimal(price.get("fee", 0))
            else ""
        )
        return f"{percent(price['rate'])}{fee}"

    def each(self, unit: str) -> str:
        """The price of one unit, or of as many as people speak of: "USD 3.00 per 1M tokens"."""
        scaled = Decimal(unit) * self.display.scale
        per = told(self.display.unit or self.unit)
        named = f"1{per}" if per[:2] in ("M ", "k ", "B ") else per
        price = unit_price(scaled, self.currency)
        return _("{price} per {unit}").format(price=price, unit=f"{named}{self.seat_interval()}")

    def seat_interval(self) -> str:
        return (
            _(" and {period}").format(period=period(self.every))
            if self.every and self.display == Display() and self.unit == "seat"
            else ""
        )

    def per_interval(self) -> str:
        return _(" per {period}").format(period=period(self.every)) if self.every else _(" once")

    def amount(self, units: str) -> str:
        number = Decimal(units) / self.display.scale
        return f"{quantity(number)} {told(self.display.unit) or plural(self.unit, number)}"

    def matrix(self, price: Mapping[str, Any]) -> tuple[str, list[TierRow]]:
        order = price["dimensions"]
        cells = [
            (" · ".join(cell["when"][name] for name in order if name in cell["when"]), cell["price"])
            for cell in price["cells"]
        ]
        if default := price.get("default"):
            cells.append((_("everything else"), default))
        rows = [
            TierRow(what.capitalize(), row.up_to, row.price)
            for what, inner in cells
            for row in self.tell(inner)[1] or [TierRow("", "", self.tell(inner)[0])]
        ]
        return _("By {names}").format(names=all_of(price["dimensions"])), rows

    def tiers(self, tiers: list[Mapping[str, Any]]) -> list[TierRow]:
        rows = []
        for tier in tiers:
            up_to = _("up to {amount}").format(amount=self.amount(tier["up_to"])) if tier.get("up_to") else _("above")
            rows.append(TierRow("", up_to, self.tier_price(tier)))
        return rows

    def tier_price(self, tier: Mapping[str, Any]) -> str:
        flat = f" + {money(tier['flat'], self.currency)}" if Decimal(tier.get("flat", 0)) else ""
        if "rate" in tier:
            return f"{percent(tier['rate'])}{flat}"
        if "amount" in tier:
            return money(tier["amount"], self.currency)
        if "size" in tier:
            price = unit_price(tier["price"], self.currency)
            return _("{price} per {unit}").format(price=price, unit=self.amount(tier["size"])) + flat
        return f"{self.each(tier['unit'])}{flat}"

    def factors(self, price: Mapping[str, Any]) -> list[str]:
        """What a multiplier does to the price, in a sentence."""
        if price["model"] != "multiplier":
            return []
        shares = [
            _("{value} at {percent}").format(value=value, percent=percent(Decimal(factor) * 100))
            for value, factor in price["factors"].items()
        ]
        return [
            _("{dimension}: {shares} of the price").format(
                dimension=price["dimension"].capitalize(), shares=", ".join(shares)
            )
        ]


TIERED = {
    "graduated": _lazy("Each unit at its tier's price"),
    "volume": _lazy("All units at the price of the tier reached"),
    "stairstep": _lazy("The price of the stair reached"),
    "graduated_package": _lazy("Blocks, each at its tier's price"),
    "volume_package": _lazy("Blocks at the price of the tier reached"),
    "graduated_percentage": _lazy("Each part at its tier's rate"),
}


def charge_notes(charge: Charge, teller: Teller) -> list[str]:
    notes = []
    if charge.allowance:
        notes.append(
            _("{amount} included per {reset}").format(
                amount=teller.amount(str(charge.allowance.quantity)), reset=period(charge.allowance.reset)
            )
        )
    if charge.minimum is not None:
        notes.append(
            _("At least {minimum}{per_interval}").format(
                minimum=money(charge.minimum, teller.currency), per_interval=teller.per_interval()
            )
        )
    if charge.maximum is not None:
        notes.append(
            _("At most {maximum}{per_interval}").format(
                maximum=money(charge.maximum, teller.currency), per_interval=teller.per_interval()
            )
        )
    if not charge.metered:
        notes.append(_("Billed in advance") if charge.timing == "advance" else _("Billed in arrears"))
    return notes


def credit_headline(credit: CreditGrant, currency: str) -> str:
    worth = f"{quantity(credit.amount)} {plural(credit.unit, credit.amount)}" if credit.unit else ""
    worth = worth or _("{amount} of credit").format(amount=money(credit.amount, currency))
    every = "" if credit.every == "once" else _(" each {every}").format(every=period(credit.every))
    return (
        _("{worth}{every} for {price}").format(worth=worth, every=every, price=money(credit.purchase, currency))
        if credit.purchase
        else _("{worth}{every}, included").format(worth=worth, every=every)
    )


def credit_notes(credit: CreditGrant) -> list[str]:
    notes = (
        [
            ngettext("Expires after {n} month", "Expires after {n} months", credit.expires_months).format(
                n=credit.expires_months
            )
        ]
        if (credit.expires_months)
        else [_("Expires with the term")]
    )
    return notes + ([_("Unused credit rolls over")] if credit.rollover else [])


def commitment_headline(commitment: Commitment, currency: str) -> str:
    if commitment.amount is not None:
        return _("{amount} committed per {window}").format(
            amount=money(commitment.amount, currency), window=period(commitment.window)
        )
    return _("{quantity} units committed per {window}").format(
        quantity=quantity(commitment.quantity), window=period(commitment.window)
    )


def plural(unit: str, count: Decimal) -> str:
    return told(unit if count == 1 or unit[:2] in ("M ", "k ", "B ") else wordbooks.plural(unit))


def series_label(dimensions: Mapping[str, str], order: Mapping[str, Any], defaults: Mapping[str, str]) -> str:
    """The dimension values of a series as people say them: "Sonnet · input"; values that are the rule go unsaid."""
    names = [name for name in order if name in dimensions] + [name for name in dimensions if name not in order]
    said = [told(dimensions[name]) for name in names if dimensions[name] != defaults.get(name)]
    text = " · ".join(said)
    return text[:1].upper() + text[1:]

"""Each price model in words: the parts of an amount, tier by tier, which add up to it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from . import models
from .models import Model
from .money import ZERO
from .values import plain

TWELVE_DECIMALS = Decimal("0.000000000001")


class Part(NamedTuple):
    """A part of an amount, unrounded: a stable key (`tier-2`), a sentence and the money."""

    key: str
    text: str
    amount: Decimal


class Step(NamedTuple):
    """One step on the way to an amount: what was done, and the quantity or the money it gave.

    `kind` is quantity, price, basis, list, change or net. Price steps, each to 12 decimals, add up to the list amount
    before it is rounded; the list amount and the changes after it add up to net, to the cent. A basis (of a true-up)
    is not added.
    """

    kind: str
    key: str  # stable: `tokens/tier-2`
    text: str
    quantity: Decimal | None = None
    amount: Decimal | None = None

    def texts(self) -> dict[str, str | None]:
        """Write every field as text."""
        return {name: None if value is None else str(value) for name, value in self._asdict().items()}

    def __str__(self) -> str:
        value = self.quantity if self.amount is None else self.amount
        if value is None:
            return self.text
        return f"{self.text}: {value:,f}" if self.kind in ("list", "net", "basis") else f"{self.text}: {_short(value)}"


def parts_of(price: Model, quantity: Decimal) -> list[Part]:
    """Return the parts of what a price asks for a quantity; they add up to `price.amount`."""
    return WORDS[type(price)](price, quantity)


def within_twelve(amount: Decimal) -> Decimal:
    """Cut an amount to at most 12 decimals: what is cut off is part of the rounding."""
    return amount if int(amount.as_tuple().exponent) >= -12 else amount.quantize(TWELVE_DECIMALS)


def grouped(value: Decimal) -> str:
    """Write a number with thousands separated: `1,250,000.5`."""
    return f"{Decimal(plain(value)):,f}"


def _short(value: Decimal) -> str:
    """Write at most six decimals, and two if there are any."""
    whole, point, decimals = grouped(round(value, 6)).partition(".")
    return f"{whole}.{decimals:0<2}" if point else whole


def _flat(price: models.Flat, quantity: Decimal) -> list[Part]:
    return [Part("fee", "Fee", price.fee)]


def _per_unit(price: models.PerUnit, quantity: Decimal) -> list[Part]:
    return [_units("units", quantity, price.unit)]


def _graduated(price: models.Graduated, quantity: Decimal) -> list[Part]:
    parts, low = [], ZERO
    for n, tier in enumerate(price.tiers, 1):
        if quantity <= low and not (n == 1 and price.bill_zero):
            break
        units = max(quantity if tier.up_to is None else min(quantity, tier.up_to), ZERO) - low
        parts.append(_capped(_units(f"tier-{n}", units, tier.unit, f"Tier {n}: "), tier.cap))
        parts += _fee(n, tier.flat)
        low = tier.up_to if tier.up_to is not None else low
    return parts


def _volume(price: models.Volume, quantity: Decimal) -> list[Part]:
    n, tier = _reached(price, quantity)
    if tier is None:
        return []
    units = _units(f"tier-{n}", quantity, tier.unit, f"All in tier {n}: ")
    return [_capped(units, tier.cap), *_fee(n, tier.flat)]


def _stairstep(price: models.Stairstep, quantity: Decimal) -> list[Part]:
    n, tier = _reached(price, quantity)
    return [] if tier is None else [Part(f"tier-{n}", f"Stair {n}{_end(tier.up_to)}", tier.amount)]


def _package(price: models.Package, quantity: Decimal) -> list[Part]:
    free = f", {grouped(price.free)} free" if price.free else ""
    return [_blocks("packages", quantity - price.free, price.size, price.price, price.rounding, after=free)]


def _graduated_package(price: models.GraduatedPackage, quantity: Decimal) -> list[Part]:
    parts, low = [], ZERO
    for n, tier in enumerate(price.tiers, 1):
        if quantity <= low and not (n == 1 and price.bill_zero):
            break
        units = (quantity if tier.up_to is None else min(quantity, tier.up_to)) - low
        parts.append(_blocks(f"tier-{n}", units, tier.size, tier.price, price.rounding, f"Tier {n}: "))
        parts += _fee(n, tier.flat)
        low = tier.up_to if tier.up_to is not None else low
    return parts


def _volume_package(price: models.VolumePackage, quantity: Decimal) -> list[Part]:
    n, tier = _reached(price, quantity)
    if tier is None:
        return []
    blocks = _blocks(f"tier-{n}", quantity, tier.size, tier.price, price.rounding, f"All in tier {n}: ")
    return [blocks, *_fee(n, tier.flat)]


def _percentage(price: models.Percentage, quantity: Decimal) -> list[Part]:
    charged = max(quantity - (price.free_amount or ZERO), ZERO)
    return [Part("share", f"{plain(price.rate)} % of {grouped(charged)}", charged * price.rate / 100)]


def _graduated_percentage(price: models.GraduatedPercentage, quantity: Decimal) -> list[Part]:
    parts, low, quantity = [], ZERO, max(quantity - (price.free_amount or ZERO), ZERO)
    for n, tier in enumerate(price.tiers, 1):
        if quantity <= low and not (n == 1 and price.bill_zero):
            break
        money = (quantity if tier.up_to is None else min(quantity, tier.up_to)) - low
        parts.append(Part(f"tier-{n}", f"Tier {n}: {plain(tier.rate)} % of {grouped(money)}", money * tier.rate / 100))
        parts += _fee(n, tier.flat)
        low = tier.up_to if tier.up_to is not None else low
    return parts


def _cost_plus(price: models.CostPlus, quantity: Decimal) -> list[Part]:
    markup = Part("markup", f"Markup of {plain(price.markup)} %", quantity * price.markup / 100)
    return [Part("cost", "Metered cost", quantity), markup]


def _reached(price: Any, quantity: Decimal) -> tuple[int, Any]:
    """Return the number and tier that a quantity falls in; no tier where nothing was used and that is free."""
    if quantity <= 0 and not price.bill_zero:
        return 0, None
    tiers = enumerate(price.tiers, 1)
    return next((n, tier) for n, tier in tiers if tier.up_to is None or quantity <= tier.up_to)


def _units(key: str, units: Decimal, unit: Decimal, before: str = "") -> Part:
    return Part(key, f"{before}{grouped(units)} x {plain(unit)}", units * unit)


def _capped(part: Part, cap: Decimal | None) -> Part:
    if cap is None or part.amount <= cap:
        return part
    return Part(part.key, f"{part.text}, at most {plain(cap)}", cap)


def _blocks(
    key: str, units: Decimal, size: Decimal, price: Decimal, rounding: str, before: str = "", *, after: str = ""
) -> Part:
    units = max(units, ZERO)
    full = units // size
    count = full + 1 if rounding == "up" and full * size < units else full
    text = f"{before}{grouped(count)} x {plain(price)} (blocks of {grouped(size)}, rounded {rounding}{after})"
    return Part(key, text, count * price)


def _fee(n: int, flat: Decimal) -> list[Part]:
    return [Part(f"tier-{n}-fee", f"Fee of tier {n}", flat)] if flat else []


def _end(up_to: Decimal | None) -> str:
    return "" if up_to is None else f", up to {grouped(up_to)}"


WORDS: dict[type, Callable[[Any, Decimal], list[Part]]] = {
    models.Flat: _flat,
    models.PerUnit: _per_unit,
    models.Graduated: _graduated,
    models.Volume: _volume,
    models.Stairstep: _stairstep,
    models.Package: _package,
    models.GraduatedPackage: _graduated_package,
    models.VolumePackage: _volume_package,
    models.Percentage: _percentage,
    models.GraduatedPercentage: _graduated_percentage,
    models.CostPlus: _cost_plus,
}

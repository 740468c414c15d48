"""Credits and commitments as something that the target grants, or as a discount that is worth the same at P50."""

from collections.abc import Iterator
from decimal import ROUND_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.targets.capability import Alternative, Use
from billing.targets.nearest.lines import months_in, percents_off
from billing.targets.nearest.matching import discounted, total
from billing.targets.nearest.places import Json, bought_of, charge_of, component_of, without_fields
from core.formats import money, percent
from pricing import Commitment, CreditGrant, Terms, Usage
from pricing.components import Scope
from pricing.money import ZERO, minor_unit
from pricing.numbers import exact
from pricing.values import MONTHS, plain


def as_discount(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """A percent off what a credit pays for, worth the same at P50; nothing is granted or bought."""
    part = bought_of(use, terms)
    if part is None or usage is None or not usage.series:
        return
    left = alone_without(part, terms)
    keys = tuple(charge.key for charge in terms.charges if covers(part, charge))
    saved = total(left, usage) - total(terms, usage)
    says = _("{percent} off the usage that it pays for, and no credit: at your P50 the customer pays the same.")
    for off, lines in percents_off(left, keys, discounted(left, keys, usage, saved)):
        yield Alternative(says.format(percent=percent(off)), removes=(part.key,), lines=lines)


def as_used(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """Only what is used is billed: nothing is bought beforehand or promised."""
    part = bought_of(use, terms)
    if isinstance(part, Commitment):
        said = _("Bill what is used, as it is used: the customer promises nothing.")
        yield Alternative(said, removes=(part.key,), gives_up=True)
    elif part is not None and part.purchase:
        said = _("Bill what is used, as it is used: no credit is bought.")
        yield Alternative(said, removes=(part.key,), gives_up=True)


def at_once(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """All grants in one, at the start of the term: what a month leaves is there for the next."""
    part, component = bought_of(use, terms), component_of(use, terms)
    if not isinstance(part, CreditGrant) or component is None:
        return
    n = -(-months_in(part, terms) // MONTHS.get(part.every, len(terms.periods)))
    left = without_fields(component, "expires_months", "rollover", "from_month", "to_month")
    put = {**left, "every": "once", "amount": plain(part.amount * n), "purchase": plain(part.purchase * n)}
    said = _("{amount} once, at the start of the term: as much in all, and what one month leaves the next one has.")
    sentence = said.format(amount=money(part.amount * n, terms.currency))
    yield Alternative(sentence, puts=(put,), lines={part.key: {"years": {}}})


def from_the_start(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """A credit or commitment in every month of the term, of the same size in all."""
    part, component = bought_of(use, terms), component_of(use, terms)
    if part is None or component is None:
        return
    name = "quantity" if component.get("amount") is None else "amount"
    size = Decimal(component[name])
    if isinstance(part, Commitment) or part.every != "once":
        share = size * months_in(part, terms) / len(terms.periods)
        size = share.quantize(minor_unit(terms.currency), rounding=ROUND_UP)
    left = without_fields(component, "from_month", "to_month")
    yield Alternative(_("From the first month to the last: as much in all."), puts=({**left, name: plain(size)},))


def money_credit(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """Credit in money worth, at P50, what the units of a credit save."""
    part, component = bought_of(use, terms), component_of(use, terms)
    if not isinstance(part, CreditGrant) or component is None or usage is None or not usage.series:
        return
    given = terms.model_copy(update={"credits": tuple(gift(one, part.key) for one in terms.credits)})
    saved = total(alone_without(part, terms), usage) - total(given, usage)
    n = -(-months_in(part, terms) // MONTHS.get(part.every, len(terms.periods)))
    amount = (saved / n).quantize(minor_unit(terms.currency), rounding=ROUND_UP)
    keys = [charge.key for charge in terms.charges if covers(part, charge)]
    left = without_fields(component, "unit", "rates")
    put = {**left, "amount": plain(amount), "scope": {"charges": keys}}
    said = _("{amount} of credit in money each time instead: what the units save at your P50.")
    if saved > 0:
        yield Alternative(said.format(amount=money(amount, terms.currency)), puts=(put,))


def prepaid(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """Paid at the start of each window instead of trued up at its end: the same amounts, sooner."""
    component = in_money(use, terms)
    if component is not None:
        said = _("{amount} prepaid at the start of each window and drawn down: the same amounts, but paid sooner.")
        put = {**component, "settle": "prepaid", "invoice": "upfront"}
        yield Alternative(said.format(amount=money(Decimal(put["amount"]), terms.currency)), puts=(put,))


def commitment_in_money(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """What the committed units cost, as money."""
    component = in_money(use, terms)
    if component is not None:
        said = _("{amount} instead of units: what they cost at the agreed price.")
        yield Alternative(said.format(amount=money(Decimal(component["amount"]), terms.currency)), puts=(component,))


def monthly_commitment(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """The same commitment month by month: the sum over the term stays, but a strong month helps no weak one."""
    component = in_money(use, terms)
    if component is None:
        return
    months = MONTHS.get(component["window"], len(terms.periods))
    unit = minor_unit(terms.currency)
    amount = (Decimal(component["amount"]) / months).quantize(unit, rounding=ROUND_UP)
    sentence = _("{amount} every month instead: the same in all, but months below it are no longer made up by others.")
    yield Alternative(
        sentence.format(amount=money(amount, terms.currency)),
        puts=({**component, "amount": plain(amount), "window": "month"},),
    )


# --- what they are made of


def in_money(use: Use, terms: Terms) -> Json | None:
    """The commitment as one of money: units at the price that they have, less its discount."""
    component, part = component_of(use, terms), bought_of(use, terms)
    if component is None or not isinstance(part, Commitment):
        return None
    if part.quantity is None:
        return component
    charge = charge_of(Use(use.construct, "", part.scope.charges[0]), terms)
    if charge is None:
        return None
    left = Decimal(1)
    for one in terms.discounts:
        if one.percent is not None and charge.key in one.charges:
            left *= 1 - one.percent / 100
    worth = Decimal(charge.price.innermost.curve.amount(exact([part.quantity]))[0]) * left
    amount = worth.quantize(minor_unit(terms.currency), rounding=ROUND_UP)
    return {**without_fields(component, "quantity"), "amount": plain(amount)}


def alone_without(part: CreditGrant | Commitment, terms: Terms) -> Terms:
    """The terms without it."""
    phases = [
        {**dumped, "changes": left}
        for phase in terms.phases
        if (dumped := phase.model_dump(mode="json"))
        and (left := [one for one in dumped["changes"] if one["key"] != part.key])
    ]
    content: dict[str, Any] = {
        **terms.model_dump(mode="json"),
        "credits": [one.model_dump(mode="json") for one in terms.credits if one.key != part.key],
        "commitments": [one.model_dump(mode="json") for one in terms.commitments if one.key != part.key],
        "phases": phases,
    }
    return Terms.parse(content)


def gift(credit: CreditGrant, key: str) -> CreditGrant:
    return credit.model_copy(update={"purchase": ZERO}) if credit.key == key else credit


def covers(part: CreditGrant | Commitment, charge: Any) -> bool:
    """Whether it pays for a charge; unit credits without a scope, for what has a rate."""
    if isinstance(part, CreditGrant) and part.unit is not None and part.scope == Scope():
        return charge.key in part.rates or charge.product in part.rates
    return part.scope.covers(charge)

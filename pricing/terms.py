"""Terms: the whole commercial content of a deal as one frozen value with canonical JSON and a hash."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, TypeAdapter, ValidationError, ValidatorFunctionWrapHandler, WrapValidator, model_validator

from .components import Charge, Commitment, Component, CreditGrant, Fixed
from .conditions import Change, DealLimit, Discount, Escalator, Guarantee, Phase, SharedAllowance
from .errors import InvalidTerms, from_pydantic
from .models import Matrix, PriceModel
from .money import ZERO, minor_unit
from .periods import Period, month_after, periods
from .values import MONTHS, Currency, Value, plain, refuse

CURRENT_VERSION = 1

# How terms written by an older version are read: UPGRADES[n] turns the JSON of version n into that of n + 1.
UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}

_T = TypeVar("_T")
_Found = Iterator[tuple[str, str]]


def _checked(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    """Return a charge that is one already as it is: it was checked when it was made."""
    return value if isinstance(value, Charge) else check(value)


class Terms(Value):
    """Everything that decides what is billed, but for the usage.

    The term starts on `start` and lasts `months`; it is billed in monthly periods that begin on `anchor_day` (the
    start's day unless given). Months are counted from 1. All amounts are in `currency`.
    """

    version: Literal[1] = 1
    currency: Currency
    start: date
    months: Annotated[int, Field(ge=1, le=600)]
    anchor_day: Annotated[int, Field(ge=1, le=31)] | None = None
    charges: tuple[Annotated[Charge, WrapValidator(_checked)], ...] = ()
    credits: tuple[CreditGrant, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    discounts: tuple[Discount, ...] = ()
    allowances: tuple[SharedAllowance, ...] = ()
    phases: tuple[Phase, ...] = ()
    guarantees: tuple[Guarantee, ...] = ()
    escalator: Escalator | None = None
    free_months: Annotated[int, Field(ge=0, le=600)] = 0  # of recurring charges with a fixed quantity
    minimum: DealLimit | None = None
    maximum: DealLimit | None = None

    @model_validator(mode="after")
    def _parts_agree(self) -> "Terms":
        refuse([problem for check in _CHECKS for problem in check(self)])
        return self

    @classmethod
    def parse(cls, data: str | bytes | Mapping[str, Any]) -> "Terms":
        """Read terms from JSON of this or an older version, or raise `InvalidTerms` with every problem."""
        content = _upgraded(_loaded(data))
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            raise from_pydantic(error, content) from None

    @cached_property
    def known(self) -> dict[tuple[Any, ...], Any]:
        """What was computed of these terms and no usage changes: shared by every rating of them."""
        return {}

    def once(self, key: tuple[Any, ...], make: Callable[[], _T]) -> _T:
        """Return what `make` gave for this key: what no usage changes is computed once for the terms."""
        if key not in self.known:
            self.known[key] = make()
        found: _T = self.known[key]
        return found

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The billing periods; usage has one column for each."""
        return periods(self.start, self.months, self.anchor_day)

    @property
    def end(self) -> date:
        """The first day after the term."""
        return month_after(self.start, self.months)

    @property
    def components(self) -> tuple[Charge | CreditGrant | Commitment, ...]:
        """Charges, credits and commitments together."""
        return (*self.charges, *self.credits, *self.commitments)

    def canonical_json(self) -> str:
        """Write the terms so that equal terms give equal text: sorted keys, no blanks, plain decimals."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def sha256(self) -> str:
        """The hash of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()


def parse_component(data: str | bytes | Mapping[str, Any]) -> Charge | CreditGrant | Commitment:
    """Read one charge, credit grant or commitment (by `kind`), or raise `InvalidTerms`."""
    return _parsed(_COMPONENT, data)


def parse_price(data: str | bytes | Mapping[str, Any]) -> PriceModel:
    """Read one price model (by `model`), or raise `InvalidTerms`."""
    return _parsed(_PRICE, data)


_COMPONENT: TypeAdapter[Charge | CreditGrant | Commitment] = TypeAdapter(Component)
_PRICE: TypeAdapter[PriceModel] = TypeAdapter(PriceModel)


def _parsed(adapter: TypeAdapter[_T], data: str | bytes | Mapping[str, Any]) -> _T:
    content = _loaded(data)
    try:
        return adapter.validate_python(content)
    except ValidationError as error:
        raise from_pydantic(error, content) from None


def _loaded(data: str | bytes | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(data, Mapping):
        return dict(data)
    try:
        content = json.loads(data)
    except ValueError as error:
        raise InvalidTerms([("", f"is not JSON: {error}")]) from None
    if not isinstance(content, dict):
        raise InvalidTerms([("", "must be a JSON object")])
    return content


def _upgraded(content: dict[str, Any]) -> dict[str, Any]:
    version = content.get("version", CURRENT_VERSION)
    first = min([*UPGRADES, CURRENT_VERSION])
    if not isinstance(version, int) or not first <= version <= CURRENT_VERSION:
        known = f"version {first}" if first == CURRENT_VERSION else f"versions {first} to {CURRENT_VERSION}"
        raise InvalidTerms([("version", f"is {version!r}; this software reads {known}")])
    for older in range(version, CURRENT_VERSION):
        content = UPGRADES[older](content)
    return content


def _keys_are_unique(terms: Terms) -> _Found:
    seen: dict[str, tuple[str, int]] = {}
    for n, part in enumerate(terms.components):
        if part.key == "deal":
            yield "", f"'deal' is kept for the limits of the deal; choose another key for component {n + 1}"
    named = ("charges", "credits", "commitments", "discounts", "allowances", "guarantees")
    for field in named:
        parts: tuple[Any, ...] = getattr(terms, field)
        for n, part in enumerate(parts):
            first, at = seen.setdefault(part.key, (field, n))
            if (first, at) != (field, n):
                yield f"{field}[{n}].key", f"{part.key!r} is already the key of {first}[{at}]; choose another"


def _references_exist(terms: Terms) -> _Found:
    charges = {charge.key for charge in terms.charges}
    products = {charge.product for charge in terms.charges if charge.product}
    bought = {part.key for part in terms.credits} | {part.key for part in terms.commitments}
    lists: list[tuple[str, tuple[str, ...], set[str]]] = []
    lists += [(f"discounts[{n}].charges", part.charges, charges | bought) for n, part in enumerate(terms.discounts)]
    lists += [(f"allowances[{n}].charges", part.charges, charges) for n, part in enumerate(terms.allowances)]
    lists += [(f"guarantees[{n}].charges", part.charges, charges) for n, part in enumerate(terms.guarantees)]
    lists += [(f"credits[{n}].rates", tuple(part.rates), charges | products) for n, part in enumerate(terms.credits)]
    scopes = [(f"credits[{n}].scope", part.scope) for n, part in enumerate(terms.credits)]
    scopes += [(f"commitments[{n}].scope", part.scope) for n, part in enumerate(terms.commitments)]
    scopes += [(f"discounts[{n}].scope", part.scope) for n, part in enumerate(terms.discounts) if part.scope]
    lists += [(f"{path}.charges", scope.charges, charges) for path, scope in scopes]
    if terms.escalator is not None:
        lists.append(("escalator.charges", terms.escalator.charges, charges))
    for path, keys, known in lists:
        for key in keys:
            if key not in known:
                yield path, f"{key!r} is not in these terms; use one of {', '.join(sorted(known)) or 'none yet'}"


def _months_fit(terms: Terms) -> _Found:
    last = len(terms.periods)
    for field in ("charges", "credits", "commitments", "discounts", "phases"):
        for n, part in enumerate(getattr(terms, field)):
            if part.from_month > last:
                yield f"{field}[{n}].from_month", f"is {part.from_month}; the term has {last} months"
    for n, charge in enumerate(terms.charges):
        for name in ("starts", "ends"):
            day = getattr(charge, name)
            if day is not None and not terms.start <= day <= terms.end:
                yield f"charges[{n}].{name}", f"is {day}; the term runs from {terms.start} to {terms.end}"
    if terms.free_months > last:
        yield "free_months", f"is {terms.free_months}; the term has {last} months"


def _phases_change_what_is_there(terms: Terms) -> _Found:
    parts = {part.key: part for part in terms.components}
    before = 0
    for n, phase in enumerate(terms.phases):
        if phase.from_month <= before:
            yield f"phases[{n}].from_month", f"is {phase.from_month}; phases follow each other, use more than {before}"
        before = phase.from_month
        for m, change in enumerate(phase.changes):
            path = f"phases[{n}].changes[{m}]"
            part = parts.get(change.key)
            if part is None:
                yield f"{path}.key", f"{change.key!r} is not in these terms; use one of {', '.join(sorted(parts))}"
            elif wrong := _why_not_change(part, change):
                yield path, wrong


def _why_not_change(part: Charge | CreditGrant | Commitment, change: Change) -> str:
    """Return why a phase cannot change this component so, or an empty text."""
    if isinstance(part, Charge):
        if change.amount is not None:
            return "amount belongs to credits and commitments; give quantity or price"
        if change.quantity is not None and not isinstance(part.quantity, Fixed):
            return "usage has no agreed quantity; change its price"
        return "" if change.price is None else _why_not_price(part, change.price)
    if change.price is not None:
        return "price belongs to charges; give amount"
    if change.quantity is not None and getattr(part, "quantity", None) is None:
        return "this is an amount of money; give amount"
    return ""


def _why_not_price(charge: Charge, price: PriceModel) -> str:
    """Return why a charge cannot have another price, or an empty text."""
    try:
        charge.model_copy(update={"price": price})
    except ValidationError as error:
        return "; ".join(f"{path}: {message}" for path, message in from_pydantic(error, {}).problems)
    return ""


def _shared_allowances_outlast_intervals(terms: Terms) -> _Found:
    intervals = {charge.key: MONTHS.get(charge.interval, 1000) for charge in terms.charges if terms.allowances}
    for n, part in enumerate(terms.allowances):
        for key in part.charges:
            if MONTHS.get(part.reset, 1000) < intervals.get(key, 0):
                yield f"allowances[{n}].reset", f"is shorter than the interval of {key!r}; use a longer one"


def _money_is_whole(terms: Terms) -> _Found:
    unit = minor_unit(terms.currency)
    money = [(f"credits[{n}].amount", part.amount) for n, part in enumerate(terms.credits) if part.unit is None]
    money += [(f"commitments[{n}].amount", part.amount or ZERO) for n, part in enumerate(terms.commitments)]
    in_money = {part.key for part in terms.credits if part.unit is None} | {part.key for part in terms.commitments}
    for n, phase in enumerate(terms.phases):
        changes = enumerate(phase.changes)
        money += [(f"phases[{n}].changes[{m}].amount", one.amount or ZERO) for m, one in changes if one.key in in_money]
    for path, amount in money:
        if amount % unit:
            yield path, f"is {plain(amount)}; {terms.currency} has no smaller part than {plain(unit)}"


def _committed_units_have_one_price(terms: Terms) -> _Found:
    charges = {charge.key: charge for charge in terms.charges}
    for n, part in enumerate(terms.commitments):
        charge = charges.get(part.scope.charges[0]) if part.quantity is not None else None
        if charge is None:
            continue
        changed = (one.price for phase in terms.phases for one in phase.changes if one.key == charge.key)
        prices = [charge.price, *(price for price in changed if price is not None)]
        if not charge.metered or any(isinstance(one.innermost, Matrix) or one.by_event for one in prices):
            yield f"commitments[{n}].quantity", f"{charge.key!r} has no one price per unit; commit an amount of money"


def _limits_in_order(terms: Terms) -> _Found:
    low, high = terms.minimum, terms.maximum
    if low is not None and high is not None and low.window == high.window and low.amount > high.amount:
        yield "minimum.amount", f"is more than the maximum of {plain(high.amount)}; lower it"


_CHECKS = (
    _keys_are_unique,
    _references_exist,
    _months_fit,
    _phases_change_what_is_there,
    _shared_allowances_outlast_intervals,
    _money_is_whole,
    _committed_units_have_one_price,
    _limits_in_order,
)

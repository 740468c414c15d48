"""The scalar types every model of the kernel is built from: each carries its own limit."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_serializer,
)
from pydantic import SerializerFunctionWrapHandler as Serialise

LARGEST = Decimal(10) ** 15
DECIMAL_PATTERN = r"^-?[0-9]+(\.[0-9]+)?$"

Interval = Literal["month", "quarter", "year", "once"]
Window = Literal["month", "quarter", "year", "term"]
Recurrence = Literal["once", "month", "quarter", "year"]
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def _exact(value: Any) -> Decimal:
    """Read a decimal from a string or a whole number; a float has lost digits already and is refused."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise ValueError('write the number as a string, such as "0.25"')
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError('is not a decimal number; write it like "1234.5"') from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise ValueError("must be a finite number of at most 10^15")
    return number.normalize() + 0 if number else Decimal(0)


def _places(limit: int) -> AfterValidator:
    def check(value: Decimal) -> Decimal:
        if -int(value.as_tuple().exponent) > limit:
            raise ValueError(f"has more than {limit} decimals; round it to {limit}")
        return value

    return AfterValidator(check)


def _between(low: int | None, high: int | None) -> AfterValidator:
    def check(value: Decimal) -> Decimal:
        if low is not None and value < low:
            raise ValueError(f"must be {low} or more")
        if high is not None and value > high:
            raise ValueError(f"must be {high} or less")
        return value

    return AfterValidator(check)


def _positive(value: Decimal) -> Decimal:
    if value <= 0:
        raise ValueError("must be more than 0")
    return value


def _currency(value: str) -> str:
    if not re.fullmatch("[A-Z]{3}", value):
        raise ValueError(f'is {value!r}; use a three-letter ISO 4217 code such as "USD"')
    return value


def plain(value: Decimal) -> str:
    """Write a decimal without exponent and without trailing zeros: `10000`, `0.000003`."""
    return format(value.normalize() + 0 if value else Decimal(0), "f")


_DECIMAL = (
    BeforeValidator(_exact),
    PlainSerializer(plain, return_type=str),
    WithJsonSchema({"type": "string", "pattern": DECIMAL_PATTERN}),
)

Amount = Annotated[Decimal, *_DECIMAL, _places(12), _between(0, None)]  # money or a unit price, 12 decimals
Quantity = Annotated[Decimal, *_DECIMAL, _places(6), _between(0, None)]  # units, 6 decimals
Size = Annotated[Decimal, *_DECIMAL, _places(6), AfterValidator(_positive)]  # units per block
Percent = Annotated[Decimal, *_DECIMAL, _places(12), _between(0, 100)]  # 20 is 20 %
Growth = Annotated[Decimal, *_DECIMAL, _places(12), _between(-100, None)]  # 5 is +5 %
Factor = Annotated[Decimal, *_DECIMAL, _places(12), _between(0, None)]  # 0.5 is half
Fraction = Annotated[Decimal, *_DECIMAL, _places(12), _between(0, 1)]  # 0.5 is half, at most all

# A slash is kept for the keys of bill lines: `tokens/true-up`.
Key = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$")]
Currency = Annotated[str, AfterValidator(_currency), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})]
Name = Annotated[str, Field(max_length=200)]
Month = Annotated[int, Field(ge=1, le=600)]  # 1 is the first month of the term


class Value(BaseModel):
    """A frozen part of `Terms`: unknown keys are refused, empty ones are left out of its JSON.

    What is empty (null, no entries) is left out so that a feature added later does not change the hash of terms
    that do not use it; every other default is written, so that a default changed later does not change a deal.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a checked copy with some fields changed; nothing computed from the old ones is carried over."""
        return type(self).model_validate(
            {name: getattr(self, name) for name in type(self).model_fields} | dict(update or {})
        )

    def __eq__(self, other: object) -> bool:
        """Equal by what is said; what was computed and is kept beside it does not count."""
        if self is other or type(self) is not type(other):
            return self is other
        return all(getattr(self, name) == getattr(other, name) for name in type(self).model_fields)

    def __hash__(self) -> int:
        """Of the same, in whatever order a mapping has it."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return hash(tuple(frozenset(value.items()) if isinstance(value, dict) else value for value in values))

    @model_serializer(mode="wrap")
    def _without_empty(self, serialise: Serialise) -> dict[str, Any]:
        return {name: value for name, value in serialise(self).items() if value not in (None, [], (), {})}


class Problems(ValueError):
    """Several problems of one value, each with its path inside it."""

    def __init__(self, problems: list[tuple[str, str]]):
        super().__init__("; ".join(f"{path}: {message}" if path else message for path, message in problems))
        self.problems = problems


def refuse(problems: list[tuple[str, str]]) -> None:
    """Raise `Problems` when there are any."""
    if problems:
        raise Problems(problems)

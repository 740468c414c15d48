"""The kinds of values that a catalog file holds."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer


def plain(value: Decimal) -> str:
    return format(value.normalize() + 0, "f") if value else "0"


def exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError('write the number in quotes, such as "0.25"')
    return value


Number = Annotated[Decimal, BeforeValidator(exact), PlainSerializer(plain, return_type=str), Field(ge=0, lt=10**12)]
Percent = Annotated[Decimal, BeforeValidator(exact), PlainSerializer(plain, return_type=str), Field(ge=0, le=100)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:-]{0,79}$")]
Title = Annotated[str, Field(min_length=1, max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Prose = Annotated[str, AfterValidator(str.strip)]
Source = Annotated[str, Field(max_length=300), AfterValidator(str.strip)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

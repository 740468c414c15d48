"""Shapes of bodies and queries: what is not named is refused, and nothing is guessed from another type."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

AMOUNT = r"^-?[0-9]{1,15}(\.[0-9]{1,12})?$"


class Input(serializers.Serializer):
    """A body or query: a name that is not known is a mistake, and said to be one."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = self.unknown(data)
        try:
            found = super().to_internal_value(data)
        except serializers.ValidationError as error:
            said: dict[str, Any] = error.detail  # type: ignore[assignment]  # of a serializer: by field
            wrong = {name: with_what_is_taken(what, self.fields.get(name)) for name, what in said.items()}
            raise serializers.ValidationError(unknown | wrong) from None
        if unknown:
            raise serializers.ValidationError(unknown)
        return found

    def unknown(self, data: Any) -> dict[str, Any]:
        """What is said of names that are not known; of a body that has thousands of them, of the first few."""
        names = [str(name)[:60] for name in data if name not in self.fields] if isinstance(data, Mapping) else []
        known = ", ".join(self.fields) or "none"
        return {name: f"{name}: not known here; known are: {known}." for name in names[:10]}


def with_what_is_taken(said: Any, field: serializers.Field | None) -> Any:
    """What the framework says of a wrong value, with the choices or the pattern it was compared to."""
    if not isinstance(said, list) or len(said) != 1:
        return said
    if isinstance(field, serializers.ChoiceField) and not_our_words(field, "invalid_choice"):
        return [f"{said[0]} Choose one of: {', '.join(map(str, field.choices))}."]
    if isinstance(field, serializers.RegexField) and not_our_words(field, "invalid") and said[0].code == "invalid":
        [pattern] = [
            getattr(one.regex, "pattern", one.regex) for one in field.validators if isinstance(one, RegexValidator)
        ]
        return [f"{said[0]} It is {pattern}"]
    return said


def not_our_words(field: serializers.Field, code: str) -> bool:
    return bool(field.error_messages[code] == type(field).default_error_messages[code])


class Text(serializers.CharField):
    """Text, and no number that looks like it."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number, and no text that looks like it."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | Decimal) or data != int(data):
            self.fail("invalid")
        return super().to_internal_value(int(data))


class Flag(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=str(data)[:60])
        return data


@extend_schema_field({"type": "string", "pattern": AMOUNT})
class Amount(serializers.Field):
    """A number that is exact: text such as "1250.50". Money is in the currency that its object names."""

    default_error_messages = {
        "invalid": 'Send a number as text, such as "1250.50".',
        "least": "At least {least}.",
        "most": "At most {most}.",
    }

    def __init__(self, *, least: str | None = None, most: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = (None if end is None else Decimal(end) for end in (least, most))

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not re.fullmatch(AMOUNT, data, re.ASCII):
            self.fail("invalid")
        value = Decimal(data)
        if self.least is not None and value < self.least:
            self.fail("least", least=self.least)
        if self.most is not None and value > self.most:
            self.fail("most", most=self.most)
        return value

    def to_representation(self, value: Any) -> str:
        return str(value)


class ClosedShape(OpenApiSerializerExtension):
    """How the API description says it."""

    target_class = Input
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}

"""Some fields of an answer: those that `fields` names, and none that is not there."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from core.errors import Invalid

Shape = serializers.BaseSerializer | serializers.Field | None


class Expanded(serializers.DictField):
    """A part that an answer has only when `expand` names it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)


def chosen(data: Any, fields: list[str], shape: Shape = None) -> Any:
    """Only these fields ("number", "totals.committed"), of each row where it is a list; unknown ones are refused.

    Where there is nothing to see of them, `shape` says what there would be.
    """
    if isinstance(data, dict) and isinstance(data.get("results"), list):
        return {**data, "results": part("results", data["results"], fields, parts_of(shape).get("results"))}
    if not isinstance(data, dict):
        check(fields, shape)
        return data
    kept: dict[str, Any] = {}
    for field in fields:
        name, _, rest = field.partition(".")
        if name not in data:
            raise missing(name, data, parts_of(shape))
        below = [one.partition(".")[2] for one in fields if one.startswith(f"{name}.")]
        whole = not rest or name in fields
        kept[name] = data[name] if whole else part(name, data[name], below, parts_of(shape).get(name))
    return kept


def part(name: str, value: Any, fields: list[str], shape: Shape) -> Any:
    if isinstance(value, list):
        if not value:
            check(fields, shape)
        return [part(name, row, fields, shape) for row in value]
    if value is not None and not isinstance(value, dict):
        raise Invalid({"fields": f"fields: {name} has no parts; ask for {name}."})
    return chosen(value, fields, shape)


def check(fields: list[str], shape: Shape) -> None:
    """That the shape, as far as it is known, has fields of these names."""
    known = parts_of(shape)
    for field in fields:
        name, _, rest = field.partition(".")
        if known and name not in known:
            raise unknown(name, known)
        if rest:
            check([rest], known.get(name))


def parts_of(shape: Shape) -> Mapping[str, serializers.Field]:
    """The fields of it, or of each row where it is a list; nothing where they are not declared."""
    while isinstance(shape, serializers.ListSerializer | serializers.ListField):
        shape = shape.child
    return shape.fields if isinstance(shape, serializers.Serializer) else {}


def missing(name: str, data: Mapping[str, Any], known: Mapping[str, serializers.Field]) -> Invalid:
    if isinstance(known.get(name), Expanded):
        return Invalid({"fields": f"fields: {name} comes only with expand={name}; add that to the query."})
    return unknown(name, data)


def unknown(name: str, known: Iterable[str]) -> Invalid:
    there = ", ".join(map(str, known))
    return Invalid({"fields": f"fields: {name[:60]} is not known here; what can be had: {there}."})

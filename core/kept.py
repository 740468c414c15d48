"""Stored JSON that is read much and written seldom: parsed once for each text, shared, and with a memory.

A quote of a thousand lines is read again at every edit, and all lines but one are what they were. What was worked out
from such a line is kept beside its JSON, as long as this process keeps the JSON.
"""

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import lru_cache, wraps
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar

from django.db import models

from core.data_words import revision
from core.languages import current

TEXTS = 8192  # kept by a process: two quotes of two thousand lines
WAYS = 64  # in which one object is asked

P = ParamSpec("P")
T = TypeVar("T")


class Kept(dict[str, Any]):
    """A JSON object that nobody writes into. `dict(kept)` and `deepcopy(kept)` give one's own."""

    __slots__ = ("known",)
    known: dict[Any, Any]

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.known = {}

    __hash__ = object.__hash__  # type: ignore[assignment]  # each object has a memory of its own

    def refuse(self, *_args: Any, **_values: Any) -> NoReturn:
        raise TypeError("Stored JSON is shared: copy it before you change it.")

    __setitem__ = __delitem__ = __ior__ = refuse
    update = setdefault = pop = popitem = clear = refuse

    def __copy__(self) -> dict[str, Any]:
        return dict(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return {key: deepcopy(value, memo) for key, value in self.items()}


@lru_cache(maxsize=TEXTS)
def kept(text: str) -> Any:
    """The JSON of this text: the same object each time."""
    return json.loads(text, object_hook=Kept)


def remembered(function: Callable[Concatenate[Any, P], T]) -> Callable[Concatenate[Any, P], T]:
    """Of kept JSON the function is worked out once for each set of further arguments (they must be hashable)."""
    return remembering(function)


def remembered_in_words(function: Callable[Concatenate[Any, P], T]) -> Callable[Concatenate[Any, P], T]:
    """The same of a function that speaks: once for each language, and anew when its words changed."""
    return remembering(function, lambda: current() + revision())


def remembering(
    function: Callable[Concatenate[Any, P], T], language: Callable[[], str] | None = None
) -> Callable[Concatenate[Any, P], T]:
    @wraps(function)
    def asked(content: Any, *args: P.args, **named: P.kwargs) -> T:
        if not isinstance(content, Kept):
            return function(content, *args, **named)
        key: Any = (function, language and language(), args, *named.values()) if args or named or language else function
        try:
            found: T = content.known[key]
        except KeyError:
            if len(content.known) >= WAYS:
                content.known.clear()
            found = content.known[key] = function(content, *args, **named)
        except TypeError:  # an argument that is not kept: nothing to know it by
            return function(content, *args, **named)
        return found

    return asked


class KeptJSONField(models.JSONField):
    """A column of JSON whose objects are `Kept` when they come from the database."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if isinstance(value, str) and value.startswith("{"):
            return kept(value)
        return super().from_db_value(value, expression, connection)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """The column is a JSONField's: nothing to migrate."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

"""How bodies are read: JSON in a bounded size and depth, of which every value can be stored."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from core.api.refusals import TooLarge
from core.errors import Invalid

LARGEST = 2 * 1024**2
DEEPEST = 40
NESTED = (dict, list)
LONGEST_NUMBER = 40
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
HINTS = re.compile(rb"\\u|\x00|\xed[\xa0-\xbf]")
"""What stands in every body that may hold such a character: an escape, a byte of a wider encoding, half a pair."""


class JSONBody(BaseParser):
    """Strict JSON: no NaN, no endless number, no name twice, no text that no database holds. Decimals stay exact."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        text = limited(stream)
        try:
            body = json.loads(
                text, parse_float=decimal, parse_int=whole, parse_constant=no_constant, object_pairs_hook=once_each
            )
        except RecursionError:
            raise Invalid({"body": f"body: nested deeper than {DEEPEST} levels."}) from None
        except ValueError as error:
            raise ParseError(f"body: this is not JSON ({str(error)[:100]}).") from None
        if deeper(body, DEEPEST):
            raise Invalid({"body": f"body: nested deeper than {DEEPEST} levels."})
        if HINTS.search(text):
            check(body)
        return body


class TextBody(BaseParser):
    """CSV, as text."""

    media_type = "text/csv"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            text = limited(stream).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ParseError("body: this is not UTF-8 text.") from None
        check(text)
        return text


def limited(stream: IO[bytes]) -> bytes:
    body = stream.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise TooLarge(f"body: at most {LARGEST // 1024**2} MB at a time. Send it in parts.")
    return body


def decimal(text: str) -> Decimal:
    if len(text) > LONGEST_NUMBER or not math.isfinite(float(text)):
        raise ValueError(f"{text[:20]} is too long a number; send at most {LONGEST_NUMBER} characters")
    return Decimal(text)


def whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"{text[:20]}... is too long a number; send at most {LONGEST_NUMBER} digits")
    return int(text)


def no_constant(text: str) -> None:
    raise ValueError(f"{text} is not a number")


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. Of two values for one name nobody can say which is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [printable(name) for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Invalid({twice: f"{twice}: is given twice; name each field once."})
    return found


def deeper(body: Any, most: int) -> bool:
    """Whether anything lies below more levels than that; level by level, so that depth costs no stack."""
    level = [body]
    for _ in range(most + 1):
        inner = (value.values() if isinstance(value, dict) else value for value in level if isinstance(value, NESTED))
        level = [part for parts in inner for part in parts]
    return bool(level)


def check(body: Any) -> None:
    """Nothing that cannot be written down."""
    for path, value in walk(body):
        if isinstance(value, str) and UNWRITABLE.search(value):
            raise Invalid({path: f"{path}: holds a character that no text may have (NUL, or half of a pair)."})


def walk(body: Any) -> Iterator[tuple[str, Any]]:
    """Every value and key with the field at the top that it is below."""
    left = [("body", body, True)]
    while left:
        path, value, is_top = left.pop()
        yield path, value
        if isinstance(value, dict):
            for key, part in value.items():
                yield path, key
                left.append((printable(key) if is_top else path, part, False))
        elif isinstance(value, list):
            left += [(path, part, False) for part in value]


def printable(key: str) -> str:
    return UNWRITABLE.sub("?", key)[:60]

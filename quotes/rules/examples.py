"""The tests beside an approval rule as people type them: "discount_percent=25, segment=startup -> asks"."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from quotes.rules.approvals import Example, facts_of

LINE = re.compile(r"^(?P<facts>.*?)\s*->\s*(?P<outcome>asks|passes)$")
WORDS = {"yes": True, "true": True, "no": False, "false": False}


def read(text: str) -> tuple[Example, ...]:
    """One example a line; ValueError says which line is wrong, and how to write it."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return tuple(example(number, line) for number, line in lines)


def example(number: int, line: str) -> Example:
    found = LINE.match(line)
    if not found:
        raise ValueError(f'Line {number} should be like "discount_percent=25, months=12 -> asks" (or "-> passes").')
    pairs = [part.partition("=") for part in found["facts"].split(",")]
    facts = {name.strip(): value_of(value.strip()) for name, _, value in pairs}
    try:
        facts_of(facts)
    except ValueError as error:
        raise ValueError(f"Line {number}: {error}.") from None
    return Example(facts, found["outcome"] == "asks")


def value_of(text: str) -> Any:
    """A number, yes or no, or the text itself."""
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return int(number) if number == number.to_integral_value() else float(number)


def written(examples: Iterable[Example]) -> str:
    """As `read` takes them."""
    return "\n".join(f"{pairs(one)} -> {'asks' if one.asks else 'passes'}" for one in examples)


def pairs(one: Example) -> str:
    return ", ".join(f"{name}={said(value)}" for name, value in one.facts.items())


def said(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)

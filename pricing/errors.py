"""Refusals that name path, limit and fix, several at once."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from .values import Problems

_TAGS = ("model", "kind", "source")


class InvalidTerms(ValueError):
    """Terms, or a part of them, that cannot be: `problems` lists every (path, message)."""

    def __init__(self, problems: Sequence[tuple[str, str]]):
        self.problems = sorted(set(problems))
        super().__init__("; ".join(f"{path}: {message}" if path else message for path, message in self.problems))


def from_pydantic(error: ValidationError, data: Any) -> InvalidTerms:
    """Turn pydantic's errors about `data` into sentences with readable paths: `charges[0].price.tiers[2].up_to`."""
    problems, found = [], error.errors()
    for item in found:
        if item["type"] == "too_short" and any(_inside(other, item) for other in found):
            continue  # entries that are wrong themselves are not missing
        path = _path(item["loc"], data)
        cause = item.get("ctx", {}).get("error")
        if isinstance(cause, Problems):
            problems += [(".".join(filter(None, [path, inner])), message) for inner, message in cause.problems]
        else:
            problems.append((path, _message(item)))
    return InvalidTerms(problems)


def _path(location: tuple[int | str, ...], data: Any) -> str:
    """Join a location; the tags of unions in it are not keys of the data and are left out."""
    path, skipped = "", None
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
            data = data[step] if isinstance(data, (list, tuple)) and step < len(data) else None
        elif data is not skipped and isinstance(data, dict) and any(data.get(tag) == step for tag in _TAGS):
            skipped = data
        else:
            path += f".{step}" if path else step
            data = data.get(step) if isinstance(data, dict) else None
    return path


def _inside(item: Any, outer: Any) -> bool:
    return len(item["loc"]) > len(outer["loc"]) and item["loc"][: len(outer["loc"])] == outer["loc"]


def _message(item: Any) -> str:
    """Say what is wrong and how to mend it."""
    context, kind = item.get("ctx", {}), item["type"]
    if kind == "value_error":
        return str(context["error"])
    if kind in _SENTENCES:
        return _SENTENCES[kind].format(given=repr(item.get("input")), **context)
    return str(item["msg"])


_SENTENCES = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a known key; remove it or check its spelling",
    "string_too_long": "is longer than {max_length} characters; shorten it",
    "string_too_short": "is empty; write something",
    "string_pattern_mismatch": "is {given}; use letters, digits, and . _ : - only, starting with a letter or digit",
    "too_short": "needs at least {min_length} entry",
    "greater_than_equal": "is {given}; it must be {ge} or more",
    "less_than_equal": "is {given}; it must be {le} or less",
    "date_from_datetime_parsing": "is not a day of the calendar; write it like 2027-01-31",
    "date_parsing": "is not a day of the calendar; write it like 2027-01-31",
    "literal_error": "is {given}; use one of {expected}",
    "union_tag_invalid": "has {discriminator} {tag!r}; use one of {expected_tags}",
    "union_tag_not_found": "needs {discriminator}, which says what it is",
}

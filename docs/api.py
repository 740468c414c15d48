"""The stored description of the API and its catalogue of problems: `python -m docs.api` writes them.

It refuses to store a description that breaks who reads the one before; `--break` says that this is meant.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
django.setup()

from core import api_keys, errors  # noqa: E402
from core.api import refusals  # noqa: E402
from core.errors import Problem  # noqa: E402
from cpq.api_pages import described  # noqa: E402

FOLDER = Path(__file__).parent / "api"
SCHEMA, CATALOGUE = FOLDER / "openapi.json", FOLDER / "ERRORS.md"
Json = dict[str, Any]
SAID_IN = (errors.__name__, refusals.__name__, api_keys.__name__)

# What the framework says before anything of ours is asked.
FRAMEWORK = [
    ("parse-error", 400, "The body is not what its content type says."),
    ("bad-request", 400, "The request cannot be read."),
    ("not-acceptable", 406, "Answers are JSON; ask for `application/json`."),
    ("unsupported-media-type", 415, "The content type is not read here."),
    ("throttled", 429, "Too many requests in this minute; `Retry-After` says when to go on."),
    ("server-error", 500, "Something broke; nothing was changed. The log knows it by `request_id`."),
]


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    new = described()
    breaks = list(broken(json.loads(SCHEMA.read_text()), json.loads(new))) if SCHEMA.exists() else []
    for sentence in breaks:
        sys.stderr.write(f"{sentence}\n")
    if breaks and "--break" not in sys.argv:
        sys.stderr.write("Nothing was written. Add instead of changing, or say --break.\n")
        return 1
    SCHEMA.write_text(new)
    CATALOGUE.write_text(catalogue())
    return 0


def catalogue() -> str:
    rows = sorted({(one.kind, one.status, first_line(one)) for one in problems(Problem)} | set(FRAMEWORK))
    lines = [f"| `urn:quantile:problem:{kind}` | {status} | {about} |" for kind, status, about in rows]
    return "\n".join(["# Problems of the API", "", ABOUT, "", "| type | status | when |", "|---|---|---|", *lines, ""])


ABOUT = (
    "Written by `python -m docs.api`. Every problem has `title`, `detail`, `instance` and `request_id` besides; "
    "`invalid` has `errors` by field, `person-needed` has `decide_at`."
)


def problems(kind: type[Problem]) -> Iterator[type[Problem]]:
    """Every kind that is said over the API, the one of the error that it is based on included."""
    for below in kind.__subclasses__():
        if below.__module__ in SAID_IN:
            yield below
        yield from problems(below)


def first_line(kind: type[Problem]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]


def broken(old: Json, new: Json) -> Iterator[str]:
    """A sentence for everything that a program written for the old description would trip over."""
    for path, operations in old["paths"].items():
        for method, before in operations.items():
            after = new["paths"].get(path, {}).get(method)
            name = f"{method.upper()} {path}"
            if after is None:
                yield f"{name} is gone."
                continue
            yield from broken_parameters(name, before, after)
            yield from broken_body(name, (old, before), (new, after))
            yield from broken_answers(name, (old, before), (new, after))


def broken_parameters(name: str, before: Json, after: Json) -> Iterator[str]:
    old, new = ({(one["in"], one["name"]): one for one in each.get("parameters", ())} for each in (before, after))
    for key, one in old.items():
        if key not in new:
            yield f"{name}: the parameter {key[1]} is gone."
        elif lost := enum_of(one) - (enum_of(new[key]) or enum_of(one)):
            yield f"{name}: {key[1]} takes {sorted(lost)} no more."
    for key, one in new.items():
        if one.get("required") and not old.get(key, {}).get("required"):
            yield f"{name}: the parameter {key[1]} is required now."


def enum_of(parameter: Json) -> set[str]:
    return set(parameter["schema"].get("enum", ()))


def broken_body(name: str, old: tuple[Json, Json], new: tuple[Json, Json]) -> Iterator[str]:
    before, after = (content_of(each[1].get("requestBody", {}), each[0]) for each in (old, new))
    for kind, schema in before.items():
        if kind not in after:
            yield f"{name}: a body of {kind} is taken no more."
        else:
            yield from narrowed(name, schema, after[kind], old[0], new[0], asked=True)


def broken_answers(name: str, old: tuple[Json, Json], new: tuple[Json, Json]) -> Iterator[str]:
    for status, before in old[1]["responses"].items():
        after = new[1]["responses"].get(status)
        if after is None:
            yield f"{name}: the answer {status} is gone."
            continue
        schemas = content_of(after, new[0])
        for kind, schema in content_of(before, old[0]).items():
            yield from narrowed(f"{name} {status}", schema, schemas.get(kind, {}), old[0], new[0], asked=False)


def content_of(part: Json, whole: Json) -> dict[str, Json]:
    content = resolved(part, whole).get("content", {})
    return {kind: resolved(one.get("schema", {}), whole) for kind, one in content.items()}


def resolved(part: Json, whole: Json) -> Json:
    """The schema or answer itself, where it is kept among the components."""
    if "$ref" not in part:
        return part
    _, _, kind, name = part["$ref"].split("/")
    found: Json = whole["components"][kind][name]
    return found


def narrowed(place: str, before: Json, after: Json, old: Json, new: Json, *, asked: bool) -> Iterator[str]:
    """What of a body cannot be sent any more (`asked`), or of an answer is not there any more."""
    before, after = resolved(before, old), resolved(after, new)
    if before.get("type") != after.get("type"):
        yield f"{place}: the type {before.get('type')} became {after.get('type')}."
        return
    if asked and (added := set(after.get("required", ())) - set(before.get("required", ()))):
        yield f"{place}: {sorted(added)} is required now."
    if asked and "enum" in after and (lost := set(before.get("enum", ())) - set(after["enum"])):
        yield f"{place}: {sorted(map(str, lost))} is taken no more."
    for name, part in before.get("properties", {}).items():
        if name not in after.get("properties", {}):
            yield f"{place}: the field {name} is gone."
        else:
            yield from narrowed(f"{place} {name}", part, after["properties"][name], old, new, asked=asked)
    if "items" in before:
        yield from narrowed(f"{place}[]", before["items"], after.get("items", {}), old, new, asked=asked)


if __name__ == "__main__":
    sys.exit(main())

"""What an operation may answer instead of what it is asked for: every problem under its status, by its type."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from core.api.problems import PROBLEM_JSON
from core.roles import FOR_PEOPLE

Json = dict[str, Any]


class Instead(NamedTuple):
    """A name among the responses, and what it says."""

    status: str
    said: str
    waits: bool = False
    """Whether it says when to come again."""


FORBIDDEN = (
    "You may see this but not do that (`forbidden`), the key was not given the scope (`scope-missing`), or your role "
    "asks for a second factor (`second-factor-needed`)."
)
NOT_NOW = "The rules say no in the present state (`refused`), or somebody was faster (`conflict`); nothing was changed."
ANSWERS = {
    "Unreadable": Instead("400", "The request (`bad-request`) or its body (`parse-error`) cannot be read."),
    "NotSignedIn": Instead("401", "There is no key (`sign-in-needed`), or one that opens nothing (`key-refused`)."),
    "Forbidden": Instead("403", FORBIDDEN),
    "ForPeople": Instead(
        "403",
        f"{FORBIDDEN} An agent's key asks for what a person does (`person-needed`): at `decide_at`.",
    ),
    "NotThere": Instead("404", "Nothing here that you may know of (`not-found`)."),
    "Refused": Instead("409", NOT_NOW),
    "RefusedOrRepeated": Instead(
        "409",
        f"{NOT_NOW} Or the Idempotency-Key came with another request (`idempotency-key-reused`), or its first request "
        "has no answer yet (`still-running`).",
    ),
    "Stale": Instead("412", "If-Match names a state that is not the present one (`stale`); nothing was changed."),
    "TooLarge": Instead("413", "More than is read at a time (`too-large`)."),
    "OtherKind": Instead(
        "415",
        "The body is of a kind (`unsupported-media-type`) or coding (`unsupported-content-encoding`) not read here.",
    ),
    "Invalid": Instead(
        "422", "What cannot be taken (`invalid`): `errors` has for each field the sentence that mends it."
    ),
    "MatchNeeded": Instead("428", "If-Match is missing (`match-needed`); `detail` has the present tag."),
    "TooMany": Instead("429", "Too many requests in this minute (`throttled`); nothing was done.", waits=True),
    "NotNow": Instead("503", "Nothing was changed (`busy`), or the database is away (`unavailable`).", waits=True),
}


def instead(method: str, operation: Json) -> Json:
    """The problems of an operation: by status, where each is told."""
    return {ANSWERS[name].status: {"$ref": f"#/components/responses/{name}"} for name in names(method, operation)}


def names(method: str, operation: Json) -> Iterator[str]:
    scopes = operation["security"][0].get("apiKey", [])
    yield from (
        "Unreadable",
        "NotSignedIn",
        "ForPeople" if FOR_PEOPLE.intersection(scopes) else "Forbidden",
        "NotThere",
    )
    if method != "get":
        yield "RefusedOrRepeated" if method == "post" else "Refused"
        yield "OtherKind"
    if "requestBody" in operation:
        yield "TooLarge"
    match = next((one for one in operation.get("parameters", ()) if one["name"] == "If-Match"), None)
    if match is not None:
        yield "Stale"
        if match.get("required"):
            yield "MatchNeeded"
    yield from ("Invalid", "TooMany", "NotNow")


def components(headers: Mapping[str, Any]) -> Json:
    """All of them, as operations refer to them."""
    wait = {"schema": {"type": "integer"}, "description": "Seconds after which the same request will do."}
    problem = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        name: {
            "description": one.said,
            "headers": {**headers, **({"Retry-After": wait} if one.waits else {})},
            "content": problem,
        }
        for name, one in ANSWERS.items()
    }

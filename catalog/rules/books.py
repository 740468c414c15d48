"""What a price book is called, and when it may change, be published, promoted, or get a successor. Pure."""

from collections.abc import Collection, Sequence

ENVIRONMENTS = ("development", "staging", "production")


def book_subject(address: str, version: int) -> str:
    """Under which the audit log keeps what happened to it."""
    return f"book:{address}-v{version}"


class Address:
    """The address of a book in a URL."""

    regex = r"(?:(?:development|staging)\.)?[a-z0-9][a-z0-9-]*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def book_name(environment: str, code: str, version: int) -> str:
    """As people say it: `standard v1`, and `standard v1 (staging)` outside production."""
    return f"{code} v{version}" + ("" if environment == "production" else f" ({environment})")


def book_address(environment: str, code: str) -> str:
    """As URLs, files and commands say it: `standard`, and `staging.standard` outside production."""
    return code if environment == "production" else f"{environment}.{code}"


def book_place(address: str) -> tuple[str, str]:
    """Environment and code of an address."""
    environment, dot, code = address.partition(".")
    return (environment, code) if dot else ("production", address)


def why_not_change(name: str, status: str) -> str:
    """Why the book's contents cannot change; "" if they can."""
    if status == "draft":
        return ""
    return f"{name} is {status} and never changes; make the change in a new version."


def why_not_publish(
    name: str,
    status: str,
    *,
    prices: int,
    author_ids: Collection[int],
    person_id: int,
    failing: Sequence[str] = (),
) -> str:
    """Why this person cannot publish the book; "" if they can. `failing` are its failing rule tests."""
    if status != "draft":
        return f"{name} is already {status}."
    if not prices:
        return f"{name} has no prices yet."
    if person_id in author_ids:
        return "You worked on this version; a second person publishes it."
    return " ".join(failing)


def why_not_promote(name: str, status: str, environment: str, to: str, *, there: str = "", draft: str = "") -> str:
    """Why the book cannot be copied to the environment `to`; "" if it can.

    `there` is the status of the same version in that environment, `draft` names the draft of the same code there.
    """
    following = ENVIRONMENTS[ENVIRONMENTS.index(environment) + 1 :][:1]
    if to not in following:
        where = f"goes to {following[0]} next" if following else "is where it ends up"
        return f"{name} is in {environment} and {where}."
    if status != "published":
        return f"{name} is {status}; a published version, reviewed by a second person, is promoted."
    if there:
        return f"{name} is already in {to} ({there}); promote a later version."
    return f"{draft} is already open as a draft; publish or discard it first." if draft else ""


def why_not_start_version(name: str, status: str, *, draft: str) -> str:
    """Why no new version can be started from this one; "" if it can. `draft` names the one already open."""
    if status == "draft":
        return f"{name} is itself a draft."
    return f"{draft} is already open as a draft." if draft else ""


def why_not_discard(name: str, status: str) -> str:
    """Why the book cannot be thrown away; "" if it can."""
    return "" if status == "draft" else f"{name} is {status}; quotes may stand on it."


def why_not_retire(name: str, status: str) -> str:
    """Why the book cannot be retired; "" if it can."""
    return "" if status == "published" else f"{name} is {status}; only a published book is retired."

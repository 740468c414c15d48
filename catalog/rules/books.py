"""What a price book is called, and when it may change, be published, promoted, or get a successor. Pure."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from core.statuses import look_of
from core.words import inside

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
    return _("{name} is {status} and never changes; make the change in a new version.").format(
        name=name, status=inside(look_of(status).label)
    )


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
        return _("{name} is already {status}.").format(name=name, status=inside(look_of(status).label))
    if not prices:
        return _("{name} has no prices yet.").format(name=name)
    if person_id in author_ids:
        return _("You worked on this version; a second person publishes it.")
    return " ".join(failing)


def why_not_promote(name: str, status: str, environment: str, to: str, *, there: str = "", draft: str = "") -> str:
    """Why the book cannot be copied to the environment `to`; "" if it can.

    `there` is the status of the same version in that environment, `draft` names the draft of the same code there.
    """
    following = ENVIRONMENTS[ENVIRONMENTS.index(environment) + 1 :][:1]
    if to not in following:
        where = _("goes to {next} next").format(next=following[0]) if following else _("is where it ends up")
        return _("{name} is in {environment} and {where}.").format(name=name, environment=environment, where=where)
    if status != "published":
        return _("{name} is {status}; a published version, reviewed by a second person, is promoted.").format(
            name=name, status=inside(look_of(status).label)
        )
    if there:
        return _("{name} is already in {to} ({there}); promote a later version.").format(name=name, to=to, there=there)
    return _("{draft} is already open as a draft; publish or discard it first.").format(draft=draft) if draft else ""


def why_not_start_version(name: str, status: str, *, draft: str) -> str:
    """Why no new version can be started from this one; "" if it can. `draft` names the one already open."""
    if status == "draft":
        return _("{name} is itself a draft.").format(name=name)
    return _("{draft} is already open as a draft.").format(draft=draft) if draft else ""


def why_not_discard(name: str, status: str) -> str:
    """Why the book cannot be thrown away; "" if it can."""
    return (
        ""
        if status == "draft"
        else _("{name} is {status}; quotes may stand on it.").format(name=name, status=inside(look_of(status).label))
    )


def why_not_retire(name: str, status: str) -> str:
    """Why the book cannot be retired; "" if it can."""
    return (
        ""
        if status == "published"
        else _("{name} is {status}; only a published book is retired.").format(
            name=name, status=inside(look_of(status).label)
        )
    )

"""A CRM's message in our words: what it says of an opportunity, or what is wrong with it. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from crm.rules.mappings import CONSTANT, Terms
from quotes.rules.opportunities import LONGEST, State

CHANGED, WANTED, WON, LOST = TYPES = (
    "opportunity.changed",
    "opportunity.quote_wanted",
    "opportunity.won",
    "opportunity.lost",
)
MISSING = object()
NAMES = {"id": "external_id", "name": "name", "url": "url", "stage": "stage", "owner": "owner"}
MOST = Decimal(10) ** 12
MILLISECONDS = re.compile(r"[0-9]{12,14}")


@dataclass
class Told:
    """What a message says. A name that it does not mention is in no part; one that it empties is None or ""."""

    kind: str
    external_id: str
    values: dict[str, Any] = field(default_factory=dict)
    account: dict[str, str] = field(default_factory=dict)
    package: str = ""
    months: int | None = None
    wanted: bool = False


class Wrong(Exception):
    """Field of the message -> sentence."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


def read(body: Any, terms: Terms) -> Told:
    """The message as this mapping reads it; `Wrong` with everything that is wrong with it."""
    kind, data = envelope(body)
    errors: dict[str, str] = {}
    found: dict[str, Any] = {}
    for key, path in terms.reads.items():
        given = value_at(data, path)
        if given is MISSING:
            continue
        try:
            found[key] = reader_of(key)(given, key)
        except ValueError as error:
            errors[place(path)] = f"{place(path)}: {error}"
    if not errors and not found.get("id"):
        path = place(terms.reads["id"])
        errors[path] = _("{path}: the id of the opportunity is missing.").format(path=path)
    if errors:
        raise Wrong(errors)
    return in_our_words(kind, found, terms)


def envelope(body: Any) -> tuple[str, Mapping[str, Any]]:
    if not isinstance(body, dict):
        raise Wrong({"body": _("body: send an object with type and data.")})
    kind, data = body.get("type"), body.get("data")
    errors = {}
    if kind not in TYPES:
        errors["type"] = _("type: one of {types}.").format(types=", ".join(TYPES))
    if not isinstance(data, dict):
        errors["data"] = _("data: an object with the opportunity’s fields, as the CRM names them.")
    if errors:
        raise Wrong(errors)
    return str(kind), dict(data or {})


def value_at(data: Mapping[str, Any], path: str) -> Any:
    """The constant, or what stands at "Account.Name"; MISSING where nothing does."""
    if path.startswith(CONSTANT):
        return path.removeprefix(CONSTANT)
    if path in data:
        return data[path]
    found: Any = data
    for name in path.split("."):
        if not isinstance(found, dict) or name not in found:
            return MISSING
        found = found[name]
    return found


def place(path: str) -> str:
    return f"data.{path}"


def in_our_words(kind: str, found: Mapping[str, Any], terms: Terms) -> Told:
    values = {name: found[key] for key, name in NAMES.items() if key in found and key != "id"}
    values |= {name: found[name] for name in ("amount", "close_date") if name in found}
    if found.get("currency"):
        values["currency"] = found["currency"]
    stage = found.get("stage", "")
    if state := state_of(kind, stage, terms):
        values["state"] = state
    account = {key: found[key] for key in ("account_id", "domain", "account", "country", "segment") if found.get(key)}
    wanted = kind == WANTED or (kind == CHANGED and stage in terms.wanted)
    return Told(kind, found["id"], values, account, found.get("package", ""), found.get("months"), wanted)


def state_of(kind: str, stage: str, terms: Terms) -> State | None:
    """What the message says outright, else what its stage means; None where it says nothing of it."""
    if kind in (LOST, WON):
        return State.LOST if kind == LOST else State.WON
    if not stage:
        return None
    if stage in terms.lost:
        return State.LOST
    return State.WON if stage in terms.won else State.OPEN


def text(given: Any, key: str) -> str:
    if given is None:
        return ""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise ValueError(_("text is needed."))
    most = LONGEST.get(NAMES.get(key, key), 200)
    words = str(given).strip()
    if len(words) > most:
        raise ValueError(_("at most {most} characters.").format(most=most))
    return words


def amount(given: Any, key: str) -> Decimal | None:
    if given is None or given == "":
        return None
    try:
        if isinstance(given, bool) or not isinstance(given, str | int | Decimal):
            raise InvalidOperation
        found = Decimal(given)
    except InvalidOperation:
        raise ValueError(_("a number, such as 1250.50.")) from None
    if not found.is_finite() or not 0 <= found <= MOST or found != round(found, 3):
        raise ValueError(_("a number from 0 to {most} with at most 3 decimal places.").format(most=f"{MOST:,}"))
    return found


def day(given: Any, key: str) -> date | None:
    """2026-12-31, a moment that begins so, or milliseconds since 1970, as HubSpot writes days."""
    if given is None or given == "":
        return None
    written = str(given)
    if MILLISECONDS.fullmatch(written):
        return datetime.fromtimestamp(int(written) / 1000, UTC).date()
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        raise ValueError(_("a day, such as 2026-12-31.")) from None


def currency(given: Any, key: str) -> str:
    code = text(given, key).upper()
    if code and not re.fullmatch(r"[A-Z]{3}", code):
        raise ValueError(_("three letters, such as USD."))
    return code


def months(given: Any, key: str) -> int | None:
    if given is None or given == "":
        return None
    written = str(given)
    if not re.fullmatch(r"[0-9]{1,3}", written) or not 1 <= int(written) <= 120:
        raise ValueError(_("a whole number of months from 1 to 120."))
    return int(written)


def domain(given: Any, key: str) -> str:
    """ "acme.example" of "https://www.Acme.example/about"."""
    host = re.sub(r"^[a-z]+://", "", text(given, key).lower()).split("/")[0].split(":")[0]
    return host.removeprefix("www.")


Reader = Callable[[Any, str], Any]
READERS: dict[str, Reader] = {
    "amount": amount,
    "close_date": day,
    "currency": currency,
    "months": months,
    "domain": domain,
}


def reader_of(key: str) -> Reader:
    return READERS.get(key, text)

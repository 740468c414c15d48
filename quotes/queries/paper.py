"""Which clauses and which layout hold for a quote, and the versions of each."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from core.formats import day, money
from core.languages import HOUSE, current
from pricing import Terms
from quotes.models import Clause as ClauseRow
from quotes.models import Edition, Layout, QuoteVersion
from quotes.queries.selling import choices, house
from quotes.rules.clauses import Clause, Filled, chosen, due_in, filled, standard, wrong_variables
from quotes.rules.paper import EVERY, wrong_sections
from quotes.rules.selling import Seller

Status = Edition.Status
STANDARD_LAYOUT = "standard"
T = TypeVar("T", bound=Edition)


def filled_clauses(version: QuoteVersion, terms: Terms, seller: Seller, facts: Iterable[str]) -> tuple[Filled, ...]:
    """The clauses of a version with its own values, in the language being written."""
    values = values_of(version, terms, seller)
    return tuple(filled(clause, values) for clause in chosen(clauses_in_force(seller.code), facts))


def clauses_in_force(entity_code: str) -> list[Clause]:
    """The published ones of this entity and of all; the standard ones whose codes nobody has taken over. One query."""
    rows = list(ClauseRow.objects.exclude(status=Status.DRAFT).select_related("entity"))
    taken = {row.code for row in rows}
    published = [
        as_clause(row)
        for row in rows
        if row.status == Status.PUBLISHED and (row.entity is None or row.entity.code == entity_code)
    ]
    return published + [clause for clause in standard() if clause.code not in taken]


def as_clause(row: ClauseRow) -> Clause:
    """In the language being written, or in that of the house where it is not written in it."""
    german = current() == "de" and row.text_de
    return Clause(
        code=row.code,
        title=row.title_de if german and row.title_de else row.title,
        text=row.text_de if german else row.text,
        when=row.when,
        position=row.position,
        version=row.version,
    )


def values_of(version: QuoteVersion, terms: Terms, seller: Seller) -> Mapping[str, str]:
    """What the variables of clauses stand for."""
    customer = version.quote.customer
    months = ngettext("{n} month", "{n} months", version.months).format(n=version.months)
    return {
        "customer": customer.legal_name or customer.name,
        "seller": seller.legal_name or seller.name,
        "number": version.quote.number,
        "version": str(version.number),
        "start": day(version.start),
        "end": day(terms.end - timedelta(days=1)),
        "term": months,
        "currency": version.currency,
        "committed": money(version.committed_total, version.currency),
        "due": due_in(version.payment_days),
        "payment_days": str(version.payment_days),
        "valid_until": day(version.valid_until),
        "zone": version.zone,
    }


def facts_of(terms: Terms, *, metered: bool, options: bool) -> list[str]:
    """What a quote has that some clauses speak of."""
    held = {
        "metered": metered,
        "options": options,
        "credits": bool(terms.credits),
        "commitments": bool(terms.commitments),
    }
    return [name for name, holds in held.items() if holds]


def layout_for(seller: Seller, language: str) -> tuple[str, tuple[str, ...]]:
    """The closest published layout: of this entity before any, of this language before any. One query."""
    rows = Layout.objects.filter(status=Status.PUBLISHED, language__in=["", language]).select_related("entity")
    fitting = [row for row in rows if row.entity is None or row.entity.code == seller.code]
    if not fitting:
        return STANDARD_LAYOUT, EVERY
    closest = max(fitting, key=lambda row: (row.entity is not None, bool(row.language), row.code))
    return f"{closest.code} v{closest.version}", tuple(closest.sections)


CONTENT: dict[type[Edition], tuple[str, ...]] = {
    ClauseRow: ("entity_id", "title", "text", "title_de", "text_de", "when", "position"),
    Layout: ("entity_id", "title", "language", "sections"),
}


def as_content(row: Edition) -> dict[str, Any]:
    """What of a version an edit may change."""
    return {name: getattr(row, name) for name in CONTENT[type(row)]}


def standard_content(model: type[Edition], code: str) -> dict[str, Any] | None:
    """What comes with the product under this code, in both languages."""
    if model is Layout:
        named = {"title": "Standard", "language": "", "sections": list(EVERY), "entity_id": None}
        return named if code == STANDARD_LAYOUT else None
    texts = {}
    for language in ("en", "de"):
        with override(language):
            texts[language] = next((one for one in standard() if one.code == code), None)
    english, german = texts["en"], texts["de"]
    if english is None or german is None:
        return None
    return {
        "entity_id": None,
        "title": english.title,
        "text": english.text,
        "title_de": german.title,
        "text_de": german.text,
        "when": english.when,
        "position": english.position,
    }


def problems_of(row: Edition) -> list[str]:
    """Why a draft cannot be published yet, in sentences."""
    if isinstance(row, Layout):
        return [*wrong_sections(row.sections), *rivals(row)]
    words = " ".join(getattr(row, name) for name in ("title", "text", "title_de", "text_de"))
    return [
        _("{name} stands for nothing; choose one of the variables.").format(name="{" + name + "}")
        for name in wrong_variables(words)
    ]


def rivals(row: Layout) -> Iterator[str]:
    """Another published layout for the same entity and language: nobody could say which one holds."""
    same = Layout.objects.filter(status=Status.PUBLISHED, entity=row.entity_id, language=row.language)
    for other in same.exclude(code=row.code)[:1]:
        yield _("{code} holds for the same entity and language; retire it first.").format(code=other.code)


def editions(model: type[T], code: str) -> list[T]:
    """Every version, the newest first."""
    rows = model.objects.filter(code=code).select_related("published_by", "entity")  # type: ignore[attr-defined]
    return list(rows.order_by("-version"))


class Family(NamedTuple):
    """A clause or layout on the list: what holds now, and whether a draft of what may hold next is open."""

    code: str
    title: str
    status: str  # standard, published, retired or draft
    version: int
    draft: int | None
    shown: Any


def families(model: type[Edition]) -> list[Family]:
    """Every clause or layout; those that are retired last. One query."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in model.objects.select_related("entity").order_by("code", "-version"):  # type: ignore[attr-defined]
        rows[row.code].append(row)
    codes = [STANDARD_LAYOUT] if model is Layout else [clause.code for clause in standard()]
    found = [family(model, code, rows.get(code, [])) for code in {*rows, *codes}]
    return sorted(found, key=lambda one: (one.status == "retired", getattr(one.shown, "position", 0), one.code))


def family(model: type[Edition], code: str, rows: list[Any]) -> Family:
    draft = next((row for row in rows if row.status == Status.DRAFT), None)
    settled = [row for row in rows if row.status != Status.DRAFT]
    shown = next((row for row in settled if row.status == Status.PUBLISHED), None) or next(iter(settled), None)
    number = draft.version if draft else None
    if shown:
        return Family(code, shown.title, str(shown.status), shown.version, number, shown)
    if content := standard_content(model, code):
        return Family(code, content["title"], "standard", 0, number, model(code=code, version=0, **content))
    if draft is None:
        raise LookupError(code)
    return Family(code, draft.title, "draft", draft.version, number, draft)


def sample_values() -> dict[str, str]:
    """What the variables stand for in a preview."""
    return {
        "customer": "Hartwell Legal LLP",
        "seller": house().name,
        "number": "Q-2026-0042",
        "version": "2",
        "start": day(date(2027, 1, 1)),
        "end": day(date(2027, 12, 31)),
        "term": ngettext("{n} month", "{n} months", 12).format(n=12),
        "currency": "USD",
        "committed": money(54000, "USD"),
        "due": due_in(30),
        "payment_days": "30",
        "valid_until": day(date(2026, 12, 31)),
        "zone": "America/Los_Angeles",
    }


def previews(row: ClauseRow) -> list[tuple[str, Filled]]:
    """The clause as a customer reads it, in each language."""
    found = []
    for language, name in settings.LANGUAGES:
        with override(language):
            found.append((name, filled(as_clause(row), sample_values())))
    return found


def preview_snapshot(row: ClauseRow | Layout) -> str:
    """The newest frozen version with this draft in it; "" where nothing was ever submitted."""
    newest = QuoteVersion.objects.exclude(snapshot="").order_by("-submitted_at").select_related("quote").first()
    if newest is None:
        return ""
    data = json.loads(newest.snapshot)
    if isinstance(row, Layout):
        data["layout"] = {"name": str(row), "sections": row.sections}
    else:
        with override(data.get("language", HOUSE)):
            mine = filled(as_clause(row), sample_values() | known_values(data))
        data["clauses"] = [one for one in data["clauses"] if one.get("code") != row.code] + [mine._asdict()]
    return json.dumps(data, sort_keys=True)


def known_values(data: Mapping[str, Any]) -> dict[str, str]:
    """Those values that a snapshot says itself."""
    customer, seller = data["customer"], data["seller"]
    return {
        "customer": customer.get("legal_name") or customer["name"],
        "seller": seller.get("legal_name") or seller["name"],
        "number": data["quote"],
        "version": str(data["version"]),
        "start": day(data["start"]),
        "end": day(data["end"]),
        "currency": data["currency"],
        "committed": money(data["totals"]["committed"], data["currency"]),
        "due": due_in(data["payment_days"]),
        "payment_days": str(data["payment_days"]),
        "valid_until": day(data["valid_until"]),
        "zone": data["zone"],
    }


def entity_choices() -> list[tuple[str, str]]:
    return [("", _("every selling entity")), *choices()]

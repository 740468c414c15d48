"""The life of a clause or a layout: a draft, its publication by a second person, its retirement."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, Invalid, refuse
from core.models import User
from core.turns import take_turn
from quotes.models import Edition
from quotes.queries.paper import as_content, problems_of, standard_content
from quotes.rules import paper_life

Status = Edition.Status
T = TypeVar("T", bound=Edition)


@transaction.atomic
def start(model: type[T], code: str, *, by: User, at: datetime, content: dict[str, Any] | None = None) -> T:
    """The next version as a draft, like the one in force; or something new with this content."""
    take_turn(f"{model.__name__} {code}")
    versions = list(model.objects.select_for_update().filter(code=code).order_by("-version"))  # type: ignore[attr-defined]
    draft = next((one.version for one in versions if one.status == Status.DRAFT), None)
    refuse(paper_life.why_not_start(code, draft, by=by))
    base = as_content(versions[0]) if versions else standard_content(model, code)
    if base is None and content is None:
        raise Invalid({"code": _("There is nothing called {code}.").format(code=code)})
    number = (versions[0].version if versions else 0) + 1
    row: T = model.objects.create(  # type: ignore[attr-defined]
        code=code, version=number, author_ids=[by.pk], created_at=at, **{**(base or {}), **(content or {})}
    )
    record(by, "start", row, at=at)
    return row


@transaction.atomic
def edit(row: T, *, by: User, at: datetime, edit_number: int, **content: Any) -> T:
    """Change the draft; Conflict when somebody changed it since it was looked at."""
    refuse(paper_life.why_not_edit(row.status, by=by))
    mine = {"edit_number": edit_number + 1, "author_ids": sorted({*row.author_ids, by.pk})}
    same = type(row).objects.filter(pk=row.pk, status=Status.DRAFT, edit_number=edit_number)  # type: ignore[attr-defined]
    before = as_content(row)
    if same.update(**content, **mine) != 1:
        raise Conflict(_("Somebody else changed this draft meanwhile. Nothing was overwritten; look at it again."))
    row.refresh_from_db()
    moved = {name: [str(before[name]), str(value)] for name, value in content.items() if before[name] != value}
    record(by, "edit", row, at=at, changes=moved)
    return row


@transaction.atomic
def publish(row: T, *, by: User, at: datetime) -> T:
    """Put the draft in force for what is submitted from now on; the version before it is retired."""
    rows = type(row).objects  # type: ignore[attr-defined]
    fresh: T = rows.select_for_update().get(pk=row.pk)
    refuse(paper_life.why_not_publish(fresh.status, by=by, author_ids=fresh.author_ids, problems=problems_of(fresh)))
    rows.filter(code=fresh.code, status=Status.PUBLISHED).update(status=Status.RETIRED)
    fresh.status, fresh.published_at, fresh.published_by = Status.PUBLISHED, at, by
    fresh.save(update_fields=["status", "published_at", "published_by"])
    record(by, "publish", fresh, at=at)
    return fresh


@transaction.atomic
def retire(model: type[T], code: str, *, by: User, at: datetime) -> None:
    """Say it no more. What comes with the product is retired by name: its retired version says who did it."""
    take_turn(f"{model.__name__} {code}")
    rows = model.objects.select_for_update().filter(code=code)  # type: ignore[attr-defined]
    row = rows.exclude(status=Status.DRAFT).order_by("-version").first()
    standard = standard_content(model, code)
    refuse(paper_life.why_not_retire(row.status if row else "standard" if standard else "unknown", by=by))
    if row is None:
        row = model.objects.create(  # type: ignore[attr-defined]
            code=code,
            version=1,
            created_at=at,
            status=Status.RETIRED,
            published_at=at,
            published_by=by,
            **(standard or {}),
        )
    type(row).objects.filter(pk=row.pk).update(status=Status.RETIRED)
    record(by, "retire", row, at=at)


@transaction.atomic
def discard(row: T, *, by: User, at: datetime) -> None:
    """Throw a draft away."""
    refuse(paper_life.why_not_edit(row.status, by=by))
    drafts = type(row).objects.filter(pk=row.pk, status=Status.DRAFT)  # type: ignore[attr-defined]
    if drafts.delete()[0] != 1:
        raise Conflict(_("Somebody was faster: this is no longer a draft."))
    record(by, "discard", row, at=at)


def record(by: User, verb: str, row: Edition, *, at: datetime, **data: Any) -> None:
    kind = type(row).__name__.lower()
    audit.record(by, f"{verb}_{kind}", f"{kind}:{row.code}", at=at, data={"version": row.version, **data})

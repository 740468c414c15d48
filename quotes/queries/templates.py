from dataclasses import dataclass
from datetime import datetime

from core.models import User
from quotes.models import Template
from quotes.rules.patterns import lines_of


@dataclass(frozen=True)
class TemplateRow:
    pk: int
    name: str
    title: str
    source: str
    lines: int
    months: int
    currency: str
    made_by: str
    made_at: datetime
    removable: bool


def template_rows(user: User) -> list[TemplateRow]:
    """All templates by name."""
    return [
        TemplateRow(
            pk=one.pk,
            name=one.name,
            title=one.pattern["title"],
            source=one.source,
            lines=len(lines_of(one.pattern)),
            months=one.pattern["months"],
            currency=one.pattern["currency"],
            made_by=one.made_by.full_name,
            made_at=one.made_at,
            removable=one.made_by_id == user.pk,
        )
        for one in Template.objects.select_related("made_by").order_by("name")
    ]

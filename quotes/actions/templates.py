"""Keeping what a quote offers under a name."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Forbidden, Invalid
from core.models import User
from core.roles import Permission, may
from quotes.models import QuoteVersion, Template
from quotes.queries.patterns import pattern_of
from quotes.rules.patterns import lines_of


def save_template(version: QuoteVersion, *, name: str, by: User, at: datetime) -> Template:
    """Keep the version's lines and terms for everybody who sells."""
    if not may(by, Permission.EDIT_QUOTES):
        raise Forbidden(_("Saving a template takes the role sales."))
    wanted = name.strip()[:80]
    if not wanted:
        raise Invalid({"name": _("A template needs a name.")})
    pattern = pattern_of(version)
    if not lines_of(pattern):
        raise Invalid({"name": _("This quote has no lines yet; a template of it would be empty.")})
    source = f"{version.quote.number} v{version.number}"
    try:
        with transaction.atomic():
            template = Template.objects.create(name=wanted, pattern=pattern, source=source, made_by=by, made_at=at)
            audit.record(by, "save_template", f"template:{template.pk}", at=at, data={"name": wanted, "of": source})
    except IntegrityError:
        text = _("There is a template {name} already; choose another name.")
        raise Invalid({"name": text.format(name=wanted)}) from None
    return template


@transaction.atomic
def remove_template(template: Template, *, by: User, at: datetime) -> None:
    """Quotes started from it stay as they are."""
    if template.made_by_id != by.pk:
        raise Forbidden(_("A template is removed by whoever saved it: {name}.").format(name=template.made_by.full_name))
    audit.record(by, "remove_template", f"template:{template.pk}", at=at, data={"name": template.name})
    template.delete()

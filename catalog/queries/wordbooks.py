"""What the catalog's texts are in other languages."""

from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from catalog.models import Wordbook
from core.data_words import Words
from core.languages import HOUSE


def words_in(language: str) -> Words:
    """The wordbook of the language being written, with the unit of prices that name none; one query."""
    found = Wordbook.objects.filter(language=language).first()
    said = {"unit": _("unit"), "units": _("units")}
    return Words(found.changed_at.isoformat(), {**said, **found.words}) if found else Words("", said)


def languages() -> list[tuple[str, str]]:
    """(code, name for the reader) of the languages that the catalog can be read in, beside the one it is written in."""
    codes = [code for code, _name in settings.LANGUAGES if code != HOUSE]
    return [(code, get_language_info(code)["name_translated"]) for code in codes]

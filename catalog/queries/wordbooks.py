"""What the catalog's texts are in other languages."""

from django.conf import settings
from django.utils.translation import get_language_info

from catalog.models import Wordbook
from core.data_words import NO_WORDS, Words
from core.languages import HOUSE


def words_in(language: str) -> Words:
    """The wordbook of a language; one query."""
    found = Wordbook.objects.filter(language=language).first()
    return Words(found.changed_at.isoformat(), found.words) if found else NO_WORDS


def languages() -> list[tuple[str, str]]:
    """(code, name for the reader) of the languages that the catalog can be read in, beside the one it is written in."""
    codes = [code for code, _name in settings.LANGUAGES if code != HOUSE]
    return [(code, get_language_info(code)["name_translated"]) for code in codes]

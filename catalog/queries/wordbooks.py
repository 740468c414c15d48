"""What the catalog's texts are in other languages."""

from django.conf import settings

from catalog.models import Wordbook
from core.data_words import NO_WORDS, Words
from core.languages import HOUSE


def words_in(language: str) -> Words:
    """The wordbook of a language; one query."""
    found = Wordbook.objects.filter(language=language).first()
    return Words(found.changed_at.isoformat(), found.words) if found else NO_WORDS


def languages() -> list[tuple[str, str]]:
    """(code, name) of the languages that the catalog can be read in, but for the one it is written in."""
    return [(code, name) for code, name in settings.LANGUAGES if code != HOUSE]

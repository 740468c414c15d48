"""What the catalog's texts are in other languages."""

from catalog.models import Wordbook
from core.data_words import NO_WORDS, Words


def words_in(language: str) -> Words:
    """The wordbook of a language; one query."""
    found = Wordbook.objects.filter(language=language).first()
    return Words(found.changed_at.isoformat(), found.words) if found else NO_WORDS

"""Catalogs of words: every string of pages and code that is marked for translation, and what it is in each language.

The sources are `locale/<language>/LC_MESSAGES/django.po`. What Django reads is compiled from them into var/locale, at
start and whenever a source changed, so that no generated file is kept and no system tool is needed.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

SOURCES = Path(settings.BASE_DIR) / "locale"
COMPILED = Path(settings.LOCALE_PATHS[0])
INSIDE = Path("LC_MESSAGES")
# The functions that mark a string, and which of their arguments are its words; (n, "c") is a context.
MARKS: dict[str, Any] = {
    **dict.fromkeys(("_", "_lazy", "lazily", "gettext", "gettext_lazy", "gettext_noop", "noop"), (1,)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy", "lazily_in"), ((1, "c"), 2)),
    "npgettext": ((1, "c"), 2, 3),
}
# Fixed, without a date: catalogs of two branches differ only where their words do.
HEAD = """\
# The words of Quantile in another language. `make messages` keeps the entries in step with pages and code.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def compile_catalogs() -> None:
    """Bring var/locale up to date; a source that did not change since costs one look at its time."""
    for language in languages():
        source, target = source_of(language), COMPILED / language / INSIDE / "django.mo"
        stamp = source.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns == stamp:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        # Several processes start at once: each puts a whole file in place.
        draft = target.with_name(f"{secrets.token_hex(4)}.mo")
        with draft.open("wb") as file:
            write_mo(file, read(source))
        os.utime(draft, ns=(stamp, stamp))
        draft.replace(target)


def languages() -> list[str]:
    return sorted(path.name for path in SOURCES.iterdir() if source_of(path.name).exists())


def source_of(language: str) -> Path:
    return SOURCES / language / INSIDE / "django.po"


def read(source: Path) -> Catalog:
    with source.open("rb") as file:
        return read_po(file, source.parent.parent.name, ignore_obsolete=True)


def update(language: str) -> tuple[int, int]:
    """Bring a catalog in step with what is marked; how many entries it has, and how many of them wait for words."""
    source = source_of(language)
    kept, catalog = read(source), Catalog(language)
    for entry in marked():
        old = kept.get(entry.id, entry.context)
        words = old.string if old is not None and old.pluralizable == entry.pluralizable else None
        catalog.add(entry.id, words or None, context=entry.context, flags=old.flags & {"fuzzy"} if old else ())
    text = BytesIO()
    write_po(text, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    source.write_text(HEAD + text.getvalue().decode(), encoding="utf-8")
    return len(catalog), len(waiting(catalog))


def waiting(catalog: Catalog) -> list[Message]:
    """The entries without words, or with words that somebody must look at."""
    return [entry for entry in catalog if entry.id and (entry.fuzzy or not all(words_of(entry)))]


def words_of(entry: Message) -> tuple[str, ...]:
    return tuple(entry.string) if isinstance(entry.string, (tuple, list)) else (entry.string or "",)


def marked() -> Iterable[Message]:
    """Every string that is marked in a page or in code, once."""
    found: dict[Any, Message] = {}
    for path in sources():
        for entry in strings_in(path):
            found.setdefault((entry.id, entry.context), entry)
    return found.values()


def sources() -> Iterator[Path]:
    base = Path(settings.BASE_DIR)
    yield from sorted((base / "templates").rglob("*.html"))
    for app in settings.INSTALLED_APPS:
        if (base / app).is_dir():
            yield from sorted(path for path in (base / app).rglob("*.py") if path.parent.name != "migrations")


def strings_in(path: Path) -> Iterator[Message]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        # Brackets, because what is between the marks of a page is not indented like code.
        text = f"({templatize(text, origin=str(path))}\n)"
    elif "gettext" not in text and "lazily" not in text:
        return
    file: IO[bytes] = BytesIO(text.encode())
    for _, function, words, _ in extract_python(file, MARKS, (), {}):
        given = [str(text) for text in (words if isinstance(words, tuple) else (words,)) if text]
        if function in MARKS and len(given) == len(MARKS[function]):
            yield message(MARKS[function], given)


def message(mark: tuple[Any, ...], words: list[str]) -> Message:
    context = words.pop(0) if isinstance(mark[0], tuple) else None
    return Message(words[0] if len(words) == 1 else tuple(words), context=context)

"""Names that people gave to what is sold, in the reader's language where somebody wrote them down.

What is stored, hashed and agreed has one text. The room that keeps such words (`settings.DATA_WORDS`) says what it is
in another language; that is looked up where text is shown, as `gettext` does for the words of code.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from core.languages import HOUSE, current


class Words(NamedTuple):
    """The words of one language; another revision says that they changed."""

    revision: str
    said: Mapping[str, str]


NO_WORDS = Words("", {})
read: ContextVar[dict[str, Words] | None] = ContextVar("data_words", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """The words of a language are read at most once inside: in a request, for a document."""
    token = None if read.get() is not None else read.set({})
    try:
        yield
    finally:
        if token is not None:
            read.reset(token)


def told(text: str) -> str:
    """The text in the language being written; as it is where nobody wrote it down."""
    return words().said.get(text, text) if text else text


def told_parts(label: str) -> str:
    """A label of several names, "Model tokens · sonnet", each in the language being written."""
    return " · ".join(map(told, label.split(" · ")))


def revision() -> str:
    """Another one when words changed; for whoever remembers what was told."""
    return words().revision


def words() -> Words:
    language, known = current(), read.get()
    if language == HOUSE:
        return NO_WORDS
    if known is not None and language in known:
        return known[language]
    found: Words = import_string(settings.DATA_WORDS)(language)
    if known is not None:
        known[language] = found
    return found


class DataWordsMiddleware:
    """Words are read once for a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with read_once():
            return self.get_response(request)

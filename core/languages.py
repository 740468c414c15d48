"""The languages of people: which ones there are, who reads in which, and how each writes numbers and days."""

from collections.abc import Callable
from typing import NamedTuple, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

HOUSE = "en"
"""What is stored, and what programs read, is written in the language of the house."""


class Writing(NamedTuple):
    """How a language writes numbers and days."""

    point: str
    group: str
    money: str
    day: str  # as Django's date format
    full_day: str
    moment: str
    month: str
    day_of_year: str
    units: tuple[tuple[str, int], ...]  # for a glance, the largest first


WRITINGS = {
    "en": Writing(
        ".",
        ",",
        "{sign}{currency} {amount}",
        "j M Y",
        "j F Y",
        "j M Y, H:i",
        "M Y",
        "j M",
        (("T", 10**12), ("B", 10**9), ("M", 10**6), ("k", 10**3)),
    ),
    "de": Writing(
        ",",
        ".",
        "{sign}{amount} {currency}",
        "d.m.Y",
        "j. F Y",
        "d.m.Y, H:i",
        "M Y",
        "j. M",
        ((" Bio.", 10**12), (" Mrd.", 10**9), (" Mio.", 10**6), (" Tsd.", 10**3)),
    ),
}


def current() -> str:
    """The language being written right now."""
    return (translation.get_language() or HOUSE).partition("-")[0]


def writing() -> Writing:
    return WRITINGS.get(current(), WRITINGS[HOUSE])


def lazily(text: str) -> str:
    """Words that are chosen when they are shown, for tables, labels and choices that a module keeps. Not for `join`."""
    return cast(str, translation.gettext_lazy(text))


def lazily_in(context: str, text: str) -> str:
    """The same for words that mean different things in different places."""
    return cast(str, translation.pgettext_lazy(context, text))


def known(language: object) -> str:
    """The language if pages can be had in it, else ""."""
    return str(language) if language in dict(settings.LANGUAGES) else ""


def in_house() -> translation.override:
    """`with in_house():` or `@in_house()`: what happens inside is written in the language of the house."""
    return translation.override(HOUSE)


def chosen(request: HttpRequest) -> str:
    """The language that this browser was told to keep; "" for none."""
    return known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))


class LanguageMiddleware:
    """Answers in the person's language, else in what this browser chose or asks for; programs get the house's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(self.language(request)):
            response = self.get_response(request)
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", current())
        return response

    def language(self, request: HttpRequest) -> str:
        if request.path.startswith("/api/"):
            return HOUSE
        mine = getattr(getattr(request, "user", None), "language", "")
        # Django's own way for the rest: the cookie, then Accept-Language.
        return known(mine) or translation.get_language_from_request(request)

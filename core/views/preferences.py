"""What a person chooses for themselves: light or dark, kept in a cookie so that no page flashes, and the language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from core.context import THEME_COOKIE, THEMES
from core.languages import known

A_YEAR = 365 * 24 * 3600


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme and go back to the page it was chosen on."""
    response = back(request)
    theme = request.POST.get("theme", "")
    return keep(request, response, THEME_COOKIE, theme) if theme in THEMES else response


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language, with the person if there is one, and go back to the page it was chosen on."""
    response = back(request)
    language = known(request.POST.get("language"))
    if not language:
        return response
    if request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])
    return keep(request, response, settings.LANGUAGE_COOKIE_NAME, language)


def back(request: HttpRequest) -> HttpResponse:
    """To the page a choice was made on; never to another host."""
    url = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
        url = "/"
    return HttpResponse(status=303, headers={"Location": url})


def keep(request: HttpRequest, response: HttpResponse, cookie: str, value: str) -> HttpResponse:
    response.set_cookie(cookie, value, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    return response

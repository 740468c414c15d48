"""What every page knows: the theme of the browser, the language, the person's roles and the areas open to them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from core.languages import current
from core.navigation import navigation
from core.roles import ROLE_NAMES
from core.script_words import script_words

THEME_COOKIE = "theme"
THEMES = ("system", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    roles = getattr(getattr(request, "user", None), "roles", [])
    return {
        "theme": theme_of(request),
        "themes": (
            ("system", "system", _("Follow the system")),
            ("light", "sun", _("Light")),
            ("dark", "moon", _("Dark")),
        ),
        "language": current(),
        "languages": settings.LANGUAGES,
        "script_words": script_words(),
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "role_names": [ROLE_NAMES.get(role, role) for role in roles],
    }


def theme_of(request: HttpRequest) -> str:
    theme = request.COOKIES.get(THEME_COOKIE, "system")
    return theme if theme in THEMES else "system"

"""The second step of signing in, as one of Django's backends: django-axes counts wrong codes like wrong passwords."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils.timezone import now

from core.models import User
from core.second_factor import accepts


class CodeBackend(ModelBackend):
    """Takes a name whose first step is done (`core.sign_in.waiting`) and a code; never a name and a password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        token: str | None = None,
        **_: Any,
    ) -> User | None:
        if not username or token is None:
            return None
        person = User.objects.filter(username=username, is_active=True).first()
        return person if person and accepts(person, token, at=now()) else None

"""The description of the API, and the page that shows it: open to whoever wants to build on it."""

import json
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from core.languages import HOUSE


@csrf_exempt
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1."""
    return HttpResponse(described(), content_type="application/json")


@csrf_exempt
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation with its examples, to read and to try out; all of it from this server."""
    return render(request, "cpq/api_reference.html", {"csrf": get_token(request)})


@lru_cache(maxsize=1)
def described() -> str:
    """The description as stored in docs/api/openapi.json; it changes with the code alone."""
    with translation.override(HOUSE):
        found = SchemaGenerator(urlconf="cpq.urls").get_schema(request=None, public=True)
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"

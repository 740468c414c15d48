"""Answers: a whole page, or the parts of the same template that htmx asked for."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    part: str | None = None,
    oob: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """The page; or, for htmx, only the named `part` followed by the out-of-band parts.

    Parts are `{% partialdef name %}` blocks of the same template, so page and part cannot differ. Out-of-band
    parts are rendered with `oob` true in their context: `{% if oob %}hx-swap-oob="true"{% endif %}`.
    """
    if part is None or not is_partial(request):
        return HttpResponse(render_to_string(template, dict(context), request), status=status)
    html = [render_to_string(f"{template}#{part}", dict(context), request)]
    html += [render_to_string(f"{template}#{name}", {**context, "oob": True}, request) for name in oob]
    return HttpResponse("".join(html), status=status)


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page (a boosted link wants the page)."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted


def see_other(request: HttpRequest, url: str) -> HttpResponse:
    """After a write, go and read `url`: 303 in a plain browser, a full navigation under htmx."""
    if is_partial(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponse(status=303, headers={"Location": url})


def toast(response: HttpResponse, text: str, *, level: str = "info") -> HttpResponse:
    """Have the page announce `text`; levels are info, success, warning and error."""
    response.headers["HX-Trigger"] = json.dumps({"toast": {"level": level, "text": text}})
    return response

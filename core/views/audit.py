from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core import audit
from core.access import person
from core.http import render_page
from core.masking import masked
from core.roles import Permission, may

PAGE = 50


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Everything that was changed, newest first, narrowed by the filters in the address."""
    user = person(request, Permission.SEE_AUDIT)
    filters = {name: request.GET.get(name, "").strip() for name in ("subject", "by", "verb")}
    page = Paginator(audit.newest(**filters), PAGE).get_page(request.GET.get("page"))
    if not may(user, Permission.SEE_MARGIN):
        for entry in page.object_list:
            entry.data = masked(entry.data)
    context = {"filters": filters, "page": page, "verbs": audit.verbs(), "filtered": any(filters.values())}
    return render_page(request, "core/audit.html", context)

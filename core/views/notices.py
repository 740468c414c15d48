"""What a person was told, and how they want to be told."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import notices as telling
from core.access import person
from core.errors import Invalid
from core.events import Event, events_of, way_for, ways_of
from core.http import render_page, see_other
from core.models import Notice, User

MOST = 100


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The newest, those first that were not read."""
    user = person(request)
    mine = Notice.objects.filter(person=user)
    unread = list(mine.filter(read_at=None).order_by("-at", "-pk")[:MOST])
    done = list(mine.filter(read_at__isnull=False).order_by("-at", "-pk")[:MOST])
    context = {"unread": unread, "done": done, "most": MOST, "days": telling.KEPT.days}
    return render_page(request, "core/notices.html", context)


@require_POST
def reading(request: HttpRequest) -> HttpResponse:
    """All of them are read."""
    telling.read(person(request), at=now())
    return see_other(request, reverse("core:notices"))


@require_POST
def reading_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One is read: on to what it is about."""
    user = person(request)
    notice = get_object_or_404(Notice, person=user, pk=pk)
    telling.read(user, pk=notice.pk, at=now())
    return see_other(request, notice.path or reverse("core:notices"))


@require_http_methods(["GET", "HEAD", "POST"])
def ways(request: HttpRequest) -> HttpResponse:
    """For each event that may concern this person, the way."""
    user = person(request)
    events, errors, saved = events_of(user), {}, request.GET.get("saved") == "1"
    if request.method == "POST":
        try:
            telling.choose(user, {name: request.POST[name] for name in events if name in request.POST}, at=now())
        except Invalid as problem:
            errors = problem.errors
        else:
            return see_other(request, f"{reverse('core:notice_ways')}?saved=1")
    rows = [row(user, name, event, errors.get(name, "")) for name, event in events.items()]
    context = {"rows": rows, "saved": saved, "email": user.email}
    return render_page(request, "core/account/notices.html", context, status=422 if errors else 200)


def row(user: User, name: str, event: Event, error: str) -> dict[str, object]:
    return {
        "name": name,
        "label": event.label,
        "about": event.about,
        "must": event.must,
        "way": way_for(user, name).value,
        "ways": ways_of(event),
        "error": error,
    }

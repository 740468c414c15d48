"""The people who may come in: invited, given roles, helped back in by an administrator."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import audit, second_factor
from core import people as actions
from core.access import person
from core.account_forms import InvitationForm, PersonForm
from core.errors import Invalid
from core.forms import mark
from core.http import render_page, see_other
from core.models import User
from core.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and a form to invite one more."""
    admin = person(request, Permission.MANAGE_PEOPLE)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.invite(**form.cleaned_data, by=admin, at=now())
            return see_other(request, reverse("core:person", args=[made.username]))
        except Invalid as problem:
            mark(form, problem)
    apps = set(TOTPDevice.objects.filter(confirmed=True).values_list("user_id", flat=True))
    rows = [{"person": found, "has_app": found.pk in apps} for found in User.objects.order_by("-is_active", "username")]
    context = {"form": form, "rows": rows}
    return render_page(request, "core/people.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, username: str) -> HttpResponse:
    """One person: name, roles, how they sign in, and what was done to the account."""
    admin, found = managed(request, username)
    form = PersonForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(found, **form.cleaned_data, by=admin, at=now())
            return see_other(request, reverse("core:person", args=[username]))
        except Invalid as problem:
            mark(form, problem)
    context = {
        "found": found,
        "form": form,
        "has_app": second_factor.device_of(found) is not None,
        "identity": getattr(found, "identity", None),
        "why_not": actions.why_not_manage(found, by=admin),
        "link": actions.link_to_hand_on(found, at=now()),
        "history": list(audit.history(actions.subject(found)))[-20:][::-1],
    }
    return render_page(request, "core/person.html", context, status=422 if form.errors else 200)


@require_POST
def password_link(request: HttpRequest, username: str) -> HttpResponse:
    return done(request, username, actions.send_password_link)


@require_POST
def second_factor_reset(request: HttpRequest, username: str) -> HttpResponse:
    return done(request, username, actions.reset_second_factor)


@require_POST
def identity_removal(request: HttpRequest, username: str) -> HttpResponse:
    return done(request, username, actions.forget_identity)


def done(request: HttpRequest, username: str, act: Callable[..., None]) -> HttpResponse:
    admin, found = managed(request, username)
    act(found, by=admin, at=now())
    return see_other(request, reverse("core:person", args=[username]))


def managed(request: HttpRequest, username: str) -> tuple[User, User]:
    admin = person(request, Permission.MANAGE_PEOPLE)
    return admin, get_object_or_404(User.objects.select_related("identity"), username=username)

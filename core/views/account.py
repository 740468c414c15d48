"""One's own account: password, second factor, recovery codes."""

from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import FormView

from core import limits, passwords, second_factor
from core.access import has_second_factor, signed_in
from core.account_forms import ChangePasswordForm, ForgottenForm, PasswordForm, SetUpForm
from core.errors import Invalid
from core.http import render_page, see_other
from core.models import User
from core.sign_in import SECOND_FACTOR


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """How whoever asks signs in, and where to change it."""
    return show(request, signed_in(request))


class NewPassword(FormView):
    """What both ways to a new password have in common: it is written down and its owner told."""

    @transaction.atomic
    def form_valid(self, form):
        response = super().form_valid(form)
        passwords.password_changed(form.user, at=now())
        return response

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ChangePassword(NewPassword, PasswordChangeView):
    """The old password and a new one; every other session ends by itself."""

    template_name = "core/account/password.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("core:account")

    def dispatch(self, request, *args, **kwargs):
        signed_in(request)
        return super().dispatch(request, *args, **kwargs)


@require_http_methods(["GET", "HEAD", "POST"])
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whether somebody has this address or not."""
    form = ForgottenForm(request.POST or None)
    done = request.method == "POST" and form.is_valid()
    if done:
        limits.spend("forgotten", limits.caller(request), most=10, per=passwords.HOUR, at=now())
        passwords.forgotten(form.cleaned_data["email"], at=now())
    context = {"form": form, "done": done}
    return render_page(request, "core/account/forgotten.html", context, status=422 if form.errors else 200)


class PasswordLink(NewPassword, PasswordResetConfirmView):
    """A new password through a link; the token leaves the address before the form is shown."""

    template_name = "core/account/new_password.html"
    success_url = reverse_lazy("core:login")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """The QR code, and the first code of the app; then the recovery codes, once."""
    user = signed_in(request)
    if second_factor.device_of(user):
        return redirect("core:account")
    form = SetUpForm(request.POST or None, person=user)
    if request.method == "POST" and form.is_valid():
        try:
            key = request.session.session_key
            codes = second_factor.turn_on(user, form.cleaned_data["code"], session_key=key, at=now())
            request.session[SECOND_FACTOR] = True
            return render_page(request, "core/account/recovery.html", {"codes": codes, "first": True})
        except Invalid as problem:
            form.add_error("code", problem.errors["code"])
    device = second_factor.new_device(user)
    context = {
        "form": form,
        "picture": second_factor.picture(device),
        "secret": second_factor.secret_text(device),
        "required": second_factor.is_required(user),
    }
    return render_page(request, "core/account/set_up.html", context, status=422 if form.errors else 200)


@require_POST
def turn_off_second_factor(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = PasswordForm(request.POST, person=user)
    if second_factor.is_required(user) or not form.is_valid():
        return show(request, user, form=form, status=422)
    second_factor.turn_off(user, by=user, at=now())
    request.session.pop(SECOND_FACTOR, None)
    return see_other(request, reverse("core:account"))


@never_cache
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new ones, shown once, in place of the old."""
    user = signed_in(request)
    form = PasswordForm(request.POST, person=user)
    if second_factor.device_of(user) is None or not form.is_valid():
        return show(request, user, form=form, status=422)
    codes = second_factor.renew_codes(user, at=now())
    return render_page(request, "core/account/recovery.html", {"codes": codes, "first": False})


def show(request: HttpRequest, user: User, *, form: PasswordForm | None = None, status: int = 200) -> HttpResponse:
    context = {
        "device": second_factor.device_of(user),
        "codes_left": second_factor.codes_left(user),
        "required": second_factor.is_required(user),
        "strong": has_second_factor(request),
        "has_password": user.has_usable_password(),
        "form": form or PasswordForm(person=user),
    }
    return render_page(request, "core/account/account.html", context, status=status)

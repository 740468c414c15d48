"""Selling entities: the list, one with its brand, its logo."""

import base64
from collections.abc import Callable
from typing import Any

from django.forms import BaseForm, model_to_dict
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Invalid
from core.forms import mark
from core.http import render_page, see_other
from quotes import access
from quotes.actions import selling as actions
from quotes.forms.selling import LogoForm, NewSellerForm, SellerForm
from quotes.models import SellingEntity
from quotes.queries.selling import entities, logo_bytes
from quotes.rules.selling import why_not_edit_seller
from quotes.views.edits import seen


@require_safe
def sellers(request: HttpRequest) -> HttpResponse:
    """Who sells, and from which price books."""
    user = access.documents(request)
    context = {"sellers": list(entities()), "why_not_edit": why_not_edit_seller(by=user)}
    return render_page(request, "quotes/documents/sellers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add an entity, then show it."""
    user = access.documents(request)
    form = NewSellerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = attempt(form, lambda: actions.add_entity(by=user, at=now(), **form.cleaned_data))
        if made:
            return see_other(request, address(made))
    context = {"form": form, "seller": None, "why_not_edit": why_not_edit_seller(by=user)}
    return render_page(
        request, "quotes/documents/seller.html", context, part="seller-form", status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def seller(request: HttpRequest, code: str) -> HttpResponse:
    """An entity; POST changes it for what is submitted from now on."""
    user, entity = access.selling_entity(request, code)
    if request.method != "POST":
        return show(request, user, entity)
    form = SellerForm(request.POST)
    number = seen(request)
    if form.is_valid() and attempt(
        form,
        lambda: actions.change_entity(entity, by=user, at=now(), edit_number=number, **form.cleaned_data),
    ):
        return see_other(request, address(entity))
    return show(request, user, entity, form=form, part="seller-form", status=422)


@require_POST
def logo(request: HttpRequest, code: str) -> HttpResponse:
    """Take a picture as the logo; none removes it."""
    user, entity = access.selling_entity(request, code)
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid() and attempt(
        form, lambda: actions.set_logo(entity, form.cleaned_data["logo"], by=user, at=now())
    ):
        return see_other(request, address(entity))
    return show(request, user, entity, logo_form=form, part="logo-form", status=422)


def show(
    request: HttpRequest,
    user: Any,
    entity: SellingEntity,
    *,
    form: SellerForm | None = None,
    logo_form: LogoForm | None = None,
    part: str | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "seller": entity,
        "form": form or SellerForm(initial=model_to_dict(entity)),
        "logo_form": logo_form or LogoForm(),
        "logo": picture(entity),
        "why_not_edit": why_not_edit_seller(by=user),
    }
    return render_page(request, "quotes/documents/seller.html", context, part=part, status=status)


def picture(entity: SellingEntity) -> str:
    """The logo within the page: nothing else can ask for it."""
    png = logo_bytes(entity.logo_id or "")
    return f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else ""


def attempt(form: BaseForm, action: Callable[[], SellingEntity]) -> SellingEntity | None:
    """What the action gives; None, with its messages on the form, when it finds the input wrong."""
    try:
        return action()
    except Invalid as problem:
        mark(form, problem)
        return None


def address(entity: SellingEntity) -> str:
    return reverse("quotes:seller", args=[entity.code])

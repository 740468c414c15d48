"""Around a decision: hand it on, ask others, ask the seller, name a stand-in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Invalid, Problem
from core.http import render_page, see_other
from quotes import access
from quotes.actions import desk
from quotes.forms.deciding import ColleagueForm, DelegationForm
from quotes.models import Delegation, Question, QuoteVersion
from quotes.queries.acting import delegations_of
from quotes.queries.deciders import colleagues, deciding_colleagues
from quotes.rules.validity import today
from quotes.views.version_page import show_version


@require_POST
def reassignment(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Give my part of the decision to a colleague."""
    access.approver(request)
    user, version = access.version(request, number, version_number)
    form = ColleagueForm(request.POST, colleagues=colleagues(user, version))
    if not form.is_valid():
        return show_version(request, user, version, part="decision", status=422, reassign_form=form)
    desk.reassign(version, to=form.cleaned_data["person"], by=user, at=now())
    return back(request, version)


@require_POST
def further_approval(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Ask somebody else too."""
    user, version = access.version(request, number, version_number)
    form = ColleagueForm(request.POST, colleagues=colleagues(user, version))
    if form.is_valid():
        try:
            desk.ask_too(version, whom=form.cleaned_data["person"], why=form.cleaned_data["why"], by=user, at=now())
        except Invalid as error:
            form.add_error("why" if "why" in error.errors else "person", str(error))
        else:
            return back(request, version)
    return show_version(request, user, version, part="approvals", status=422, ask_too_form=form)


@require_POST
def questions(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Ask the seller."""
    user, version = access.version(request, number, version_number)
    desk.ask_seller(version, text=request.POST.get("text", "")[:2000], by=user, at=now())
    return back(request, version)


@require_POST
def answer(request: HttpRequest, number: str, version_number: int, pk: int) -> HttpResponse:
    """The seller's answer."""
    user, version = access.version(request, number, version_number)
    question = get_object_or_404(Question.objects.select_related("version"), version=version, pk=pk)
    desk.answer(question, text=request.POST.get("answer", "")[:2000], by=user, at=now())
    return back(request, version)


def back(request: HttpRequest, version: QuoteVersion) -> HttpResponse:
    return see_other(request, reverse("quotes:version", args=[version.quote.number, version.number]))


@require_http_methods(["GET", "HEAD", "POST"])
def stand_ins(request: HttpRequest) -> HttpResponse:
    """Who decides for me, and for whom I decide."""
    user = access.approver(request)
    others = deciding_colleagues(user)
    day = today(now(), settings.SELLER["zone"])
    form = DelegationForm(request.POST or None, colleagues=others, initial={"first": day})
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            desk.delegate(to=wanted["person"], first=wanted["first"], last=wanted["last"], by=user, at=now())
        except Problem as error:
            form.add_error(None, error.sentence)
        else:
            return see_other(request, reverse("quotes:stand_ins"))
    found = list(delegations_of(user, at=now()).order_by("first_day"))
    context = {
        "form": form,
        "mine": [one for one in found if one.absent_id == user.pk],
        "taken": [one for one in found if one.stand_in_id == user.pk],
    }
    return render_page(
        request, "quotes/stand_ins.html", context, part="stand-ins", status=422 if form.is_bound else 200
    )


@require_POST
def stand_in_end(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.approver(request)
    row = get_object_or_404(Delegation.objects.select_related("stand_in"), pk=pk, absent=user)
    desk.end_delegation(row, by=user, at=now())
    return see_other(request, reverse("quotes:stand_ins"))

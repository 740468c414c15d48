"""Deciding: what waits for a person, and the answer."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from core.errors import Invalid, refuse
from core.forms import mark
from core.http import is_partial, render_page, see_other, toast
from core.languages import lazily as _
from quotes import access
from quotes.actions.approvals import decide
from quotes.forms.deciding import DecisionForm
from quotes.queries.acting import acting
from quotes.queries.deciders import faster
from quotes.queries.inbox import inbox
from quotes.queries.versions import approval_rows, open_seats
from quotes.rules.verbs import why_not_decide
from quotes.views.version_page import show_version

SAID = {"approve": _("approved"), "request_changes": _("sent back for changes"), "reject": _("rejected")}


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for this person, the longest waiting first."""
    user = access.approver(request)
    return render_page(request, "quotes/approvals.html", {"waiting": inbox(user, at=now())}, part="inbox")


@require_POST
def decision(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Approve, ask for changes or reject, on exactly the content that was shown."""
    access.approver(request)
    user, version = access.version(request, number, version_number)
    actor = acting(user, at=now(), without=version.maker_ids)
    why_not = why_not_decide(version, by=user, seats=open_seats(approval_rows(version)), acting=actor)
    refuse(why_not and (faster(version) or why_not))
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            decide(version, by=user, at=now(), sha256=request.POST.get("sha256", ""), **form.cleaned_data)
        except Invalid as error:
            mark(form, error)
        else:
            return decided(request, number, version_number, form.cleaned_data["decision"])
    return show_version(request, user, version, part="decision", status=422, decision_form=form)


def decided(request: HttpRequest, number: str, version_number: int, choice: str) -> HttpResponse:
    if not is_partial(request):
        return see_other(request, reverse("quotes:version", args=[number, version_number]))
    user, version = access.version(request, number, version_number)
    response = show_version(request, user, version, part="decision")
    return toast(response, f"{number} v{version_number} {SAID[choice]}.", level="success")

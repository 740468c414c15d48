from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from core import mail
from core.access import person
from core.http import render_page, see_other
from core.models import Mail
from core.roles import Permission

PAGE = 50


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every mail that Quantile wrote, the newest first; where no mail server is set, this is where they end."""
    person(request, Permission.SEE_MAIL)
    about = request.GET.get("about", "").strip()[:100]
    mails = Mail.objects.defer("attachment").order_by("-created_at", "-pk")
    found = mails.filter(about=about) if about else mails
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render_page(
        request,
        "core/mailbox.html",
        {"page": page, "about": about, "mail_stays_here": mail.stays_here()},
    )


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as its reader sees it."""
    person(request, Permission.SEE_MAIL)
    found = get_object_or_404(Mail.objects.defer("attachment"), pk=pk)
    return render_page(request, "core/letter.html", {"mail": found, "text": mail.readable(found)})


@require_POST
def resending(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request, Permission.SEE_MAIL)
    again = mail.resend(get_object_or_404(Mail, pk=pk), by=user, at=now())
    return see_other(request, reverse("core:letter", args=[again.pk]))

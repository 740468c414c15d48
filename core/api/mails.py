"""What was written to people, for programs: the mailbox, a mail as its reader sees it, sending it again."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import mail
from core.access import person
from core.api.endpoint import Endpoint
from core.api.pages import Paged, list_of, page_of
from core.models import Mail
from core.roles import Permission, Scope


class MailSerializer(serializers.ModelSerializer):
    """A mail to one person; `about` is as in the audit log."""

    state = serializers.ChoiceField(choices=Mail.State.values)

    class Meta:
        model = Mail
        fields = ["id", "to", "subject", "about", "state", "created_at", "sent_at", "bounced_at", "error"]


class LetterSerializer(MailSerializer):
    """With its text. A personal link is only in the mail itself."""

    text = serializers.SerializerMethodField()

    class Meta(MailSerializer.Meta):
        fields = [*MailSerializer.Meta.fields, "text", "attachment_name"]

    def get_text(self, found: Mail) -> str:
        return mail.readable(found)


class MailQuery(Paged):
    about = serializers.CharField(required=False, max_length=100, help_text='Such as "quote:Q-2026-0042".')
    state = serializers.ChoiceField(choices=Mail.State.values, required=False, help_text="How far it is.")


class Mails(Endpoint):
    scopes = {"GET": Scope.MAIL_MANAGE}
    query = MailQuery

    @extend_schema(responses=list_of(MailSerializer))
    def get(self, request: Request) -> Response:
        """Every mail that was written, newest first."""
        person(request, Permission.SEE_MAIL)
        chosen = {name: self.asked[name] for name in ("about", "state") if name in self.asked}
        found = Mail.objects.defer("attachment", "text").filter(**chosen)
        page = page_of(found, self.asked, "-created_at", "-pk", name="mails")
        return self.answer(page.answer(request, MailSerializer(page.rows, many=True).data))

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("core:mailbox")


class OneMail(Endpoint):
    name_of_operation = "mail"
    scopes = {"GET": Scope.MAIL_MANAGE}

    @extend_schema(responses=LetterSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One mail as its reader sees it."""
        person(request, Permission.SEE_MAIL)
        return self.answer(LetterSerializer(get_object_or_404(Mail.objects.defer("attachment"), pk=pk)).data)

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("core:letter", kwargs=kwargs)


class MailResending(Endpoint):
    scopes = {"POST": Scope.MAIL_MANAGE}

    @extend_schema(request=None, responses={201: LetterSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Send the same once more, as a new mail; the answer is that one."""
        user = person(request, Permission.SEE_MAIL)
        again = mail.resend(get_object_or_404(Mail, pk=pk), by=user, at=now())
        location = {"Location": reverse("api_mail", args=[again.pk])}
        return self.answer(LetterSerializer(again).data, status=201, headers=location)

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("core:letter", kwargs=kwargs)

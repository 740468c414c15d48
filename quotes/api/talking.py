"""What people say about a quote, for programs: colleagues among themselves, approvers to the seller, customers in
their room. Each has its own address, so that nothing said inside is answered outside by mistake."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.pages import Paged, list_of, page_of
from core.api.shapes import Input, Text
from core.errors import Invalid
from core.roles import Scope
from quotes import access
from quotes.actions import desk
from quotes.actions.comments import LONGEST, add_comment, remove_comment, reopen_thread, resolve_thread
from quotes.actions.conversing import reply
from quotes.models import Comment, Question, RoomMessage
from quotes.queries.talk import comments_of

MOST_ASKED = 2000
ROW = "The key of a line, section or note; leave it out for the quote."


class CommentSerializer(serializers.Serializer):
    """What a colleague says; no customer sees it."""

    id = serializers.IntegerField()
    text = serializers.CharField(allow_blank=True, help_text="Empty when its author took the words back.")
    by = serializers.CharField()
    at = serializers.DateTimeField()
    version = serializers.IntegerField(allow_null=True, help_text="The version that was newest then.")
    line = serializers.CharField(allow_null=True, help_text="The key of the line, section or note; null for the quote.")
    line_name = serializers.CharField(allow_null=True, help_text="What that was called, also when it has gone.")
    thread = serializers.IntegerField(allow_null=True, help_text="The comment that it answers; null begins a thread.")
    resolved_at = serializers.DateTimeField(allow_null=True)
    resolved_by = serializers.CharField(allow_null=True)


class AskedSerializer(serializers.Serializer):
    """A question and, once there is one, its answer."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    text = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    answer = serializers.CharField(allow_null=True)
    answered_by = serializers.CharField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class MessageOfCustomerSerializer(AskedSerializer):
    """What somebody of the customer asks or wishes for in the room."""

    kind = serializers.ChoiceField(choices=RoomMessage.Kind.values)
    line = serializers.CharField(allow_null=True, help_text="The key of the line that it is about; null for none.")


class CommentBody(Input):
    """`@name` mentions a colleague who sees the quote, and writes to them."""

    text = Text(max_length=LONGEST)
    line = Text(max_length=60, required=False, default="", help_text=ROW)
    thread = serializers.IntegerField(required=False, help_text="The comment to answer; it is opened again.")


class AskedComments(Paged):
    state = serializers.ChoiceField(
        ["open", "resolved"], required=False, help_text="Only what begins a thread that is open, or resolved."
    )
    line = serializers.CharField(required=False, max_length=60, help_text="Only what is about this one.")


class QuestionBody(Input):
    text = Text(max_length=MOST_ASKED)


class AnswerBody(Input):
    answer = Text(max_length=MOST_ASKED)


def example(name: str, **value: str) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


class Comments(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ, "POST": Scope.QUOTES_COMMENT}
    query = AskedComments

    @extend_schema(responses=list_of(CommentSerializer))
    def get(self, request: Request, number: str) -> Response:
        """What colleagues said, the newest first."""
        _, quote = access.quote(request, number)
        found = comments_of(quote)
        if "state" in self.asked:
            found = found.filter(thread=None, resolved_at__isnull=self.asked["state"] == "open")
        if "line" in self.asked:
            found = found.filter(line=self.asked["line"])
        page = page_of(found, self.asked, "-at", "-pk", name="comments")
        return self.answer(page.answer(request, [comment_facts(one) for one in page.rows]))

    @extend_schema(
        request=CommentBody,
        responses={201: CommentSerializer},
        examples=[example("Said", text="They signed the order form of last year.")],
    )
    def post(self, request: Request, number: str) -> Response:
        """Say something to colleagues, of the quote, of a line or as an answer."""
        user, quote = access.quote(request, number)
        body = self.read(CommentBody)
        thread = None
        if "thread" in body and (thread := comments_of(quote).filter(pk=body["thread"]).first()) is None:
            raise Invalid({"thread": "thread: no comment of this quote has this id."})
        made = add_comment(quote, text=body["text"], line=body["line"], thread=thread, by=user, at=now())
        return self.answer(comment_facts(made), status=201)


class OneComment(Endpoint):
    name_of_operation = "comment"
    scopes = {"DELETE": Scope.QUOTES_COMMENT}

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, number: str, pk: int) -> Response:
        """Take one's own words back."""
        user, quote = access.quote(request, number)
        found = get_object_or_404(Comment.objects.select_related("quote"), quote=quote, pk=pk)
        remove_comment(found, by=user, at=now())
        return Response(status=204)


class CommentResolution(Endpoint):
    """A thread that colleagues are done with: it stays readable and can be opened again."""

    scopes = {"POST": Scope.QUOTES_COMMENT, "DELETE": Scope.QUOTES_COMMENT}

    @extend_schema(request=None, responses={201: CommentSerializer})
    def post(self, request: Request, number: str, pk: int) -> Response:
        """Be done with a thread; name the comment that begins it."""
        user, quote = access.quote(request, number)
        done = resolve_thread(get_object_or_404(comments_of(quote), pk=pk), by=user, at=now())
        return self.answer(comment_facts(done), status=201)

    @extend_schema(request=None, responses={200: CommentSerializer})
    def delete(self, request: Request, number: str, pk: int) -> Response:
        """Open it again."""
        user, quote = access.quote(request, number)
        done = reopen_thread(get_object_or_404(comments_of(quote), pk=pk), by=user, at=now())
        return self.answer(comment_facts(done))


class CustomerMessages(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ}
    query = Paged

    @extend_schema(responses=list_of(MessageOfCustomerSerializer))
    def get(self, request: Request, number: str) -> Response:
        """What the customer asked in the room, the newest first."""
        _, quote = access.quote(request, number)
        found = RoomMessage.objects.filter(version__quote=quote).select_related("version", "link", "answered_by")
        page = page_of(found, self.asked, "-at", "-pk", name="messages")
        return self.answer(page.answer(request, [message_facts(one) for one in page.rows]))


class SaidByPeople(Endpoint):
    """What an agent leaves to a person, on the page of the quote."""

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("quotes:detail", args=[kwargs["number"]])


class MessageAnswer(SaidByPeople):
    scopes = {"POST": Scope.QUOTES_SEND}

    @extend_schema(
        request=AnswerBody,
        responses={201: MessageOfCustomerSerializer},
        examples=[example("Yes", answer="Yes, that is part of the platform fee.")],
    )
    def post(self, request: Request, number: str, pk: int) -> Response:
        """Answer the customer: it stands in the room, and who asked gets a mail."""
        user, found = access.message(request, number, pk)
        done = reply(found, text=self.read(AnswerBody)["answer"], by=user, at=now())
        return self.answer(message_facts(done), status=201)


class Questions(SaidByPeople):
    scopes = {"GET": Scope.QUOTES_READ, "POST": Scope.QUOTES_DECIDE}
    query = Paged

    @extend_schema(responses=list_of(AskedSerializer))
    def get(self, request: Request, number: str) -> Response:
        """What approvers asked the seller, the newest first."""
        _, quote = access.quote(request, number)
        found = Question.objects.filter(version__quote=quote).select_related("version", "asked_by", "answered_by")
        page = page_of(found, self.asked, "-asked_at", "-pk", name="questions")
        return self.answer(page.answer(request, [question_facts(one) for one in page.rows]))

    @extend_schema(
        request=QuestionBody,
        responses={201: AskedSerializer},
        examples=[example("Why", text="Why is the discount over 20 %?")],
    )
    def post(self, request: Request, number: str) -> Response:
        """Ask the seller about the version that waits for approval; it goes on waiting."""
        user, version = access.version(request, number)
        done = desk.ask_seller(version, text=self.read(QuestionBody)["text"], by=user, at=now())
        return self.answer(question_facts(done), status=201)


class QuestionAnswer(Endpoint):
    scopes = {"POST": Scope.QUOTES_WRITE}

    @extend_schema(
        request=AnswerBody,
        responses={201: AskedSerializer},
        examples=[example("Because", answer="They commit to two years.")],
    )
    def post(self, request: Request, number: str, pk: int) -> Response:
        """The seller's answer to an approver; the first one stays."""
        user, quote = access.quote(request, number)
        found = get_object_or_404(Question.objects.select_related("version"), version__quote=quote, pk=pk)
        done = desk.answer(found, text=self.read(AnswerBody)["answer"], by=user, at=now())
        return self.answer(question_facts(done), status=201)


def comment_facts(one: Comment) -> dict[str, Any]:
    line = {"line": one.line or None, "line_name": one.line_name or None}
    resolved_by = one.resolved_by.username if one.resolved_by else None
    resolved = {"resolved_at": one.resolved_at, "resolved_by": resolved_by}
    said = {"id": one.pk, "text": one.text, "by": one.by.username, "at": one.at, "version": one.version}
    return {**said, **line, "thread": one.thread_id, **resolved}


def question_facts(one: Question) -> dict[str, Any]:
    return {**asked_facts(one), "by": one.asked_by.username, "at": one.asked_at}


def message_facts(one: RoomMessage) -> dict[str, Any]:
    return {**asked_facts(one), "by": str(one.link), "at": one.at, "kind": one.kind, "line": one.line or None}


def asked_facts(one: Question | RoomMessage) -> dict[str, Any]:
    answered_by = one.answered_by.username if one.answered_by else None
    answer = {"answer": one.answer or None, "answered_by": answered_by, "answered_at": one.answered_at}
    return {"id": one.pk, "version": one.version.number, "text": one.text, **answer}

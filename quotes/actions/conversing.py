"""What a customer does in the room beside answering: asks, wishes for changes, shows it to a colleague."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid, Refused, refuse
from core.formats import quantity
from core.languages import lazily as _lazy
from core.models import User
from quotes.actions.letters import invite, tell, write
from quotes.actions.moves import hold, record
from quotes.actions.sending import make_link
from quotes.models import QuoteVersion, RoomLink, RoomMessage
from quotes.queries.room import line_names
from quotes.rules.verbs import why_not_accept, why_not_answer, why_not_forward

LONGEST = 2000
MOST_OPEN = 20
"""Questions of one person that wait for an answer."""
MOST_FORWARDED = 10
"""Colleagues to whom one person shows a version."""

Kind = RoomMessage.Kind
TOLD = {
    Kind.QUESTION: _lazy("{name} asks a question"),
    Kind.CHANGES: _lazy("{name} asks for changes"),
    Kind.OPTIONS: _lazy("{name} wishes for options that need a new approval"),
}
VERBS = {Kind.QUESTION: "ask_seller", Kind.CHANGES: "ask_changes", Kind.OPTIONS: "ask_options"}


@transaction.atomic
def say(link: RoomLink, *, text: str, at: datetime, line: str = "", kind: str = Kind.QUESTION) -> RoomMessage:
    """A question about a line or the whole quote, or a wish for changes. The seller is told."""
    words = text.strip()
    version, fresh = held(link)
    refuse(why_not_accept(version, at=at))
    if not words:
        raise Invalid({"text": _("Write your question first.")})
    if len(words) > LONGEST:
        raise Invalid({"text": _("That is too long: at most {most} characters.").format(most=quantity(LONGEST))})
    if line and line not in line_names(version):
        raise Invalid({"line": _("This line is not part of the quote.")})
    if fresh.messages.filter(answer="").count() >= MOST_OPEN:
        raise Refused(_("So many questions wait for an answer already; your contact has been told."))
    return told(version, fresh, Kind(kind), words, at=at, line=line)


def told(
    version: QuoteVersion, link: RoomLink, kind: RoomMessage.Kind, words: str, *, at: datetime, line: str = ""
) -> RoomMessage:
    message = RoomMessage.objects.create(version=version, link=link, kind=kind, line=line, text=words, at=at)
    name = line_names(version).get(line, "")
    record(str(link), VERBS[kind], version, at=at, line=name or "the quote", comment=words)
    said = f"{name}: {words}" if name else words
    tell(version, "asked", TOLD[kind], key=f"room-message-{message.pk}", at=at, said=said, name=link.name)
    return message


@transaction.atomic
def reply(message: RoomMessage, *, text: str, by: User, at: datetime) -> RoomMessage:
    """The seller's answer: it stands in the room and goes to who asked, as long as they may read it."""
    version = hold(message.version)
    refuse(why_not_answer(version, by=by))
    words = text.strip()
    if not words:
        raise Invalid({"answer": _("An answer needs words.")})
    if len(words) > LONGEST:
        raise Invalid({"answer": _("That is too long: at most {most} characters.").format(most=quantity(LONGEST))})
    waiting = RoomMessage.objects.filter(pk=message.pk, answer="")
    if not waiting.update(answer=words, answered_by=by, answered_at=at):
        raise Conflict(_("This was answered meanwhile."))
    record(by, "answer_customer", version, at=at, comment=words)
    message.refresh_from_db()
    link = RoomLink.objects.select_related("version__quote__customer").get(pk=message.link_id)
    if link.revoked_at is None and at < link.expires_at:
        with translation.override(version.quote.customer.language):
            subject = _("Quote {number}: an answer to your question").format(number=version.quote.number)
            text = _("You wrote: {question}").format(question=message.text)
            text += "\n\n" + _("{name} answers: {answer}").format(name=by.full_name, answer=words)
            write(link, subject, text, key=f"room-answer-{message.pk}", at=at)
    return message


@transaction.atomic
def forward(link: RoomLink, *, name: str, email: str, at: datetime) -> RoomLink:
    """A colleague gets an own link by mail, to read."""
    version, fresh = held(link)
    refuse(why_not_accept(version, at=at) or why_not_forward(fresh))
    if not name.strip():
        raise Invalid({"name": _("Please give your colleague’s name.")})
    if fresh.forwarded.count() >= MOST_FORWARDED:
        raise Refused(
            _("You have shown it to {most} colleagues; ask your contact for more links.").format(most=MOST_FORWARDED)
        )
    if RoomLink.objects.filter(version=version, email__iexact=email, revoked_at=None).exists():
        raise Invalid({"email": _("This person has a link already.")})
    shown, _token = make_link(
        version, name=name.strip()[:120], email=email, title="", right=RoomLink.Right.VIEW, by=fresh, at=at
    )
    invite(shown, version, at=at)
    return shown


def held(link: RoomLink) -> tuple[QuoteVersion, RoomLink]:
    """The version and the link as they are now, until the transaction ends; refused when the link is over."""
    version = hold(link.version)
    fresh = RoomLink.objects.select_related("version__quote__customer", "version__quote__owner").get(pk=link.pk)
    if fresh.revoked_at is not None:
        raise Refused(_("This link does not work any more."))
    return version, fresh

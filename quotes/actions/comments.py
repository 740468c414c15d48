"""Saying something about a quote or a row of it to colleagues, taking it back, and being done with it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core import audit, notices
from core.errors import Conflict, Forbidden, Invalid, refuse
from core.languages import HOUSE
from core.models import User
from core.roles import Permission, may
from quotes.models import Comment, Quote
from quotes.queries.talk import newest_number, row_of
from quotes.rules.comments import why_not_comment, why_not_remove, why_not_resolve
from quotes.rules.mentions import mentions

LONGEST = 4000


@transaction.atomic
def add_comment(
    quote: Quote, *, text: str, by: User, at: datetime, line: str = "", thread: Comment | None = None
) -> Comment:
    """Say it of the quote, of a row of it, or as an answer in a thread, and write to everybody whom it mentions or
    answers.

    An answer opens a resolved thread again.
    """
    refuse(why_not_comment(by))
    words = read(text)
    first = begun(quote, thread)
    people = mentioned(quote, words)
    comment = Comment.objects.create(
        quote=quote,
        thread=first,
        version=newest_number(quote),
        text=words,
        by=by,
        at=at,
        mentioned=[person.pk for person in people],
        **(place(quote, line) if first is None else {"line": first.line, "line_name": first.line_name}),
    )
    note(by, "comment", comment, at=at, mentioned=[person.username for person in people])
    if first is not None and first.resolved_at is not None:
        reopen(first, by=by, at=at)
    notify(comment, (person for person in people if person.pk != by.pk), at=at)
    answer(comment, (person for person in speakers(comment) if person not in people), at=at)
    return comment


def read(text: str) -> str:
    words = text.strip()
    if not words:
        raise Invalid({"text": _("A comment needs words.")})
    if len(words) > LONGEST:
        raise Invalid({"text": _("A comment has at most {most} characters; shorten it.").format(most=f"{LONGEST:,}")})
    return words


def begun(quote: Quote, thread: Comment | None) -> Comment | None:
    """The first comment of the thread, held until the transaction ends."""
    if thread is None:
        return None
    first = Comment.objects.select_for_update(no_key=True).filter(quote=quote, pk=thread.thread_id or thread.pk).first()
    if first is None:
        raise Conflict(_("The comment that this answers was removed meanwhile."))
    return first


def place(quote: Quote, line: str) -> dict[str, str]:
    """The row that is spoken of, by its key and name; {} where it is the quote."""
    if not line:
        return {}
    row = row_of(quote, line)
    if row is None:
        raise Invalid({"line": _("No version of this quote has this row.")})
    return {"line": line, "line_name": row.name[:200]}


def mentioned(quote: Quote, text: str) -> list[User]:
    """Whom the text names; Invalid names everybody who is not there or may not see the quote."""
    wanted = mentions(text)
    people = {person.username: person for person in User.objects.filter(username__in=wanted, is_active=True)}
    problems = [
        _("There is nobody called @{name}; choose a name from the list.").format(name=name)
        if name not in people
        else _("@{name} may not see this quote; mention somebody who may.").format(name=name)
        for name in wanted
        if name not in people or not sees(people[name], quote)
    ]
    if problems:
        raise Invalid({"text": " ".join(problems)})
    return [people[name] for name in wanted]


def sees(person: User, quote: Quote) -> bool:
    return may(person, Permission.SEE_ALL_QUOTES) or (
        quote.owner_id == person.pk and may(person, Permission.SEE_OWN_QUOTES)
    )


def speakers(comment: Comment) -> list[User]:
    """Who else spoke in the thread, and still sees the quote."""
    if comment.thread_id is None:
        return []
    said = Comment.objects.filter(pk=comment.thread_id) | Comment.objects.filter(thread=comment.thread_id)
    people = User.objects.filter(pk__in=said.values("by"), is_active=True).exclude(pk=comment.by_id).order_by("pk")
    return [person for person in people if sees(person, comment.quote)]


def notify(comment: Comment, people: Iterable[User], *, at: datetime) -> None:
    """Each in their language."""
    for person in people:
        with translation.override(person.language or HOUSE):
            write(comment, person, _("{name} mentions you: {number}"), at=at)


def answer(comment: Comment, people: Iterable[User], *, at: datetime) -> None:
    for person in people:
        with translation.override(person.language or HOUSE):
            write(comment, person, _("{name} answers you: {number}"), at=at)


def write(comment: Comment, person: User, subject: str, *, at: datetime) -> None:
    quote, name = comment.quote, comment.by.full_name
    path = f"{reverse('quotes:timeline', args=[quote.number])}#comment-{comment.pk}"
    wrote = _("{name} wrote about {number} for {customer}:")
    notices.give(
        person,
        "mention",
        subject.format(name=name, number=quote.number),
        wrote.format(name=name, number=quote.number, customer=quote.customer.name)
        + "\n\n"
        + "\n".join(part for part in (comment.line_name, comment.text) if part),
        path=path,
        key=f"comment-{comment.pk}-{person.pk}",
        about=f"quote:{quote.number}",
        at=at,
    )


@transaction.atomic
def resolve_thread(comment: Comment, *, by: User, at: datetime) -> Comment:
    """Say that it is done; it stays readable. Of two, the first is the one who did."""
    refuse(why_not_resolve(comment, by))
    if not Comment.objects.filter(pk=comment.pk, resolved_at=None).update(resolved_at=at, resolved_by=by):
        raise Conflict(_("This was resolved meanwhile."))
    note(by, "resolve_comment", comment, at=at)
    comment.refresh_from_db(fields=["resolved_at", "resolved_by"])
    return comment


@transaction.atomic
def reopen_thread(comment: Comment, *, by: User, at: datetime) -> Comment:
    refuse(why_not_resolve(comment, by))
    reopen(comment, by=by, at=at)
    return comment


def reopen(comment: Comment, *, by: User, at: datetime) -> None:
    resolved = Comment.objects.filter(pk=comment.pk, resolved_at__isnull=False)
    if not resolved.update(resolved_at=None, resolved_by=None):
        raise Conflict(_("This was opened again meanwhile."))
    note(by, "reopen_comment", comment, at=at)
    comment.refresh_from_db(fields=["resolved_at", "resolved_by"])


@transaction.atomic
def remove_comment(comment: Comment, *, by: User, at: datetime) -> None:
    """Take one's own words back; only that there were some stays in the audit log, and what others answered."""
    if problem := why_not_remove(comment, by):
        raise Forbidden(problem)
    note(by, "remove_comment", comment, at=at)
    held = Comment.objects.select_for_update().get(pk=comment.pk)
    if held.answers.exists():
        held.text, held.mentioned = "", []
        held.save(update_fields=["text", "mentioned"])
    else:
        held.delete()
        if held.thread_id is not None:
            Comment.objects.filter(pk=held.thread_id, text="", answers=None).delete()


def note(by: User, verb: str, comment: Comment, *, at: datetime, **data: list[str]) -> None:
    said = {"comment": comment.pk, "thread": comment.thread_id, "line": comment.line_name}
    kept = {name: value for name, value in said.items() if value}
    audit.record(by, verb, f"quote:{comment.quote.number}", at=at, data={**kept, **data})

"""Saying something about a quote to colleagues, and taking it back."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core import audit, mail
from core.errors import Forbidden, Invalid, refuse
from core.languages import HOUSE
from core.models import User
from core.roles import Permission, may
from quotes.models import Comment, Quote
from quotes.rules.comments import why_not_comment, why_not_remove
from quotes.rules.mentions import mentions

LONGEST = 4000


@transaction.atomic
def add_comment(quote: Quote, *, text: str, by: User, at: datetime) -> Comment:
    """Say it, and write to everybody whom it mentions."""
    refuse(why_not_comment(by))
    words = text.strip()
    if not words:
        raise Invalid({"text": _("A comment needs words.")})
    if len(words) > LONGEST:
        raise Invalid({"text": _("A comment has at most {most} characters; shorten it.").format(most=f"{LONGEST:,}")})
    people = mentioned(quote, words)
    comment = Comment.objects.create(quote=quote, text=words, by=by, at=at, mentioned=[person.pk for person in people])
    names = [person.username for person in people]
    audit.record(by, "comment", f"quote:{quote.number}", at=at, data={"comment": comment.pk, "mentioned": names})
    notify(comment, (person for person in people if person.pk != by.pk), at=at)
    return comment


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


def notify(comment: Comment, people: Iterable[User], *, at: datetime) -> None:
    """One mail each, in their language."""
    quote = comment.quote
    path = f"{reverse('quotes:timeline', args=[quote.number])}#comment-{comment.pk}"
    for person in people:
        if not person.email:
            continue
        with translation.override(person.language or HOUSE):
            mail.post(
                person.email,
                _("{name} mentions you: {number}").format(name=comment.by.full_name, number=quote.number),
                _("{name} wrote about {number} for {customer}:").format(
                    name=comment.by.full_name, number=quote.number, customer=quote.customer.name
                )
                + f"\n\n{comment.text}\n\n{settings.SITE_URL}{path}\n",
                key=f"comment-{comment.pk}-{person.pk}",
                about=f"quote:{quote.number}",
                at=at,
            )


@transaction.atomic
def remove_comment(comment: Comment, *, by: User, at: datetime) -> None:
    """Take one's own words back; only that there were some stays in the audit log."""
    if problem := why_not_remove(comment, by):
        raise Forbidden(problem)
    audit.record(by, "remove_comment", f"quote:{comment.quote.number}", at=at, data={"comment": comment.pk})
    comment.delete()

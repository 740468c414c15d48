"""The guided questions of a book, and the packages that fit the answers."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from catalog.models import Package, PriceBook
from catalog.queries.configurations import slot
from catalog.queries.prices import packages
from catalog.rules.guides import Guide, Proposal, Question, Reader, proposed
from core.cel import NotCel


class Asked(NamedTuple):
    """A question, and whether the answers so far make it one."""

    question: Question
    is_open: bool


class Proposed(NamedTuple):
    """A package that fits the answers."""

    package: Package
    proposal: Proposal


def questions(book: PriceBook, answers: Mapping[str, Any]) -> list[Asked]:
    """What the packages of the book ask, each question once, in the order of the packages."""
    found: dict[str, Asked] = {}
    for _, guide in guided(book):
        reader = Reader(guide, answers)
        for question in guide.questions:
            if question.key not in found or not found[question.key].is_open:
                found[question.key] = Asked(question, reader.truth(question.when))
    return list(found.values())


def proposals(book: PriceBook, answers: Mapping[str, Any]) -> list[Proposed]:
    """The packages that fit these answers, in the order of the book. A guide that cannot be read fits nothing."""
    found = []
    for package, guide in guided(book):
        try:
            proposal = proposed(guide, [slot(one) for one in package.components.all()], answers)
        except NotCel:
            continue
        if proposal is not None:
            found.append(Proposed(package, proposal))
    return found


def guided(book: PriceBook) -> Iterator[tuple[Package, Guide]]:
    for package in packages(book):
        if package.guide:
            yield package, Guide.model_validate(package.guide)

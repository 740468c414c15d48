"""Answers to guided questions, as they are typed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from django.forms import Form, ValidationError
from django.utils.translation import gettext as _

from catalog.rules.guides import Question
from core.data_words import told
from core.fields import NumberField
from core.formats import quantity
from core.languages import lazily as _lazy
from customers.forms import CustomerField

PREFIX = "q-"


class ForWhomForm(Form):
    """The customer whose book asks the questions."""

    customer = CustomerField(label=_lazy("Customer"), required=False)


class Typed(Protocol):
    def getlist(self, key: str) -> list[str]: ...
    def __contains__(self, key: object, /) -> bool: ...


class Option(NamedTuple):
    value: str
    label: str
    chosen: bool


class Field(NamedTuple):
    """A question with its answer: options, or the text of a number."""

    name: str
    question: Question
    options: list[Option]
    text: str
    error: str


class Read(NamedTuple):
    answers: dict[str, Any]
    errors: dict[str, str]


def read_answers(asked: list[Question], typed: Typed) -> Read:
    """What was answered; a question that nobody answered keeps its first answer."""
    answers, errors = dict[str, Any](), dict[str, str]()
    for question in asked:
        name = PREFIX + question.key
        texts = typed.getlist(name)
        values = {choice.value for choice in question.choices}
        if question.several:
            answers[question.key] = [text for text in texts if text in values]
        elif question.choices:
            answers[question.key] = texts[0] if texts and texts[0] in values else question.first
        elif texts:
            try:
                answers[question.key] = number_of(question, texts[0])
            except ValidationError as error:
                errors[question.key] = str(error.messages[0])
    return Read(answers, errors)


def number_of(question: Question, text: str) -> Decimal:
    field = NumberField(label=told(question.unit).capitalize() or _("The answer"), most=question.most, required=True)
    number: Decimal = field.clean(text)
    return number


def field_of(question: Question, answers: Mapping[str, Any], typed: Typed, errors: Mapping[str, str]) -> Field:
    name = PREFIX + question.key
    answer = answers.get(question.key, question.first)
    chosen = set(answer) if question.several else {answer}
    error = errors.get(question.key, "")
    return Field(
        name=name,
        question=question,
        options=[Option(choice.value, told(choice.label), choice.value in chosen) for choice in question.choices],
        text="" if question.choices else typed.getlist(name)[0] if error else quantity(answer),
        error=error,
    )

"""Form fields that read numbers and days the way people type them."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from core import formats
from core.languages import lazily as _lazy
from core.languages import writing

NOISE = re.compile(r"[\s\u00a0\u202f'’_]|^[A-Za-z]{3}(?=[\d\s.,-])|[%$€£]")


def lenient(text: str) -> Decimal:
    """The number in "1,234.56", "1.234,56", "1 234", "25 %" or "USD 10,000".

    The last of two kinds of separators is the decimal one. A lone one before exactly three digits groups thousands if
    the language being written groups with it: "1,200" is 1200 in English and 1.2 in German, "1.200" the other way.
    """
    bare = NOISE.sub("", text.strip().replace(formats.MINUS, "-"))
    comma, point = bare.rfind(","), bare.rfind(".")
    if comma >= 0 and point >= 0:
        group = "," if point > comma else "."
        bare = bare.replace(group, "").replace(",", ".")
    elif bare.count(".") > 1:
        bare = bare.replace(".", "")
    elif bare.count(",") > 1 or re.fullmatch(rf"-?[1-9]\d{{0,2}}{re.escape(writing().group)}\d{{3}}", bare):
        bare = bare.replace(",", "").replace(".", "")
    else:
        bare = bare.replace(",", ".")
    if not re.fullmatch(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)", bare):
        raise InvalidOperation(text)
    return Decimal(bare)


class NumberField(forms.CharField):
    """A decimal within limits, typed leniently; every message names the field, the limit and the fix."""

    def __init__(
        self, *, least: Decimal | int = 0, most: Decimal | int = 10**15, digits: int = 6, unit: str = "", **kwargs: Any
    ) -> None:
        super().__init__(max_length=40, **kwargs)
        self.error_messages["required"] = format_lazy(_lazy("{label} must be a number."), label=self.label)
        self.least, self.most, self.digits, self.unit = Decimal(least), Decimal(most), digits, unit
        self.widget.attrs.update(inputmode="decimal", autocomplete="off")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text == "":
            return None
        try:
            number = lenient(text)
        except InvalidOperation:
            sentence = _("{label} must be a number, such as {example}.")
            raise forms.ValidationError(sentence.format(label=self.label, example=self.example())) from None
        self.check(number)
        return number

    def check(self, number: Decimal) -> None:
        if not self.least <= number <= self.most:
            least, most = formats.number(self.least), formats.number(self.most)
            sentence = _("{label} must be from {least} to {most}{unit}.")
            raise forms.ValidationError(sentence.format(label=self.label, least=least, most=most, unit=self.unit))
        if -int(number.normalize().as_tuple().exponent) > self.digits:
            if not self.digits:
                raise forms.ValidationError(_("{label} must be a whole number.").format(label=self.label))
            sentence = _("{label} must have at most {digits} decimal places.")
            raise forms.ValidationError(sentence.format(label=self.label, digits=self.digits))

    def example(self) -> str:
        return f"{min(max(Decimal(25), self.least), self.most):f}{self.unit}"


class WholeField(NumberField):
    """A whole number within limits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(digits=0, **kwargs)
        self.widget.attrs.update(inputmode="numeric")

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else int(number)


class DateField(forms.DateField):
    """A day, typed or picked; the message shows the form expected."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y"], **kwargs)
        self.error_messages["invalid"] = format_lazy(
            _lazy("{label} must be a day, such as 2027-01-31."), label=self.label
        )

"""Customers as programs and tables send them: what each field may hold, in sentences that mend it."""

import re
from typing import Any

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api.shapes import Input, Text, Whole
from core.languages import lazily as _lazy
from customers.models import Customer
from customers.rules import DOMAIN, FORM

COUNTRY: dict[str, Any] = {"invalid": _lazy("Two letters in capitals, such as US.")}
CURRENCY: dict[str, Any] = {"invalid": _lazy("Three letters in capitals, such as USD.")}
SEGMENT: dict[str, Any] = {
    "invalid_choice": format_lazy(_lazy("One of {segments}."), segments=", ".join(Customer.Segment.values))
}


class CustomerChanges(Input):
    """What is known about a customer."""

    name = Text(max_length=120, required=False)
    legal_name = Text(max_length=160, required=False)
    segment = serializers.ChoiceField(error_messages=SEGMENT, choices=Customer.Segment.values, required=False)
    country = serializers.RegexField(
        r"^[A-Z]{2}$", error_messages=COUNTRY, required=False, help_text="Two letters, such as US."
    )
    currency = serializers.RegexField(
        r"^[A-Z]{3}$", error_messages=CURRENCY, required=False, help_text="Three letters, such as USD."
    )
    address = Text(max_length=500, required=False, allow_blank=True)
    payment_days = Whole(min_value=0, max_value=180, required=False)
    language = serializers.ChoiceField(choices=[code for code, _name in settings.LANGUAGES], required=False)
    parent = Text(  # type: ignore[assignment]  # the public name
        max_length=60, required=False, allow_null=True, help_text="The slug of the company that pays."
    )
    note_on_data = Text(max_length=1000, required=False, allow_blank=True)
    external_id = Text(
        max_length=100,
        required=False,
        allow_blank=True,
        help_text="In your CRM or ERP; imports know the customer by it.",
    )
    domain = Text(
        max_length=253, required=False, allow_blank=True, help_text="Of their web site, such as acme.example."
    )

    def validate_parent(self, slug: str | None) -> Customer | None:
        found = Customer.objects.select_related("parent").filter(slug=slug).first() if slug else None
        if slug and found is None:
            raise serializers.ValidationError(f"parent: there is no customer {slug}.")
        return found

    def validate_domain(self, domain: str) -> str:
        if domain and not re.fullmatch(DOMAIN, domain.lower()):
            raise serializers.ValidationError(_("Give the name of a web site, such as acme.example."))
        return domain.lower()


class NewCustomer(CustomerChanges):
    """A customer to add. The slug is made from the name unless given, and stays."""

    slug = serializers.RegexField(r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60, required=False)
    name = Text(max_length=120)
    legal_name = Text(max_length=160)
    segment = serializers.ChoiceField(error_messages=SEGMENT, choices=Customer.Segment.values)
    country = serializers.RegexField(r"^[A-Z]{2}$", error_messages=COUNTRY, help_text="Two letters, such as US.")

    def validate_slug(self, slug: str) -> str:
        if slug == FORM:
            raise serializers.ValidationError(f'slug: "{FORM}" is the address of the form; choose another.')
        return slug

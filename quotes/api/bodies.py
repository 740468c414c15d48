"""What programs send about quotes."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from catalog.models import Meter
from core.api.shapes import Amount, Flag, Input, Text, Whole
from core.errors import Invalid
from customers.models import Contact, Customer
from pricing import Series
from quotes.actions.sending import MESSAGE
from quotes.models import SellingEntity
from quotes.rules.limits import SPECIAL_TERMS
from quotes.rules.series import name_of, series_named

RUNS = "The months of the term in which it runs, from 1; null for what its price says, mostly the whole term."
CODE = r"^[A-Za-z0-9][A-Za-z0-9._:-]*$"


class Percent(Amount):
    def __init__(self, **options: Any) -> None:
        super().__init__(least="0", most="100", **options)


class AssumptionBody(Input):
    low = Amount(least="0")
    base = Amount(least="0")
    high = Amount(least="0")


class VersionChangesBody(Input):
    """What holds for the whole draft. Amounts and percents are text."""

    title = Text(max_length=120, required=False)
    start = serializers.DateField(required=False)
    months = Whole(min_value=1, max_value=120, required=False)
    discount_percent = Percent(required=False)
    discount_from = Whole(min_value=1, max_value=120, required=False, allow_null=True)
    discount_to = Whole(min_value=1, max_value=120, required=False, allow_null=True)
    valid_until = serializers.DateField(required=False)
    payment_days = Whole(min_value=0, max_value=180, required=False)
    free_months = Whole(min_value=0, max_value=120, required=False)
    escalator_percent = Percent(required=False)
    special_terms = Text(
        max_length=SPECIAL_TERMS, required=False, allow_blank=True, help_text="What is agreed beyond the clauses."
    )
    sold_by = Text(
        max_length=60, required=False, allow_null=True, help_text="The code of a seller; null as the price book says."
    )
    assumptions = serializers.DictField(
        child=AssumptionBody(),
        required=False,
        help_text="Usage a month of each series without history, all of them (`assumptions/` names those asked for): "
        '{"tokens|direction=input": {"low": "1", "base": "2", "high": "4"}}.',
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if "sold_by" in given:
            given["selling_entity_id"] = entity_of(given.pop("sold_by"))
        return given

    def validate_assumptions(self, found: dict[str, dict[str, Decimal]]) -> dict[str, dict[str, str]]:
        series = {name: series_named(name) for name in found}
        if wrong := dict(unknown_names(series)):
            raise serializers.ValidationError(wrong)
        return {
            name_of(series[name]): {level: str(value) for level, value in one.items()} for name, one in found.items()
        }


def unknown_names(series: Mapping[str, Series]) -> Iterator[tuple[str, str]]:
    """What names no meter or no dimension of it, so that no typo is taken for a statement."""
    meters = {meter.code: meter for meter in Meter.objects.filter(code__in={one.meter for one in series.values()})}
    for name, one in series.items():
        meter = meters.get(one.meter)
        if meter is None:
            yield name, f"there is no meter {one.meter}; a series is named like tokens|direction=input,model=sonnet."
        elif wrong := [key for key, _ in one.dimensions if key not in meter.dimensions]:
            yield name, f"{meter.code} has no dimension {wrong[0]}; it has {', '.join(meter.dimensions) or 'none'}."


class OpportunityBody(Input):
    """An opportunity (a deal) of your CRM, by its id there."""

    system = serializers.RegexField(r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40, help_text="Such as salesforce.")
    external_id = serializers.RegexField(r"^\S+$", max_length=100, help_text="Its id in the CRM.")
    name = Text(max_length=200, required=False)
    url = serializers.URLField(max_length=500, required=False, help_text="Where people find it in the CRM.")


class NewQuoteBody(Input):
    """For whom, and for how long; a package fills it at once."""

    customer = Text(max_length=60, help_text="The slug of the customer.")
    title = Text(max_length=120, required=False)
    contact = serializers.EmailField(required=False, max_length=254, help_text="Of one of the customer's people.")
    start = serializers.DateField(required=False)
    months = Whole(min_value=1, max_value=120, required=False)
    package = serializers.RegexField(CODE, max_length=60, required=False, help_text="The code of a package to add.")
    opportunity = OpportunityBody(required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        slug = given["customer"]
        customer = Customer.objects.filter(slug=slug).first()
        if customer is None:
            raise serializers.ValidationError({"customer": f"customer: there is no customer {slug}."})
        found = {**given, "customer": customer}
        if "contact" in given:
            found["contact"] = contact_of(customer.pk, given["contact"])
        return found


class NewLineBody(Input):
    """Either a price of the version's book, or a package with all its lines."""

    price = serializers.RegexField(CODE, max_length=60, required=False)
    package = serializers.RegexField(CODE, max_length=60, required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if len(given) != 1:
            raise serializers.ValidationError({"body": "body: name either a price or a package."})
        return given


class LineChangesBody(Input):
    """What of a line is changed. `prices` are overrides by path, in the unit that pages show."""

    name = Text(max_length=120, required=False)
    quantity = Amount(required=False, least="0")
    allowance = Amount(required=False, least="0")
    discount_percent = Percent(required=False)
    discount_from = Whole(min_value=1, max_value=120, required=False, allow_null=True)
    discount_to = Whole(min_value=1, max_value=120, required=False, allow_null=True)
    from_month = Whole(min_value=1, max_value=120, required=False, allow_null=True, help_text=RUNS)
    to_month = Whole(min_value=1, max_value=120, required=False, allow_null=True)
    optional = Flag(required=False)
    prices = serializers.DictField(child=Amount(least="0"), required=False)


class ManyLinesBody(Input):
    """What these lines are given alike."""

    lines = serializers.ListField(child=Text(max_length=60), min_length=1, max_length=2000, help_text="Their keys.")
    quantity = Amount(required=False, least="0")
    discount_percent = Percent(required=False)
    discount_from = Whole(min_value=1, max_value=120, required=False, allow_null=True)
    discount_to = Whole(min_value=1, max_value=120, required=False, allow_null=True)
    from_month = Whole(min_value=1, max_value=120, required=False, allow_null=True, help_text=RUNS)
    to_month = Whole(min_value=1, max_value=120, required=False, allow_null=True)
    optional = Flag(required=False)
    year = Whole(
        min_value=1, max_value=10, required=False, help_text="From which year of the term quantity and discount hold."
    )
    section = Text(
        max_length=60, required=False, allow_blank=True, help_text="Where they go; empty is above the first section."
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if not given.keys() - {"lines", "year"}:
            raise serializers.ValidationError({"body": "body: say what to change on these lines."})
        return given


class MoveBody(Input):
    """Of which version; of the newest unless named."""

    version = Whole(min_value=1, max_value=32767, required=False)


class NotedMoveBody(MoveBody):
    note = Text(max_length=500, required=False, default="", allow_blank=True)


class DecisionBody(Input):
    """What a person decides, on the content that they looked at."""

    decision = serializers.ChoiceField(choices=["approve", "request_changes", "reject"])
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="Of the version that was looked at.")
    comment = Text(max_length=2000, required=False, default="", allow_blank=True)


class SendingBody(MoveBody):
    contact = serializers.EmailField(required=False, max_length=254, help_text="Of one of the customer's people.")
    message = Text(max_length=MESSAGE, required=False, default="", allow_blank=True, help_text="In the mail to them.")
    countersign = Flag(required=False, default=False, help_text="Whether the seller signs too, after the customer.")


class CountersignatureBody(MoveBody):
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="Of the version that was looked at.")
    title = Text(max_length=120, help_text="The title under the seller's name.")


class EvidenceBody(Input):
    """What a customer signed outside of their page: on paper, by mail, in another signing service."""

    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="Of the version that was signed.")
    name = Text(max_length=120)
    title = Text(max_length=120)
    email = serializers.EmailField(max_length=254, help_text="Of a person that the quote was sent to, to sign.")
    document_sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="Of the signed document, which you keep.")
    signed_on = serializers.DateField()


def entity_of(code: str | None) -> int | None:
    if code is None:
        return None
    found = SellingEntity.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise serializers.ValidationError({"sold_by": f"sold_by: there is no seller {code}; see /api/v1/sellers/."})
    return found


def contact_of(customer_id: int, email: str) -> Contact:
    found = Contact.objects.filter(customer=customer_id, email__iexact=email).first()
    if found is None:
        raise Invalid({"contact": f"contact: the customer has nobody with the address {email}; add them first."})
    return found

"""Any terms, priced: exactly on usage that is given, and in bands on the forecast of a customer."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import person
from core.api.endpoint import Endpoint
from core.api.shapes import Amount, Flag, Input, Text, Whole
from core.errors import Invalid
from core.models import User
from core.roles import Permission, Scope
from customers.access import CUSTOMER, viewer
from forecasting.api.forecasts import scenario_of
from forecasting.queries import typical_of, usage_of
from forecasting.queries.making import asked
from forecasting.rules.drivers import read_drivers
from forecasting.rules.inputs import Inputs
from forecasting.rules.requests import LONGEST_TERM, REPLICATIONS
from forecasting.rules.requests import Request as Asked
from pricing import Bill, InvalidTerms, Series, Terms, Usage, bands, explain, rate
from pricing.money import minor_unit

MOST_COMPONENTS, MOST_SERIES, MOST_NUMBERS = 400, 100, 4_000_000


class UsageBody(Input):
    """What is used of one stream in each month of the term."""

    meter = Text(max_length=60)
    dimensions = serializers.DictField(child=Text(max_length=60), required=False, default=dict)
    quantities = serializers.ListField(child=Amount(least="0"), max_length=600)


class ForecastBody(Input):
    """Whose forecast, and with which scenario on top."""

    customer = Text(max_length=60, help_text="The slug of the customer.")
    scenario = Whole(required=False, min_value=1, max_value=2**62)
    paths = Whole(required=False, min_value=104, max_value=5_000, default=2_000, help_text="A multiple of 8.")

    def validate_paths(self, paths: int) -> int:
        if paths % REPLICATIONS:
            raise serializers.ValidationError(f"paths: a multiple of {REPLICATIONS} is needed, such as 2000.")
        return paths


class PriceBody(Input):
    """Terms as docs/schema/terms-v1.json says, with usage that is given or forecast; none of it is no usage."""

    terms = serializers.DictField()
    usage = serializers.ListField(child=UsageBody(), max_length=MOST_SERIES, required=False)
    forecast = ForecastBody(required=False)
    explain = Flag(required=False, default=False, help_text="Adds the waterfall from list to net.")

    def validate(self, body: dict[str, Any]) -> dict[str, Any]:
        if "usage" in body and "forecast" in body:
            raise serializers.ValidationError({"usage": "usage: give it, or name a forecast; not both."})
        return body


class BandSerializer(serializers.Serializer):
    p10 = serializers.CharField()
    p50 = serializers.CharField()
    p90 = serializers.CharField()


class BillLineSerializer(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    list = serializers.CharField()
    net = serializers.CharField()
    months = serializers.ListField(child=serializers.CharField(), help_text="Net by month.")


class ExactSerializer(serializers.Serializer):
    """The exact bill: of the usage given, or of the forecast's median in each month."""

    total = serializers.CharField()
    committed = serializers.CharField(help_text="Owed without any usage.")
    months = serializers.ListField(child=serializers.CharField())
    lines = BillLineSerializer(many=True)


class MoneyBandsSerializer(serializers.Serializer):
    """Quantiles of the money of whole simulated futures."""

    term = BandSerializer()
    months = BandSerializer(many=True)


class PricedSerializer(serializers.Serializer):
    currency = serializers.CharField()
    terms_sha256 = serializers.CharField()
    periods = serializers.ListField(child=serializers.DateField(), help_text="The first day of each.")
    exact = ExactSerializer()
    bands = MoneyBandsSerializer(allow_null=True, help_text="null for usage that was given.")
    unpriced = serializers.ListField(child=serializers.CharField(), help_text="Used, and billed by no charge.")
    steps = serializers.ListField(child=serializers.DictField(), required=False)


SEAT = {
    "kind": "charge",
    "key": "seats",
    "product": "seats",
    "name": "Seats",
    "quantity": {"source": "fixed", "value": "20"},
    "price": {"model": "per_unit", "unit": "29"},
}
TERMS = {"version": 1, "currency": "USD", "start": "2027-01-01", "months": 12, "charges": [SEAT]}

HYBRID = {
    "version": 1,
    "currency": "USD",
    "start": "2027-01-01",
    "months": 3,
    "charges": [
        SEAT,
        {
            "kind": "charge",
            "key": "tokens",
            "product": "tokens",
            "name": "Tokens",
            "quantity": {"source": "meter", "meter": "tokens"},
            "allowance": {"quantity": "1000000"},
            "price": {
                "model": "graduated",
                "tiers": [{"up_to": "50000000", "unit": "0.000004"}, {"unit": "0.000003"}],
            },
        },
    ],
    "discounts": [{"key": "pilot", "percent": "10", "charges": ["seats"], "to_month": 2}],
    "credits": [{"kind": "credit", "key": "welcome", "amount": "50", "expires_months": 3}],
    "commitments": [{"kind": "commitment", "key": "least", "amount": "900", "window": "quarter"}],
    "phases": [{"from_month": 3, "changes": [{"key": "seats", "quantity": "30"}]}],
}
USED = {"meter": "tokens", "dimensions": {"direction": "input"}, "quantities": ["40000000", "60000000", "90000000"]}


class Price(Endpoint):
    scopes = {"POST": Scope.PRICES_READ}

    @extend_schema(
        request=PriceBody,
        responses=PricedSerializer,
        examples=[
            OpenApiExample("Twenty seats", request_only=True, value={"terms": TERMS, "explain": True}),
            OpenApiExample(
                "A hybrid deal and what was used", request_only=True, value={"terms": HYBRID, "usage": [USED]}
            ),
            OpenApiExample(
                "The same on a forecast", request_only=True, value={"terms": HYBRID, "forecast": {"customer": "acme"}}
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Price any terms: the exact bill and, on a forecast, P10, P50 and P90 of the money. Nothing is stored."""
        pricer(request)
        body = self.read(PriceBody)
        terms = terms_of(body["terms"])
        futures = None
        if forecast := body.get("forecast"):
            inputs = forecast_of(request, terms, forecast)
            futures, usage = usage_of(inputs), typical_of(inputs)
        else:
            usage = given(body.get("usage", ()), terms)
        return self.answer(priced(terms, usage, futures, explained=body["explain"]))


def pricer(request: Request) -> User:
    """Whoever may see the catalog may ask what terms cost."""
    return person(request, Permission.SEE_CATALOG)


def terms_of(content: Mapping[str, Any]) -> Terms:
    try:
        terms = Terms.parse(content)
    except InvalidTerms as error:
        named = {f"terms.{path}" if path else "terms": message for path, message in error.problems}
        raise Invalid({path: f"{path} {message}." for path, message in named.items()}) from None
    if len(terms.components) > MOST_COMPONENTS:
        raise Invalid({"terms": f"terms: at most {MOST_COMPONENTS} components are priced at a time."})
    return terms


def given(rows: Sequence[Mapping[str, Any]], terms: Terms) -> Usage:
    periods = len(terms.periods)
    for n, row in enumerate(rows):
        if len(row["quantities"]) != periods:
            path = f"usage.{n}.quantities"
            raise Invalid({path: f"{path}: one for each of the {periods} months is needed."})
    if not rows:
        return Usage.zero(terms)
    return Usage.exactly({Series.of(row["meter"], **row["dimensions"]): row["quantities"] for row in rows})


def forecast_of(request: Request, terms: Terms, wanted: Mapping[str, Any]) -> Inputs:
    """What goes into the forecast of everything the customer uses, over the months of the terms."""
    viewer(request)
    customer = CUSTOMER.first(slug=wanted["customer"])
    if customer is None:
        raise Invalid({"forecast.customer": f"forecast.customer: there is no customer {wanted['customer']}."})
    months = len(terms.periods)
    if months > LONGEST_TERM:
        raise Invalid({"terms.months": f"terms.months: a forecast covers at most {LONGEST_TERM} months."})
    if months * wanted["paths"] * max(len(terms.components), 1) > MOST_NUMBERS * 10:
        raise Invalid({"forecast.paths": "forecast.paths: too much to simulate at once; ask for fewer paths."})
    scenario = wanted.get("scenario")
    drivers = read_drivers(scenario_of(customer, scenario, "forecast.scenario").drivers) if scenario else ()
    return asked(customer, Asked(terms.start, months, drivers, n_paths=wanted["paths"])).inputs


def priced(terms: Terms, usage: Usage, futures: Usage | None, *, explained: bool) -> dict[str, Any]:
    try:
        bill, idle = rate(terms, usage), rate(terms, Usage.zero(terms), lines=False)
        simulated = rate(terms, futures, lines=False) if futures is not None else None
    except (ArithmeticError, ValueError) as error:
        raise Invalid({"terms": f"terms: their numbers cannot be computed with ({str(error)[:100]})."}) from None
    found = {
        "currency": terms.currency,
        "terms_sha256": terms.sha256,
        "periods": [period.start for period in bill.periods],
        "exact": exact(bill, idle.net.sum()),
        "bands": money_bands(simulated) if simulated is not None else None,
        "unpriced": [str(series) for series in bill.unpriced],
    }
    return {**found, **({"steps": [step.texts() for step in explain(bill)]} if explained else {})}


def exact(bill: Bill, committed: Decimal) -> dict[str, Any]:
    unit = minor_unit(bill.terms.currency)
    return {
        "total": str(bill.total.quantize(unit)),
        "committed": str(Decimal(committed).quantize(unit)),
        "months": [str(amount.quantize(unit)) for amount in bill.net[0]],
        "lines": [
            {
                "key": line.key,
                "name": line.name,
                "kind": line.kind,
                "list": str(Decimal(line.list[0].sum()).quantize(unit)),
                "net": str(Decimal(line.net[0].sum()).quantize(unit)),
                "months": [str(Decimal(amount).quantize(unit)) for amount in line.net[0]],
            }
            for line in bill.lines
        ],
    }


def money_bands(bill: Bill) -> dict[str, Any]:
    currency = bill.terms.currency
    months = bands(bill.net).rounded(currency)
    term = bands(bill.net.sum(axis=1, keepdims=True)).rounded(currency)
    return {"term": band(term, 0), "months": [band(months, n) for n in range(bill.net.shape[1])]}


def band(found: Any, n: int) -> dict[str, str]:
    return {"p10": str(found.p10[n]), "p50": str(found.p50[n]), "p90": str(found.p90[n])}

"""How much a draft should promise, for programs: the advisor of the pages, and buying the draft that way."""

from decimal import Decimal
from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.schema import MATCH
from core.api.shapes import AMOUNT, Amount, Input, Text
from core.errors import Invalid, Refused
from core.roles import Permission, Scope, may
from pricing import InvalidTerms
from quotes import access
from quotes.actions.advising import use_plan
from quotes.api.drafts import EDITED, draft, edited
from quotes.api.facts import version_tag
from quotes.api.figures import BandFigures, amount, band_facts, margin_facts
from quotes.models import QuoteVersion
from quotes.queries.advice import Advice, WayToBuy, advise, ways_to_buy
from quotes.queries.advice_words import fair_words, headline, promise_words
from quotes.queries.advising import Ground, Instrument, ground, instruments
from quotes.queries.bands import band_of
from quotes.rules.band_words import way_words
from quotes.rules.plans import NONE, Plan

RISK = "20"


class AdviceQuery(Input):
    promise = serializers.CharField(required=False, max_length=60, help_text="The key of one of `promises`.")
    risk = serializers.IntegerField(
        min_value=0, max_value=95, default=int(RISK), help_text="Percent of futures in which part of it goes unused."
    )
    size = serializers.RegexField(AMOUNT, required=False, help_text="A size of your own, in money.")
    percent = serializers.DecimalField(
        7, 4, min_value=0, max_value=99, required=False, help_text="A discount of your own."
    )


class PromiseSerializer(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField(help_text="credit or commitment.")
    on_quote = serializers.BooleanField(help_text="Whether it is on the quote; else its price book sells it.")


class AdviceSerializer(serializers.Serializer):
    """What a promise of this size comes to, over all futures. Amounts are of the whole term, sizes of one window."""

    promises = PromiseSerializer(many=True)
    currency = serializers.CharField()
    words = serializers.CharField(allow_null=True, help_text="What the promise comes to.")
    fair_words = serializers.CharField(allow_null=True, help_text="Which discount would make both sides better off.")
    promise = serializers.CharField(allow_null=True, help_text="null where there is none to advise on.")
    size = serializers.CharField(allow_null=True)
    percent = serializers.CharField(allow_null=True, help_text="The discount given for it.")
    best = serializers.CharField(allow_null=True, help_text="The best size at this risk.")
    at_risk = serializers.CharField(allow_null=True, help_text="The largest size at this risk.")
    risk_percent = serializers.CharField(allow_null=True, help_text="Futures in which part of it goes unused.")
    unused = serializers.CharField(allow_null=True, help_text="Expected.")
    overage = serializers.CharField(allow_null=True, help_text="Expected.")
    break_even = serializers.CharField(allow_null=True, help_text="Spend of a window from which on it pays.")
    windows = serializers.IntegerField(allow_null=True)
    window_months = serializers.IntegerField(allow_null=True)
    bill = BandFigures(allow_null=True, help_text="Of the term, bought this way, by the engine.")
    margin = BandFigures(allow_null=True, help_text="null where you may not see margin.")


class WaysQuery(Input):
    risk = serializers.IntegerField(
        min_value=0, max_value=95, default=int(RISK), help_text="Percent of futures in which part of it goes unused."
    )


class PlanFigures(serializers.Serializer):
    """As `plan/` takes it."""

    kind = serializers.CharField()
    promise = serializers.CharField()
    size = serializers.CharField()
    percent = serializers.CharField()


class WaySerializer(serializers.Serializer):
    """One way to buy, and what the term comes to."""

    plan = PlanFigures()
    words = serializers.CharField()
    promise_words = serializers.CharField(allow_null=True, help_text="null without a promise.")
    bill = BandFigures()
    committed = serializers.CharField()
    margin = BandFigures(allow_null=True, help_text="null where you may not see margin.")
    loss_percent = serializers.CharField(allow_null=True, help_text="Futures that cost more than they bring in.")


class WaysSerializer(serializers.Serializer):
    currency = serializers.CharField()
    results = WaySerializer(many=True)


class PlanBody(Input):
    """A way to buy what is metered: no promise, or one of `promises` in a size and at a discount."""

    kind = serializers.ChoiceField(choices=["none", "credit", "commitment"])
    promise = Text(max_length=60, required=False, default="", allow_blank=True)
    size = Amount(required=False, least="0")
    percent = Amount(required=False, least="0", most="99")


class AdviceOfVersion(Endpoint):
    name_of_operation = "advice"
    scopes = {"GET": Scope.QUOTES_READ}
    query = AdviceQuery

    @extend_schema(responses=AdviceSerializer)
    def get(self, request: Request, number: str, version_number: int) -> Response:
        """How much to prepay or commit: sizes, risks and what the engine says of them."""
        user, version = access.version(request, number, version_number)
        base = ground_of(version, with_margin=may(user, Permission.SEE_MARGIN))
        known = instruments(base)
        key = self.asked.get("promise")
        chosen = next((one for one in known if one.key == key), None) if key else next(iter(known), None)
        if key and chosen is None:
            raise Invalid({"promise": f"promise: {key} is none of those that can be advised on; see `promises`."})
        found = advised(base, chosen, **self.wishes()) if chosen else None
        promises = [{"key": one.key, "name": one.name, "kind": one.kind, "on_quote": one.on_quote} for one in known]
        return self.answer({"promises": promises, "currency": version.currency, **advice_facts(found, version)})

    def wishes(self) -> dict[str, Any]:
        size = self.asked.get("size")
        given = {"size": Decimal(size)} if size else {}
        return {"risk": self.asked["risk"] / 100, "percent": self.asked.get("percent"), **given}


def advised(base: Ground, chosen: Instrument, **wishes: Any) -> Advice:
    """The advice; a size that no terms can hold is said to be one."""
    try:
        return advise(base, chosen, **wishes)
    except InvalidTerms as error:
        raise Invalid({"size": f"size: {error.problems[0][1]}."}) from None


class WaysOfVersion(Endpoint):
    name_of_operation = "ways"
    scopes = {"GET": Scope.QUOTES_READ}
    query = WaysQuery

    @extend_schema(responses=WaysSerializer)
    def get(self, request: Request, number: str, version_number: int) -> Response:
        """Pay as you go, commit and prepay side by side, on the same futures."""
        user, version = access.version(request, number, version_number)
        base = ground_of(version, with_margin=may(user, Permission.SEE_MARGIN))
        found = ways_to_buy(base, risk=self.asked["risk"] / 100) if base.offer.terms.charges else []
        rows = [way_facts(one, version.currency) for one in found]
        return self.answer({"currency": version.currency, "results": rows}, tag=version_tag(version))


class PlanOfVersion(Endpoint):
    name_of_operation = "plan"
    scopes = {"PUT": Scope.QUOTES_WRITE}

    @extend_schema(
        request=PlanBody,
        responses=EDITED,
        parameters=[MATCH],
        examples=[OpenApiExample("Pay as you go", request_only=True, value={"kind": "none"})],
    )
    def put(self, request: Request, number: str, version_number: int) -> Response:
        """Let the draft be bought this way, and no other: one edit, one step to undo."""
        user, version = draft(request, number, version_number)
        body = self.read(PlanBody)
        base = ground_of(version, with_margin=False)
        chosen = promise_named(base, body)
        plan = Plan(body["kind"], body["promise"], body.get("size", Decimal(0)), body.get("percent", Decimal(0)))
        return edited(self, user, lambda: use_plan(base, plan=plan, instrument=chosen, by=user, at=now()))


def ground_of(version: QuoteVersion, *, with_margin: bool) -> Ground:
    if not version.forecast_run:
        raise Refused("This version has no forecast yet: add a metered line, or say what usage to assume.")
    return ground(version, with_margin=with_margin)


def promise_named(base: Ground, body: dict[str, Any]) -> Instrument | None:
    if body["kind"] == NONE:
        return None
    found = next((one for one in instruments(base) if (one.key, one.kind) == (body["promise"], body["kind"])), None)
    if found is None:
        raise Invalid({"promise": f"promise: no {body['kind']} {body['promise']} can be made on this quote."})
    return found


def advice_facts(found: Advice | None, version: QuoteVersion) -> dict[str, Any]:
    if found is None:
        return dict.fromkeys(str(name) for name in AdviceSerializer().fields if name not in ("promises", "currency"))

    def money(value: float | Decimal) -> str:
        return amount(value, version.currency)

    margin = found.tried.margin
    return {
        "words": headline(found, version.currency),
        "fair_words": fair_words(found, version.currency, with_margin=margin is not None),
        "promise": found.plan.key,
        "size": money(found.plan.size),
        "percent": f"{found.plan.percent:f}",
        "best": money(found.best),
        "at_risk": money(found.at_risk),
        "risk_percent": f"{round(Decimal(str(found.risk * 100)), 2)}",
        "unused": money(found.unused),
        "overage": money(found.overage),
        "break_even": money(found.break_even),
        "windows": found.windows,
        "window_months": found.window_months,
        "bill": band_facts(band_of(found.tried.offer.net.sum(axis=1), version.currency)),
        "margin": band_facts(margin.margin) if margin else None,
    }


def way_facts(one: WayToBuy, currency: str) -> dict[str, Any]:
    offer, plan = one.tried.offer, one.tried.plan
    term = band_of(offer.net.sum(axis=1), currency)
    return {
        "plan": {
            "kind": plan.kind,
            "promise": plan.key,
            "size": amount(plan.size, currency),
            "percent": f"{plan.percent:f}",
        },
        "words": way_words(term, currency),
        "promise_words": promise_words(one.advice, currency) if one.advice else None,
        "bill": band_facts(term),
        "committed": amount(offer.committed.total, currency),
        **margin_facts(one.tried.margin),
    }

from collections import Counter
from typing import cast

from django.db import OperationalError
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Meter
from core.api.endpoint import Endpoint
from core.api.shapes import Input
from core.errors import Busy, Invalid
from core.models import ApiKey
from core.roles import Scope
from customers.access import customer_for
from metering.access import reader, sender
from metering.actions.ingest import record_lines
from metering.parsers import PARSERS, SingleParser
from metering.queries import daily_totals
from metering.queries.marks import hours_of, watermarks
from metering.rules.files import Row

MOST_DAYS_OF_HOURS = 31
STATUSES = ("accepted", "duplicate", "rejected")


class EventSerializer(serializers.Serializer):
    """A CloudEvent 1.0: `type` is the meter, `subject` the customer's slug, `data` the value and the dimensions."""

    specversion = serializers.ChoiceField(choices=["1.0"])
    id = serializers.CharField(max_length=200, help_text="Counts once for each source.")
    source = serializers.CharField(max_length=120)  # type: ignore[assignment]  # CloudEvents calls it so
    type = serializers.CharField(help_text="The code of a meter.")
    subject = serializers.CharField(required=False, help_text="The slug of a customer; only a void needs none.")
    time = serializers.DateTimeField(help_text="When it happened, with a zone; at most an hour ahead of ours.")
    data = serializers.DictField(  # type: ignore[assignment]  # CloudEvents calls it so
        help_text='Such as {"value": "1250", "model": "sonnet", "direction": "input"}.'
    )


EXAMPLES = [
    OpenApiExample(
        "Tokens",
        request_only=True,
        value={
            "specversion": "1.0",
            "id": "req-8812",
            "source": "gateway",
            "type": "tokens",
            "subject": "hartwell-legal",
            "time": "2026-11-20T10:00:00Z",
            "data": {"value": "1250", "model": "sonnet", "direction": "input"},
        },
    ),
    OpenApiExample(
        "Taking it back",
        request_only=True,
        value={
            "specversion": "1.0",
            "id": "void-17",
            "source": "gateway",
            "type": "tokens",
            "time": "2026-11-21T09:00:00Z",
            "data": {"voids": "req-8812", "reason": "test traffic"},
        },
    ),
]


class AnswerSerializer(serializers.Serializer):
    id = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    reason = serializers.CharField(required=False)


class AnswersSerializer(serializers.Serializer):
    """What became of each event, in order."""

    accepted = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    rejected = serializers.IntegerField()
    events = AnswerSerializer(many=True)


class DaySerializer(serializers.Serializer):
    day = serializers.DateField()
    value = serializers.CharField(help_text="Exact, as text.")


class SeriesSerializer(serializers.Serializer):
    meter = serializers.CharField()
    dimensions = serializers.DictField(child=serializers.CharField())
    days = DaySerializer(many=True)


class WatermarkSerializer(serializers.Serializer):
    """How far a meter is known. What came for a day that was complete is late: it counts, and the days from
    `revised_from` on changed at `revised_at`."""

    meter = serializers.CharField()
    data_date = serializers.DateField()
    complete_through = serializers.DateField()
    late_events = serializers.IntegerField()
    revised_from = serializers.DateField(allow_null=True)
    revised_at = serializers.DateTimeField(allow_null=True)


class UsageSerializer(serializers.Serializer):
    """Daily totals (days of the meter's zone). A day that is not listed is unknown, not zero."""

    customer = serializers.CharField()
    source_note = serializers.CharField()
    watermarks = WatermarkSerializer(many=True)
    series = SeriesSerializer(many=True)


class HourSerializer(serializers.Serializer):
    dimensions = serializers.DictField(child=serializers.CharField())
    hour = serializers.DateTimeField(help_text="Its first moment, in UTC.")
    value = serializers.CharField(help_text="Exact, as text.")
    events = serializers.IntegerField()


class HoursSerializer(serializers.Serializer):
    """Totals by the hour. An hour that is not listed is unknown, not zero."""

    customer = serializers.CharField()
    meter = serializers.CharField()
    hours = HourSerializer(many=True)


class UsageQuery(Input):
    until = serializers.DateField(required=False, help_text="The last day.")
    meter = serializers.CharField(required=False, max_length=60, help_text="The code of a meter.")

    def get_fields(self) -> dict[str, serializers.Field]:
        first = serializers.DateField(required=False, help_text="The first day.")
        return {"from": first, **super().get_fields()}


class Usage(Endpoint):
    scopes = {"GET": Scope.USAGE_READ}
    query = UsageQuery

    @extend_schema(responses=UsageSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Daily totals per meter and dimensions, exact; `from`, `until` and `meter` narrow them."""
        reader(request)
        _, customer = customer_for(request, slug)
        days = [self.asked.get(name) for name in ("from", "until")]
        series = daily_totals(customer, first=days[0], last=days[1], meter=self.asked.get("meter", ""))
        known = {"customer": customer.slug, "source_note": customer.note_on_data, "watermarks": watermarks(customer)}
        return self.answer({**known, "series": series})


class UsageHours(Endpoint):
    scopes = {"GET": Scope.USAGE_READ}
    query = UsageQuery

    @extend_schema(responses=HoursSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Totals of one meter by the hour, over at most 31 days, from the events recorded here."""
        reader(request)
        _, customer = customer_for(request, slug)
        meter = Meter.objects.filter(code=self.asked.get("meter", "")).first()
        if meter is None or meter.outcome:
            raise Invalid({"meter": "meter: name one that is added up by its events; an outcome counts by the day."})
        first, last = self.asked.get("from"), self.asked.get("until")
        if first is None or last is None or not 0 <= (last - first).days < MOST_DAYS_OF_HOURS:
            raise Invalid({"until": f"until: name a first and a last day, at most {MOST_DAYS_OF_HOURS} days in all."})
        found = hours_of(customer, meter, first=first, last=last)
        return self.answer({"customer": customer.slug, "meter": meter.code, "hours": found})


class Events(Endpoint):
    scopes = {"POST": Scope.EVENTS_WRITE}
    parser_classes = PARSERS

    @extend_schema(
        request={parser.media_type: EventSerializer(many=parser is not SingleParser) for parser in PARSERS},
        responses=AnswersSerializer,
        examples=EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Record CloudEvents 1.0: one, a JSON array of at most 5,000, or one a line.

        An answer for each event, in order: `accepted`, `duplicate` (its source and id are known) or `rejected` with
        the reason. All events that are not rejected are recorded in one transaction, and the answer is given when it
        is durable. Without an answer of 200 nothing was recorded, or the answer was lost: send the same batch again.

        A correction is an event with a value below zero. `"data": {"voids": "<id>"}` takes the event of that id and
        the same source back, whichever of the two arrives first.
        """
        user = sender(request)
        key = request.auth
        by = f"{user.username} by key {key.prefix}" if isinstance(key, ApiKey) else user
        try:
            answers = record_lines(cast(list[Row], request.data), by=by, at=now())
        except OperationalError:
            raise Busy("The database is busy and nothing was recorded. Send the same batch again.") from None
        counts = Counter(answer.status for answer in answers)
        listed = [
            {"id": one.id, "status": one.status, **({"reason": one.reason} if one.reason else {})} for one in answers
        ]
        return self.answer({**{status: counts[status] for status in STATUSES}, "events": listed})

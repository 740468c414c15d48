from datetime import date
from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Invalid
from customers.access import customer_for
from metering.access import importer
from metering.actions.ingest import record_batch
from metering.queries import daily_totals

LARGEST_BATCH = 1000


class EventSerializer(serializers.Serializer):
    """A CloudEvent 1.0: `type` is the meter, `subject` the customer's slug, `data` the value and the dimensions."""

    specversion = serializers.ChoiceField(choices=["1.0"])
    id = serializers.CharField(max_length=200, help_text="Counts once for each source.")
    source = serializers.CharField(max_length=120)  # type: ignore[assignment]  # CloudEvents calls it so
    type = serializers.CharField(help_text="The code of a meter.")
    subject = serializers.CharField(help_text="The slug of a customer.")
    time = serializers.DateTimeField()
    data = serializers.DictField(  # type: ignore[assignment]  # CloudEvents calls it so
        help_text='Such as {"value": "1250", "model": "sonnet", "direction": "input"}.'
    )


class AnswerSerializer(serializers.Serializer):
    id = serializers.CharField()
    status = serializers.ChoiceField(choices=["accepted", "duplicate", "rejected"])
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


class UsageSerializer(serializers.Serializer):
    """Daily totals (UTC). A day that is not listed is unknown, not zero."""

    customer = serializers.CharField()
    source_note = serializers.CharField()
    series = SeriesSerializer(many=True)


class CloudEventParser(JSONParser):
    """One CloudEvent in structured JSON."""

    media_type = "application/cloudevents+json"


class CloudEventBatchParser(JSONParser):
    """Many CloudEvents in one JSON array."""

    media_type = "application/cloudevents-batch+json"


@extend_schema(
    parameters=[OpenApiParameter("from", date), OpenApiParameter("until", date), OpenApiParameter("meter", str)],
    responses=UsageSerializer,
)
@api_view(["GET"])
def usage(request: Request, slug: str) -> Response:
    """Daily totals per meter and dimensions, exact; `from`, `until` and `meter` narrow them."""
    _, customer = customer_for(request, slug)
    days = {name: day_of(request.query_params.get(name, ""), name) for name in ("from", "until")}
    meter = request.query_params.get("meter", "").replace("\x00", "\ufffd")
    series = daily_totals(customer, first=days["from"], last=days["until"], meter=meter)
    return Response({"customer": customer.slug, "source_note": customer.note_on_data, "series": series})


@extend_schema(request=EventSerializer(many=True), responses=AnswersSerializer)
@api_view(["POST"])
@parser_classes([CloudEventBatchParser, CloudEventParser, JSONParser])
def events(request: Request) -> Response:
    """Record CloudEvents 1.0, one or a batch; the answer is given when they are durable, one for each event."""
    user = importer(request)
    answers = record_batch(batch_of(request.data), by=user, at=now())
    counts = {status: sum(answer.status == status for answer in answers) for status in STATUSES}
    listed = [{"id": one.id, "status": one.status, **({"reason": one.reason} if one.reason else {})} for one in answers]
    return Response({**counts, "events": listed})


STATUSES = ("accepted", "duplicate", "rejected")


def batch_of(data: Any) -> list[dict[str, object]]:
    batch = data if isinstance(data, list) else [data]
    if not batch or not all(isinstance(event, dict) for event in batch):
        raise Invalid({"body": "Send one CloudEvent as an object, or a batch of them as an array."})
    if len(batch) > LARGEST_BATCH:
        raise Invalid({"body": f"At most {LARGEST_BATCH:,} events at a time; these are {len(batch):,}."})
    return batch


def day_of(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid({name: f'{name}: "{text[:40]}" is not a day such as 2026-11-02.'}) from None

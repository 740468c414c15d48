"""How connections to CRMs look to programs, and what programs send about them."""

from typing import Any

from rest_framework import serializers

from core.api.shapes import Flag, Input, Text
from crm.models import Received
from crm.rules.mappings import KEYS, LONGEST, MOST_STAGES
from crm.rules.words import EVENTS
from quotes.rules.opportunities import LONGEST as LONGEST_OF


class ConnectionSerializer(serializers.Serializer):
    """A CRM that tells of opportunities at `inbound_url`, and is told of quotes at `url`."""

    system = serializers.CharField()
    name = serializers.CharField()
    inbound_url = serializers.URLField()
    url = serializers.CharField(allow_null=True, help_text="null where it is told nothing.")
    seller = serializers.CharField(help_text="In whose name drafts are started.")
    adds_customers = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    disabled_at = serializers.DateTimeField(allow_null=True)
    old_ends_at = serializers.DateTimeField(allow_null=True, help_text="Until when the secret before is taken too.")


class ConnectedSerializer(ConnectionSerializer):
    """With its secrets, shown only now."""

    secret = serializers.CharField(required=False, allow_null=True, help_text="By which the CRM signs.")
    our_secret = serializers.CharField(required=False, allow_null=True, help_text="By which we sign.")


class MappingSerializer(serializers.Serializer):
    """Which field of the CRM is which of ours, in both directions (docs/CRM.md)."""

    object = serializers.CharField(help_text="What the CRM calls an opportunity.")
    fields = serializers.DictField(child=serializers.CharField(), help_text="Our fact: the CRM's field.")  # type: ignore[assignment]  # the public name
    stages = serializers.DictField(child=serializers.CharField(), help_text="Our event: the CRM's stage.")
    numbers = serializers.BooleanField(help_text="Whether amounts go out as numbers; else as text.")
    reads = serializers.DictField(child=serializers.CharField(), help_text="Our name: a path, or =constant.")
    won = serializers.ListField(child=serializers.CharField())
    lost = serializers.ListField(child=serializers.CharField())
    wanted = serializers.ListField(child=serializers.CharField(), help_text="Stages that want a quote.")


class UsualMappingSerializer(MappingSerializer):
    name = serializers.CharField()


class UsualMappingListSerializer(serializers.Serializer):
    results = UsualMappingSerializer(many=True)


class OfferedSerializer(serializers.Serializer):
    number = serializers.CharField()
    title = serializers.CharField()


class PreviewSerializer(serializers.Serializer):
    """The message as it would be sent; null where no quote belongs to an opportunity of this CRM."""

    quote = serializers.CharField(allow_null=True)
    event = serializers.CharField(allow_null=True)
    message = serializers.DictField(allow_null=True)
    offered = OfferedSerializer(many=True, help_text="Quotes to preview.")


class ReceivedSerializer(serializers.ModelSerializer):
    """A message of the CRM: taken, with what came of it, or refused with the problem."""

    answer = serializers.DictField()

    class Meta:
        model = Received
        fields = ["name", "kind", "state", "at", "body", "answer"]


class NewConnectionBody(Input):
    system = Text(max_length=LONGEST_OF["system"], help_text="salesforce, hubspot or another name in small letters.")
    url = Text(max_length=500, required=False, default="", allow_blank=True, help_text="Told of quotes; empty for no.")
    seller = Text(max_length=150, help_text="The username of somebody who sells.")


class ConnectionChangesBody(Input):
    seller = Text(max_length=150, required=False)
    adds_customers = Flag(required=False)


class AddressBody(Input):
    url = Text(max_length=500)


class Stages(serializers.ListField):
    child = Text(max_length=LONGEST)

    def __init__(self) -> None:
        super().__init__(max_length=MOST_STAGES, required=False, default=list)


class Names(serializers.DictField):
    """What may stand there is a closed list."""

    child = Text(max_length=LONGEST)

    def __init__(self, part: str) -> None:
        super().__init__(required=False, default=dict, help_text=f"Known are: {', '.join(KEYS[part])}.")
        self.known = frozenset(KEYS[part])

    def to_internal_value(self, data: Any) -> dict[str, str]:
        found: dict[str, str] = super().to_internal_value(data)
        if unknown := [name for name in found if name not in self.known]:
            raise serializers.ValidationError({str(name)[:60]: "not known here." for name in unknown[:10]})
        return found


class MappingBody(Input):
    """All of it: what is left out is neither told nor read."""

    object = Text(max_length=LONGEST)
    fields = Names("fields")  # type: ignore[assignment]  # the public name
    stages = Names("stages")
    numbers = Flag(required=False, default=False)
    reads = Names("reads")
    won = Stages()
    lost = Stages()
    wanted = Stages()


class PreviewQuery(Input):
    number = serializers.CharField(required=False, max_length=60, help_text="Of one of `offered`.")
    event = serializers.ChoiceField(choices=list(EVENTS), required=False, help_text="Of which it would be told.")

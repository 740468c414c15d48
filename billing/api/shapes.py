"""How accounts with billing systems look to programs, and what programs send about them. No secret is ever among it."""

from rest_framework import serializers

from billing.rules import Mode
from billing.targets import DEFAULT
from core.api.shapes import Input, Text

MODES = [mode.value for mode in Mode]


class SettingSerializer(serializers.Serializer):
    """Something that an account of this system has: sent in `secrets` where it is `secret`, else in `options`."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the public name
    help = serializers.CharField()
    secret = serializers.BooleanField()
    required = serializers.BooleanField()  # type: ignore[assignment]  # the public name


class SystemSerializer(serializers.Serializer):
    """A billing system; `urls` is where it is called unless an account says otherwise."""

    target = serializers.CharField()
    name = serializers.CharField()
    settings = SettingSerializer(many=True)
    urls = serializers.DictField(child=serializers.CharField())
    refuses = serializers.ListField(child=serializers.CharField(), help_text="Kinds of terms that it cannot bill.")


class SystemListSerializer(serializers.Serializer):
    results = SystemSerializer(many=True)


class AccountSerializer(serializers.Serializer):
    """An account with a billing system; `code` is what routes name."""

    code = serializers.CharField()
    target = serializers.CharField()
    mode = serializers.ChoiceField(choices=MODES)
    base_url = serializers.CharField(help_text='"" for the usual address of the system.')
    options = serializers.DictField(child=serializers.CharField())
    secrets_kept = serializers.ListField(child=serializers.CharField(), help_text="Their names; never more.")
    takes_contracts = serializers.BooleanField(help_text="Whether new contracts go here unless routed elsewhere.")
    changed_at = serializers.DateTimeField()
    changed_by = serializers.CharField()


class TrialSerializer(serializers.Serializer):
    works = serializers.BooleanField()
    said = serializers.CharField(help_text="What the system answered, or why it did not.")


class RoutesSerializer(serializers.Serializer):
    """Where new contracts go; a selling entity that is not named goes as all others."""

    default = serializers.CharField(help_text=f'The code of an account, or "{DEFAULT}".')
    sellers = serializers.DictField(child=serializers.CharField(), help_text="By the code of a selling entity.")


def texts(about: str) -> serializers.DictField:
    return serializers.DictField(child=Text(max_length=500, allow_blank=True), required=False, help_text=about)


ADDRESS = "https, port 443 or 8443, a public host; empty for the usual address, where the system has one."


class NewAccountBody(Input):
    target = Text(max_length=32, help_text="Of `billing/systems/`.")
    mode = serializers.ChoiceField(choices=MODES)
    base_url = Text(max_length=200, required=False, default="", allow_blank=True, help_text=ADDRESS)
    options = texts("By name of the setting.")
    secrets = texts("By name of the setting; kept sealed, never shown again.")


class AccountChangesBody(Input):
    base_url = Text(max_length=200, required=False, allow_blank=True, help_text=ADDRESS)
    options = texts("Only what changes.")
    secrets = texts("Needed where the address changes: none is sent to an address that it was not given for.")


class SecretsBody(Input):
    secrets = serializers.DictField(
        child=Text(max_length=500),
        allow_empty=False,
        help_text="Only what is replaced; kept sealed, never shown again.",
    )


class RoutesBody(Input):
    default = Text(max_length=60)
    sellers = texts("All that do not go as the default.")

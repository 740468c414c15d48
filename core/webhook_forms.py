"""The form of an endpoint that is told of events."""

from typing import Any

from django import forms

from core.announcing import events
from core.languages import lazily as _
from core.models import WebhookEndpoint


class EndpointForm(forms.Form):
    url = forms.CharField(
        max_length=500,
        label=_("Address"),
        help_text=_("https, port 443 or 8443, a public host."),
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/hooks"}),
    )
    about = forms.CharField(max_length=120, required=False, label=_("What it is for"))
    chosen = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, label=_("Events"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = [(event.name, event.about) for event in events()]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, endpoint: WebhookEndpoint, data: Any = None) -> "EndpointForm":
        return cls(data, initial={"url": endpoint.url, "about": endpoint.about, "chosen": endpoint.events})

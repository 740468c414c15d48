from django import forms

from customers.models import Customer


class UploadForm(forms.Form):
    """A file of usage events."""

    file = forms.FileField(
        help_text="CSV with the columns id, time, meter, value and one per dimension, or CloudEvents as NDJSON. "
        "At most 20 MB.",
    )
    format = forms.ChoiceField(choices=[("csv", "CSV"), ("ndjson", "NDJSON")], label="Format")
    customer = forms.ModelChoiceField(
        Customer.objects.order_by("name"),
        required=False,
        empty_label="Each row names its own",
        to_field_name="slug",
    )

"""For whom a quote like another one is, and the name of a template."""

from typing import Any

from django import forms

from core.languages import lazily as _
from customers.models import Customer


class StartForm(forms.Form):
    """Another customer, or the same one again."""

    customer = forms.ModelChoiceField(
        Customer.objects.none(), to_field_name="slug", empty_label=_("Choose a customer"), label=_("Customer")
    )
    title = forms.CharField(max_length=120, label=_("Title"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["customer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Customer.objects.order_by("name")

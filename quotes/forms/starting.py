"""For whom a quote like another one is, and the name of a template."""

from django import forms

from core.languages import lazily as _
from customers.forms import CustomerField


class StartForm(forms.Form):
    """Another customer, or the same one again."""

    customer = CustomerField(label=_("Customer"), error_messages={"required": _("Choose a customer.")})
    title = forms.CharField(max_length=120, label=_("Title"), required=False)

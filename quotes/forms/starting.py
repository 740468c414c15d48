"""For whom a quote like another one is, the name of a template, and with whose usage a package is tried."""

from django import forms

from core.languages import lazily as _
from customers.forms import CustomerField


class PreviewForm(forms.Form):
    """Whose usage a package is tried with."""

    customer = CustomerField(label=_("Customer"))


class StartForm(forms.Form):
    """Another customer, or the same one again."""

    customer = CustomerField(label=_("Customer"), error_messages={"required": _("Choose a customer.")})
    title = forms.CharField(max_length=120, label=_("Title"), required=False)

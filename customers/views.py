from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Invalid
from core.forms import mark
from core.http import render_page, see_other
from core.roles import Permission, may
from customers.access import customer_for, editable_contact, editable_customer, editor, viewer
from customers.actions import (
    Imported,
    add_contact,
    add_customer,
    change_contact,
    change_customer,
    import_customers,
    remove_contact,
)
from customers.forms import ContactForm, CustomerForm, TableForm
from customers.models import Customer
from customers.queries import customer_page, find_customers, names_to_choose
from customers.tables import COLUMNS, MOST_ROWS, Row, rows_of

PAGE = 50
T = TypeVar("T")


@require_safe
def customer_list(request: HttpRequest) -> HttpResponse:
    """All customers, narrowed by the search."""
    user = viewer(request)
    text = request.GET.get("q", "").strip().replace("\x00", "")[:100]
    page = Paginator(find_customers(text), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "text": text, "may_edit": may(user, Permission.EDIT_CUSTOMERS)}
    return render_page(request, "customers/list.html", context, part="rows")


@require_safe
def choices(request: HttpRequest) -> HttpResponse:
    """The names that what is typed into a field may be, as options below it."""
    viewer(request)
    text = request.GET.get(request.GET.get("of", ""), "").strip().replace("\x00", "")[:100]
    return HttpResponse(format_html_join("", '<option value="{}">', ([name] for name in names_to_choose(text))))


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One customer; usage, quotes and contracts come as panels by address."""
    user, customer = customer_for(request, slug)
    return render_page(
        request,
        "customers/detail.html",
        {
            "page": customer_page(customer),
            "customer": customer,
            "may_edit": may(user, Permission.EDIT_CUSTOMERS),
            "may_quote": may(user, Permission.EDIT_QUOTES),
            "sees_contracts": may(user, Permission.SEE_CONTRACTS),
            "sees_quotes": may(user, Permission.SEE_OWN_QUOTES) or may(user, Permission.SEE_ALL_QUOTES),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a customer, then show it."""
    user = editor(request)
    form = CustomerForm(posted(request))
    if form.is_valid() and (customer := attempt(form, add_customer, form.values(), by=user)):
        return see_other(request, address(customer))
    return show_form(request, form, heading=_("New customer"), back=reverse("customers:list"))


@require_http_methods(["GET", "HEAD", "POST"])
def new_table(request: HttpRequest) -> HttpResponse:
    """Many customers from a table: first what each row would do, then, unchanged, all of them."""
    user = editor(request)
    form = TableForm(posted(request), request.FILES or None)
    if not form.is_valid():
        return show_table(request, form)
    text = form.cleaned_data["text"]
    try:
        rows = rows_of(text)
        if form.cleaned_data["apply"]:
            done = import_customers(rows, by=user, at=now())
            messages.info(request, said(done))
            return see_other(request, reverse("customers:list"))
    except Invalid as problem:
        mark(form, problem)
        return show_table(request, form)
    return show_table(request, TableForm(initial={"text": text}), rows=rows)


def show_table(request: HttpRequest, form: TableForm, *, rows: list[Row] | None = None) -> HttpResponse:
    wrong = [row for row in rows or [] if row.errors]
    context = {
        "form": form,
        "rows": rows,
        "wrong": wrong,
        "new": [row for row in rows or [] if row.is_new],
        "changed": [row for row in rows or [] if row.changes and not row.errors],
        "columns": COLUMNS,
        "most": MOST_ROWS,
    }
    status = 422 if wrong or (form.is_bound and form.errors) else 200
    return render_page(request, "customers/table.html", context, status=status)


def said(done: Imported) -> str:
    return _("{added} added, {changed} changed, {known} known already.").format(
        added=len(done.added), changed=len(done.changed), known=len(done.known)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a customer, then show it."""
    user, customer = editable_customer(request, slug)
    form = CustomerForm(posted(request), instance=Customer.objects.get(pk=customer.pk))
    if form.is_valid() and attempt(form, change_customer, customer, form.values(), by=user) is not None:
        return see_other(request, address(customer))
    return show_form(
        request, form, heading=_("Edit {name}").format(name=customer.name), back=address(customer), customer=customer
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_contact(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a person at the customer."""
    user, customer = editable_customer(request, slug)
    form = ContactForm(posted(request))
    if form.is_valid() and attempt(form, add_contact, customer, **form.values(), by=user) is not None:
        return see_other(request, address(customer))
    return show_form(request, form, heading=_("New contact"), back=address(customer), customer=customer)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_contact(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change a person at the customer."""
    user, contact = editable_contact(request, slug, pk)
    form = ContactForm(posted(request), instance=contact)
    # The form has written into its instance; the action starts from what is stored.
    contact = editable_contact(request, slug, pk)[1]
    if form.is_valid() and attempt(form, change_contact, contact, **form.values(), by=user) is not None:
        return see_other(request, address(contact.customer))
    back = address(contact.customer)
    return show_form(
        request,
        form,
        heading=_("Edit {name}").format(name=contact.name),
        back=back,
        customer=contact.customer,
        removal=reverse("customers:contact_removal", args=[contact.customer.slug, contact.pk]),
    )


@require_POST
def contact_removal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Forget a person at the customer."""
    user, contact = editable_contact(request, slug, pk)
    remove_contact(contact, by=user, at=now())
    return see_other(request, address(contact.customer))


def attempt(form: ModelForm, action: Callable[..., T], *args: Any, **values: Any) -> T | None:
    """What the action gives; None, with its messages on the form, when it finds the input wrong."""
    try:
        return action(*args, at=now(), **values)
    except Invalid as problem:
        mark(form, problem)
        return None


def show_form(
    request: HttpRequest,
    form: ModelForm,
    *,
    heading: str,
    back: str,
    customer: Customer | None = None,
    removal: str = "",
) -> HttpResponse:
    context = {"form": form, "heading": heading, "back": back, "customer": customer, "removal": removal}
    return render_page(request, "customers/form.html", context, part="form", status=422 if form.is_bound else 200)


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def address(customer: Customer) -> str:
    return reverse("customers:detail", args=[customer.slug])

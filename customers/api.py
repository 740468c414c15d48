"""Customers for programs: the same rights and the same actions as the pages."""

import csv
import hashlib
import io
import json
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.etags import check_match, tag_of
from core.api.pages import Paged, list_of, page_of
from core.api.parsers import TextBody
from core.api.shapes import Input, Text, Whole
from core.errors import Invalid
from core.roles import Scope
from customers.access import customer_for, editable_customer, editor, viewer
from customers.actions import add_contact, add_customer, change_customer, import_customers, slug_for
from customers.models import Contact, Customer
from customers.queries import customer_page, find_customers
from customers.rules import FORM

MOST_ROWS = 500


class CustomerSerializer(serializers.ModelSerializer):
    """A customer in a list; `parent` is the slug of the company that pays."""

    parent = serializers.CharField(source="parent.slug", default=None, allow_null=True)  # type: ignore[assignment]

    class Meta:
        model = Customer
        fields = [
            "slug",
            "name",
            "legal_name",
            "segment",
            "country",
            "currency",
            "address",
            "payment_days",
            "language",
            "parent",
            "note_on_data",
        ]


class ContactSerializer(serializers.ModelSerializer):
    class Meta:
        model = Contact
        fields = ["name", "email", "title"]


class CustomerDetailSerializer(CustomerSerializer):
    """One customer, its people, and the slugs of the companies it pays for."""

    contacts = ContactSerializer(many=True)
    children = serializers.ListField(child=serializers.SlugField())

    class Meta(CustomerSerializer.Meta):
        fields = [*CustomerSerializer.Meta.fields, "contacts", "children"]


class CustomerChanges(Input):
    """What is known about a customer."""

    name = Text(max_length=120, required=False)
    legal_name = Text(max_length=160, required=False)
    segment = serializers.ChoiceField(choices=Customer.Segment.values, required=False)
    country = serializers.RegexField(r"^[A-Z]{2}$", required=False, help_text="Two letters, such as US.")
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False, help_text="Three letters, such as USD.")
    address = Text(max_length=500, required=False, allow_blank=True)
    payment_days = Whole(min_value=0, max_value=180, required=False)
    language = serializers.ChoiceField(choices=[code for code, _ in settings.LANGUAGES], required=False)
    parent = Text(  # type: ignore[assignment]  # the public name
        max_length=60, required=False, allow_null=True, help_text="The slug of the company that pays."
    )
    note_on_data = Text(max_length=1000, required=False, allow_blank=True)

    def validate_parent(self, slug: str | None) -> Customer | None:
        found = Customer.objects.select_related("parent").filter(slug=slug).first() if slug else None
        if slug and found is None:
            raise serializers.ValidationError(f"parent: there is no customer {slug}.")
        return found


class NewCustomer(CustomerChanges):
    """A customer to add. The slug is made from the name unless given, and stays."""

    slug = serializers.RegexField(r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60, required=False)
    name = Text(max_length=120)
    legal_name = Text(max_length=160)
    segment = serializers.ChoiceField(choices=Customer.Segment.values)
    country = serializers.RegexField(r"^[A-Z]{2}$", help_text="Two letters, such as US.")

    def validate_slug(self, slug: str) -> str:
        if slug == FORM:
            raise serializers.ValidationError(f'slug: "{FORM}" is the address of the form; choose another.')
        return slug


class NewContact(Input):
    """A person at the customer, who may be sent a quote."""

    name = Text(max_length=120)
    email = serializers.EmailField(max_length=254)
    title = Text(max_length=120, required=False, default="", allow_blank=True)


class CustomerQuery(Paged):
    q = serializers.CharField(required=False, max_length=100, help_text="Part of a name, slug or contact.")
    segment = serializers.ChoiceField(choices=Customer.Segment.values, required=False)
    country = serializers.RegexField(r"^[A-Z]{2}$", required=False)


class ImportedSerializer(serializers.Serializer):
    added = serializers.ListField(child=serializers.SlugField(), help_text="Slugs of the new customers, row by row.")
    known = serializers.ListField(child=serializers.SlugField(), help_text="Were there already and stay as they are.")


ACME = OpenApiExample(
    "A company",
    request_only=True,
    value={"name": "Acme", "legal_name": "Acme Inc.", "segment": "startup", "country": "US", "currency": "USD"},
)
CLEO = OpenApiExample(
    "Who may sign",
    request_only=True,
    value={"name": "Mira Sol", "email": "mira.sol@acme.example", "title": "Head of Legal"},
)


class Customers(Endpoint):
    scopes = {"GET": Scope.CUSTOMERS_READ, "POST": Scope.CUSTOMERS_WRITE}
    query = CustomerQuery

    @extend_schema(responses=list_of(CustomerSerializer))
    def get(self, request: Request) -> Response:
        """Customers by name."""
        viewer(request)
        found = find_customers(self.asked.get("q", "").strip())
        found = found.filter(**{name: self.asked[name] for name in ("segment", "country") if name in self.asked})
        page = page_of(found, self.asked, "name", "slug", name="customers")
        return self.answer(page.answer(request, CustomerSerializer(page.rows, many=True).data))

    @extend_schema(request=NewCustomer, responses={201: CustomerDetailSerializer}, examples=[ACME])
    def post(self, request: Request) -> Response:
        """Add a customer."""
        user = editor(request)
        added = add_customer(self.read(NewCustomer), by=user, at=now())
        return self.answer(
            detail(added), status=201, tag=customer_tag(added), headers={"Location": f"{request.path}{added.slug}/"}
        )


class OneCustomer(Endpoint):
    scopes = {"GET": Scope.CUSTOMERS_READ, "PATCH": Scope.CUSTOMERS_WRITE}

    @extend_schema(responses=CustomerDetailSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """One customer with its contacts and the companies it pays for."""
        _, found = customer_for(request, slug)
        return self.answer(detail(found), tag=customer_tag(found))

    @extend_schema(
        request=CustomerChanges,
        responses=CustomerDetailSerializer,
        examples=[OpenApiExample("Terms", request_only=True, value={"payment_days": 45})],
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Change what is known; needs If-Match with the ETag that was read."""
        user, found = editable_customer(request, slug)
        changes = self.read(CustomerChanges)
        with transaction.atomic():
            fresh = Customer.objects.select_for_update(of=("self",)).select_related("parent").get(pk=found.pk)
            check_match(request, customer_tag(fresh))
            changed = change_customer(fresh, changes, by=user, at=now())
        return self.answer(detail(changed), tag=customer_tag(changed))


class Contacts(Endpoint):
    scopes = {"POST": Scope.CUSTOMERS_WRITE}

    @extend_schema(request=NewContact, responses={201: ContactSerializer}, examples=[CLEO])
    def post(self, request: Request, slug: str) -> Response:
        """Add a person at the customer."""
        user, found = editable_customer(request, slug)
        contact = add_contact(found, **self.read(NewContact), by=user, at=now())
        return self.answer(ContactSerializer(contact).data, status=201)


class CustomerImports(Endpoint):
    scopes = {"POST": Scope.CUSTOMERS_WRITE}
    parser_classes = (TextBody,)

    @extend_schema(
        request={"text/csv": str},
        responses={201: ImportedSerializer},
        examples=[
            OpenApiExample(
                "Two companies",
                request_only=True,
                media_type="text/csv",
                value="name,legal_name,segment,country\nAcme,Acme Inc.,startup,US\nBeta,Beta GmbH,enterprise,DE\n",
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Add many customers from CSV: all of them or, with every wrong row named, none.

        The first row names the columns, as the fields of a new customer are called. Whose slug is known stays as it
        is, so that a file may be sent again.
        """
        user = editor(request)
        rows = checked_rows(csv_rows(str(request.data or "")))
        added, known = import_customers(rows, by=user, at=now())
        return self.answer({"added": added, "known": known}, status=201)


def csv_rows(text: str) -> list[dict[str, Any]]:
    try:
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise Invalid({"body": f"body: this is not CSV ({error})."}) from None
    if not 1 <= len(rows) <= MOST_ROWS:
        raise Invalid({"body": f"body: between 1 and {MOST_ROWS} rows under a row of names; these are {len(rows)}."})
    return rows


def checked_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The values of every row; Invalid names each cell that is wrong as "3.country", counted from 1."""
    found, errors = [], {}
    for number, row in enumerate(rows, start=1):
        if None in row or None in row.values():
            errors[f"{number}"] = f"{number}: as many cells as names are needed."
            continue
        given = {name: cell.strip() for name, cell in row.items() if cell.strip()}
        days = given.get("payment_days", "")
        one = NewCustomer(data={**given, **({"payment_days": int(days)} if days.isdecimal() else {})})
        if one.is_valid():
            found.append(dict(one.validated_data))
        else:
            errors.update({f"{number}.{name}": f"{name}: {texts[0]}" for name, texts in one.errors.items()})
    if errors := errors or repeated(found):
        raise Invalid(errors)
    return found


def repeated(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Rows of a customer that stands further up already."""
    first: dict[str, int] = {}
    errors = {}
    for number, row in enumerate(rows, start=1):
        slug = slug_for(row)
        if first.setdefault(slug, number) != number:
            errors[f"{number}.slug"] = f"slug: {slug} stands in row {first[slug]} already."
    return errors


def detail(found: Customer) -> dict[str, Any]:
    page = customer_page(found)
    return {
        **CustomerSerializer(found).data,
        "contacts": ContactSerializer(page.contacts, many=True).data,
        "children": [relative.slug for relative in page.below if relative.level == 1],
    }


def customer_tag(found: Customer) -> str:
    text = json.dumps(CustomerSerializer(found).data, sort_keys=True)
    return tag_of(hashlib.sha256(text.encode()).hexdigest()[:16])

"""Customers for programs: the same rights and the same actions as the pages."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.etags import check_given, check_match, hash_tag
from core.api.pages import Paged, list_of, page_of
from core.api.parsers import TextBody
from core.api.schema import SEEN
from core.api.shapes import Input, Text
from core.roles import Scope
from customers.access import customer_for, editable_contact, editable_customer, editor, viewer
from customers.actions import (
    add_contact,
    add_customer,
    change_contact,
    change_customer,
    import_customers,
    remove_contact,
)
from customers.models import Contact, Customer
from customers.queries import customer_page, find_customers
from customers.shapes import CustomerChanges, NewCustomer
from customers.tables import rows_of


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
            "external_id",
            "domain",
        ]


class ContactSerializer(serializers.ModelSerializer):
    class Meta:
        model = Contact
        fields = ["id", "name", "email", "title"]


class CustomerDetailSerializer(CustomerSerializer):
    """One customer, its people, and the slugs of the companies it pays for."""

    contacts = ContactSerializer(many=True)
    children = serializers.ListField(child=serializers.SlugField())

    class Meta(CustomerSerializer.Meta):
        fields = [*CustomerSerializer.Meta.fields, "contacts", "children"]


class NewContact(Input):
    """A person at the customer, who may be sent a quote."""

    name = Text(max_length=120)
    email = serializers.EmailField(max_length=254)
    title = Text(max_length=120, required=False, default="", allow_blank=True)


class CustomerQuery(Paged):
    q = serializers.CharField(required=False, max_length=100, help_text="Part of a name, slug or contact.")
    segment = serializers.ChoiceField(choices=Customer.Segment.values, required=False, help_text="How large they are.")
    country = serializers.RegexField(r"^[A-Z]{2}$", required=False, help_text="As ISO 3166 has it: DE.")
    external_id = serializers.CharField(required=False, max_length=100, help_text="Its id in your CRM.")


class ImportedSerializer(serializers.Serializer):
    added = serializers.ListField(child=serializers.SlugField(), help_text="Slugs of the new customers, row by row.")
    changed = serializers.ListField(child=serializers.SlugField(), help_text="Known by external id, and changed.")
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
        found = found.filter(
            **{name: self.asked[name] for name in ("segment", "country", "external_id") if name in self.asked}
        )
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
    scopes = {"GET": Scope.CUSTOMERS_READ, "POST": Scope.CUSTOMERS_WRITE}
    query = Paged

    @extend_schema(responses=list_of(ContactSerializer))
    def get(self, request: Request, slug: str) -> Response:
        """The people at the customer, by name."""
        _, found = customer_for(request, slug)
        page = page_of(found.contacts.all(), self.asked, "name", "pk", name="contacts")
        return self.answer(page.answer(request, ContactSerializer(page.rows, many=True).data))

    @extend_schema(request=NewContact, responses={201: ContactSerializer}, examples=[CLEO])
    def post(self, request: Request, slug: str) -> Response:
        """Add a person at the customer."""
        user, found = editable_customer(request, slug)
        contact = add_contact(found, **self.read(NewContact), by=user, at=now())
        location = {"Location": f"{request.path}{contact.pk}/"}
        return self.answer(ContactSerializer(contact).data, status=201, tag=contact_tag(contact), headers=location)


class OneContact(Endpoint):
    name_of_operation = "contact"
    scopes = {"GET": Scope.CUSTOMERS_READ, "PUT": Scope.CUSTOMERS_WRITE, "DELETE": Scope.CUSTOMERS_WRITE}

    @extend_schema(responses=ContactSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One person at the customer."""
        _, found = customer_for(request, slug)
        contact = get_object_or_404(found.contacts, pk=pk)
        return self.answer(ContactSerializer(contact).data, tag=contact_tag(contact))

    @extend_schema(request=NewContact, responses=ContactSerializer, examples=[CLEO])
    def put(self, request: Request, slug: str, pk: int) -> Response:
        """Change a person's name, address or title."""
        user, contact = editable_contact(request, slug, pk)
        body = self.read(NewContact)
        with transaction.atomic():
            fresh = Contact.objects.select_for_update(of=("self",)).select_related("customer").get(pk=contact.pk)
            check_match(request, contact_tag(fresh))
            changed = change_contact(fresh, **body, by=user, at=now())
        return self.answer(ContactSerializer(changed).data, tag=contact_tag(changed))

    @extend_schema(request=None, responses={204: None}, parameters=[SEEN])
    @transaction.atomic
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Forget a person; whoever is named on a quote stays."""
        user, contact = editable_contact(request, slug, pk)
        check_given(request, contact, contact_tag)
        remove_contact(contact, by=user, at=now())
        return Response(status=204)


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

        The first row names the columns, as the fields of a new customer are called. Who is known by external id is
        changed where the row says otherwise; whose slug is known stays as they are. So a file may be sent again.
        """
        user = editor(request)
        done = import_customers(rows_of(str(request.data or "")), by=user, at=now())
        return self.answer(done._asdict(), status=201)


def detail(found: Customer) -> dict[str, Any]:
    page = customer_page(found)
    return {
        **CustomerSerializer(found).data,
        "contacts": ContactSerializer(page.contacts, many=True).data,
        "children": [relative.slug for relative in page.below if relative.level == 1],
    }


def customer_tag(found: Customer) -> str:
    return hash_tag(found.slug, CustomerSerializer(found).data)


def contact_tag(found: Contact) -> str:
    return hash_tag(found.pk, ContactSerializer(found).data)

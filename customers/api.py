from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.generics import ListAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from customers.access import customer_for, viewer
from customers.models import Contact, Customer
from customers.queries import customer_page, find_customers


class CustomerSerializer(serializers.ModelSerializer):
    """A customer in a list; `parent` is the slug of the company that pays."""

    parent = serializers.CharField(source="parent.slug", default=None)  # type: ignore[assignment]  # the public name

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


class Pages(PageNumberPagination):
    page_size = 100


@extend_schema(parameters=[OpenApiParameter("q", str, description="Part of a name, slug or contact.")])
class CustomerList(ListAPIView):
    """Customers by name, a page at a time."""

    serializer_class = CustomerSerializer
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Customer]:
        viewer(self.request)
        return find_customers(self.request.query_params.get("q", "").strip().replace("\x00", "")[:100])


@extend_schema(responses=CustomerDetailSerializer)
@api_view(["GET"])
def customer(request: Request, slug: str) -> Response:
    """One customer with its contacts and the companies it pays for."""
    _, found = customer_for(request, slug)
    page = customer_page(found)
    return Response(
        {
            **CustomerSerializer(found).data,
            "contacts": ContactSerializer(page.contacts, many=True).data,
            "children": [relative.slug for relative in page.below if relative.level == 1],
        }
    )

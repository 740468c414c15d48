from typing import Any

from django.core.paginator import Paginator
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from customers.access import customer_for, viewer
from customers.models import Customer
from customers.queries import customer_page, find_customers

PAGE = 100


@api_view(["GET"])
def customer_list(request: Request) -> Response:
    """Customers by name, a page at a time; `q` searches."""
    viewer(request)
    text = request.query_params.get("q", "").strip().replace("\x00", "")[:100]
    page = Paginator(find_customers(text), PAGE).get_page(request.query_params.get("page"))
    return Response(
        {
            "count": page.paginator.count,
            "page": page.number,
            "pages": page.paginator.num_pages,
            "results": [facts(customer) for customer in page],
        }
    )


@api_view(["GET"])
def customer(request: Request, slug: str) -> Response:
    """One customer with its contacts and the companies it pays for."""
    _, found = customer_for(request, slug)
    page = customer_page(found)
    contacts = [{"name": person.name, "email": person.email, "title": person.title} for person in page.contacts]
    return Response({**facts(found), "contacts": contacts, "children": [child.slug for child in page.children]})


def facts(customer: Customer) -> dict[str, Any]:
    return {
        "slug": customer.slug,
        "name": customer.name,
        "legal_name": customer.legal_name,
        "segment": customer.segment,
        "country": customer.country,
        "currency": customer.currency,
        "address": customer.address,
        "payment_days": customer.payment_days,
        "parent": customer.parent.slug if customer.parent else None,
        "note_on_data": customer.note_on_data,
    }

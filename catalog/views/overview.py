"""What is sold: price books, products and meters, and one product."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.access import product_for, reader, sees_drafts
from catalog.queries import pages
from catalog.queries.products import product_prices
from catalog.queries.wordbooks import languages
from core.http import render_page


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Price books with status and version, products and meters."""
    user = reader(request)
    return render_page(
        request,
        "catalog/overview.html",
        {"catalog": pages.overview(drafts=sees_drafts(user)), "wordbooks": languages()},
    )


@require_safe
def product(request: HttpRequest, code: str) -> HttpResponse:
    """A product: every price of it in the books that are not retired, and the packages that hold them."""
    user, found = product_for(request, code)
    context = {"product": found, "prices": product_prices(found, drafts=sees_drafts(user))}
    return render_page(request, "catalog/product.html", context)

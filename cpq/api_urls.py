from django.urls import path

from billing import api as billing
from catalog import api as catalog
from customers import api as customers
from metering import api as metering
from quotes.api import reading as quotes

BOOK = "catalog/books/<book:code>/<int:version>/"
VERSION = "quotes/<str:number>/versions/<int:version_number>/"

urlpatterns = [
    path("customers/", customers.Customers.as_view(), name="api_customers"),
    path("customers/imports/", customers.CustomerImports.as_view(), name="api_customer_imports"),
    path("customers/<slug:slug>/contacts/", customers.Contacts.as_view(), name="api_contacts"),
    path("customers/<slug:slug>/", customers.OneCustomer.as_view(), name="api_customer"),
    path("customers/<slug:slug>/usage/", metering.Usage.as_view(), name="api_usage"),
    path("customers/<slug:slug>/usage/hours/", metering.UsageHours.as_view(), name="api_usage_hours"),
    path("catalog/", catalog.WholeCatalog.as_view(), name="api_catalog"),
    path("catalog/plan/", catalog.CatalogPlan.as_view(), name="api_catalog_plan"),
    path("catalog/apply/", catalog.CatalogApplication.as_view(), name="api_catalog_apply"),
    path("catalog/books/", catalog.Books.as_view(), name="api_books"),
    path(BOOK, catalog.Book.as_view(), name="api_book"),
    path(
        "catalog/books/<book:code>/<int:version>/promotion/", catalog.BookPromotion.as_view(), name="api_book_promotion"
    ),
    path("events/", metering.Events.as_view(), name="api_events"),
    path("quotes/", quotes.Quotes.as_view(), name="api_quotes"),
    path("quotes/<str:number>/", quotes.OneQuote.as_view(), name="api_quote"),
    path(VERSION, quotes.OneVersion.as_view(), name="api_quote_version"),
    path(
        f"{VERSION}explanations/<str:key>/",
        quotes.Explanation.as_view(),
        name="api_explanation",
    ),
    path(f"{VERSION}document/", quotes.Document.as_view(), name="api_document"),
    path("contracts/", billing.ContractList.as_view(), name="api_contracts"),
    path("contracts/<str:number>/", billing.ContractDetail.as_view(), name="api_contract"),
    path("contracts/<str:number>/delivery/retries/", billing.DeliveryRetry.as_view(), name="api_delivery_retries"),
]

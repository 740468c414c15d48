from django.urls import path

from billing import api as billing
from catalog import api as catalog
from customers import api as customers
from metering import api as metering
from quotes import api as quotes

urlpatterns = [
    path("customers/", customers.CustomerList.as_view(), name="api_customers"),
    path("customers/<slug:slug>/", customers.customer, name="api_customer"),
    path("customers/<slug:slug>/usage/", metering.usage, name="api_usage"),
    path("customers/<slug:slug>/usage/hours/", metering.hours, name="api_usage_hours"),
    path("catalog/", catalog.catalog, name="api_catalog"),
    path("catalog/plan/", catalog.plan, name="api_catalog_plan"),
    path("catalog/apply/", catalog.apply, name="api_catalog_apply"),
    path("catalog/books/", catalog.books, name="api_books"),
    path("catalog/books/<book:code>/<int:version>/", catalog.book, name="api_book"),
    path("catalog/books/<book:code>/<int:version>/promotion/", catalog.promotion, name="api_book_promotion"),
    path("events/", metering.events, name="api_events"),
    path("quotes/", quotes.quotes, name="api_quotes"),
    path("quotes/<str:number>/", quotes.quote, name="api_quote"),
    path("quotes/<str:number>/versions/<int:version_number>/", quotes.quote_version, name="api_quote_version"),
    path("contracts/", billing.ContractList.as_view(), name="api_contracts"),
    path("contracts/<str:number>/", billing.ContractDetail.as_view(), name="api_contract"),
]

from django.urls import include, path

from cpq import api_pages

urlpatterns = [
    path("api/docs/", api_pages.reference, name="api_docs"),
    path("api/v1/openapi.json", api_pages.schema, name="api_schema"),
    path("api/v1/", include("cpq.api_urls")),
    path("", include("core.urls")),
    path("", include("customers.urls")),
    path("", include("catalog.urls")),
    path("", include("metering.urls")),
    path("", include("forecasting.urls")),
    path("", include("quotes.urls")),
    path("", include("billing.urls")),
    path("", include("crm.urls")),
]

handler400 = "core.views.problems.bad_request"
handler403 = "core.views.problems.forbidden"
handler404 = "core.views.problems.not_found"
handler500 = "core.views.problems.server_error"

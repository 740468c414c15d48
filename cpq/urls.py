from django.urls import include, path

urlpatterns = [
    path("", include("core.urls")),
    path("", include("customers.urls")),
    path("", include("catalog.urls")),
    path("", include("metering.urls")),
    path("", include("forecasting.urls")),
    path("", include("quotes.urls")),
    path("", include("billing.urls")),
    path("api/v1/", include("cpq.api_urls")),
]

handler400 = "core.views.problems.bad_request"
handler403 = "core.views.problems.forbidden"
handler404 = "core.views.problems.not_found"
handler500 = "core.views.problems.server_error"

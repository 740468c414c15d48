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

from django.urls import path

from metering.views import imports, quality, sources, usage

app_name = "metering"
urlpatterns = [
    path("customers/<slug:slug>/usage/", usage.usage, name="usage"),
    path("customers/<slug:slug>/usage/usage.csv", usage.usage_file, name="usage_file"),
    path("customers/<slug:slug>/usage/panel/", usage.panel, name="panel"),
    path("customers/<slug:slug>/usage/quality/", quality.of_customer, name="customer_quality"),
    path("usage/", quality.of_all, name="quality"),
    path("usage/sources/", sources.sources, name="sources"),
    path("usage/sources/<slug:name>/reading/", sources.reading, name="reading"),
    path("usage/imports/", imports.imports, name="imports"),
    path("usage/imports/<int:pk>/", imports.report, name="import"),
    path("usage/imports/<int:pk>/looking/", imports.looking, name="looking"),
    path("usage/imports/<int:pk>/recording/", imports.recording, name="recording"),
    path("usage/imports/<int:pk>/discarding/", imports.discarding, name="discarding"),
    path("usage/imports/<int:pk>/rejected.csv", imports.rejected, name="rejected"),
]

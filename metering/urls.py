from django.urls import path

from metering import views

app_name = "metering"
urlpatterns = [
    path("customers/<slug:slug>/usage/", views.usage, name="usage"),
    path("usage/imports/", views.imports, name="imports"),
    path("usage/imports/<int:pk>/", views.report, name="import"),
    path("usage/imports/<int:pk>/recording/", views.recording, name="recording"),
    path("usage/imports/<int:pk>/discarding/", views.discarding, name="discarding"),
    path("usage/imports/<int:pk>/rejected.csv", views.rejected, name="rejected"),
]

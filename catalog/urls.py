from django.urls import path

from catalog import views

app_name = "catalog"
BOOK = "catalog/<book:code>/<int:version>/"

urlpatterns = [
    path("catalog/", views.overview, name="overview"),
    path(BOOK, views.book, name="book"),
    path(f"{BOOK}publication/", views.publication, name="publication"),
    path(f"{BOOK}retirement/", views.retirement, name="retirement"),
    path(f"{BOOK}versions/", views.versions, name="versions"),
    path(f"{BOOK}discarding/", views.discarding, name="discarding"),
    path(f"{BOOK}packages/<slug:package>/", views.package, name="package"),
]

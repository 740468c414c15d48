from django.urls import path

from catalog.views import books, overview, packages, prices, words

app_name = "catalog"
BOOK = "catalog/<book:code>/<int:version>/"
PRICE = f"{BOOK}prices/<str:key>/"
PACKAGE = f"{BOOK}packages/<slug:package>/"

urlpatterns = [
    path("catalog/", overview.overview, name="overview"),
    path("catalog/products/<slug:code>/", overview.product, name="product"),
    path("catalog/words/<slug:language>/", words.words, name="words"),
    path(BOOK, books.book, name="book"),
    path(f"{BOOK}changes/", books.changes, name="changes"),
    path(f"{BOOK}facts/", books.facts, name="facts"),
    path(f"{BOOK}publication/", books.publication, name="publication"),
    path(f"{BOOK}retirement/", books.retirement, name="retirement"),
    path(f"{BOOK}versions/", books.versions, name="versions"),
    path(f"{BOOK}promotion/", books.promotion, name="promotion"),
    path(f"{BOOK}discarding/", books.discarding, name="discarding"),
    path(f"{BOOK}new-price/<slug:kind>/", prices.new, name="new_price"),
    path(f"{BOOK}new-price/<slug:kind>/shape/", prices.new_shape, name="new_price_shape"),
    path(PRICE, prices.price, name="price"),
    path(f"{PRICE}shape/", prices.shape, name="price_shape"),
    path(f"{PRICE}removal/", prices.removal, name="price_removal"),
    path(f"{BOOK}new-package/", packages.new, name="new_package"),
    path(f"{BOOK}new-package/shape/", packages.new_shape, name="new_package_shape"),
    path(PACKAGE, packages.package, name="package"),
    path(f"{PACKAGE}shape/", packages.shape, name="package_shape"),
    path(f"{PACKAGE}removal/", packages.removal, name="package_removal"),
]

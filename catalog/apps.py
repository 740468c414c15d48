from django.apps import AppConfig
from django.urls import register_converter

from catalog.rules.books import Address


class CatalogConfig(AppConfig):
    name = "catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """URLs of pages and API name a book by its address."""
        register_converter(Address, "book")

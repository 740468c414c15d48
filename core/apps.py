from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.catalogs import compile_catalogs  # noqa: PLC0415 - reads the settings

        compile_catalogs()

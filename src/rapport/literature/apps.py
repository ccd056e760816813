from django.apps import AppConfig


class LiteratureConfig(AppConfig):
    name = "rapport.literature"
    default_auto_field = "django.db.models.BigAutoField"

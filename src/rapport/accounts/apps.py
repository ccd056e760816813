from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "rapport.accounts"

    def ready(self) -> None:
        from rapport.accounts import checks  # noqa: F401  # registers itself

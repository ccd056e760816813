from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "rapport.desk"

    def ready(self) -> None:
        """An import and an export ask the desk for its part; see `exchange.beside` for why it is this way round."""
        from rapport.desk.exchange import DeskFiles
        from rapport.digest.exchange import beside

        beside.register(DeskFiles())

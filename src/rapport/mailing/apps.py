from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "rapport.mailing"

    def ready(self) -> None:
        from anymail.signals import tracking  # how anymail hands on what a provider posts: it has no other way

        from rapport.mailing.provider import take_event

        tracking.connect(take_event, dispatch_uid="rapport.mailing")

"""The addresses of feeds, below `feeds/`. What they mean is told in `addresses.py`."""

from django.urls import path, register_converter

from rapport.digest.feeds import views
from rapport.digest.feeds.addresses import MEDIA_TYPES


class Keys:
    """Keys of topics or of research types, joined by “+”. Any text is taken, so that a wrong one can be named."""

    regex = r"[^/+]+(?:\+[^/+]+)*"

    def to_python(self, value: str) -> tuple[str, ...]:
        return tuple(value.split("+"))

    def to_url(self, value: tuple[str, ...]) -> str:
        return "+".join(value)


class FeedForm:
    regex = "|".join(MEDIA_TYPES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Keys, "keys")
register_converter(FeedForm, "feed_form")

urlpatterns = [
    path("entries.<feed_form:form>", views.feed, name="feed"),
    path("topic/<keys:topics>.<feed_form:form>", views.feed, name="feed"),
    path("type/<keys:types>.<feed_form:form>", views.feed, name="feed"),
    path("topic/<keys:topics>/type/<keys:types>.<feed_form:form>", views.feed, name="feed"),
    # The other order leads to the one above.
    path("type/<keys:types>/topic/<keys:topics>.<feed_form:form>", views.feed, name="feed_types_first"),
]

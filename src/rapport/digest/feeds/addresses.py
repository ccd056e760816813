"""Where feeds stand: one address for each combination of topics and research types, in each form.

    /feeds/entries.atom                                             everything
    /feeds/topic/alliance.json                                      one topic
    /feeds/topic/alliance+drop-out/type/meta-analysis+survey.atom   several: topics narrow, types widen

The address is a path without a query, so that a feed can also be published as a file.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import translation

from rapport.digest.browsing import Selection, browse_address, own_page
from rapport.web.addresses import Publication

MEDIA_TYPES = {"atom": "application/atom+xml", "json": "application/feed+json"}
MOST_TOGETHER = 40


def feed_of(*, topics: Iterable[str] = (), types: Iterable[str] = ()) -> Selection:
    """The topics and types of a feed, each once and always in the same order."""
    return Selection(topics=tuple(sorted(set(topics))), types=tuple(sorted(set(types))))


def can_be_followed(selection: Selection) -> bool:
    """Whether there is a feed for what a reader has chosen: topics and types, and nothing else."""
    return bool(selection) and selection == Selection(topics=selection.topics, types=selection.types)


def feed_address(selection: Selection, form: str, language: str | None = None) -> str:
    """The path of a feed in one form ("atom" or "json"), in the page's language unless another is named."""
    chosen = feed_of(topics=selection.topics, types=selection.types)
    named = {"topics": chosen.topics, "types": chosen.types}
    with translation.override(language or translation.get_language()):
        return reverse("feed", kwargs={"form": form, **{name: keys for name, keys in named.items() if keys}})


def page_address(selection: Selection, publication: Publication | None) -> str:
    """The path of the page that shows what a feed tells of; in a publication that has none, where all begins."""
    beginning = reverse("this_month")
    return (own_page(selection) or browse_address(selection, publication) or beginning) if selection else beginning

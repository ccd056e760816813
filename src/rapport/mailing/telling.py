"""What is held about a reader, in words for themselves."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.literature.models import ResearchType, Topic
from rapport.literature.queries import in_reading_order
from rapport.mailing.actions.subscribing import Asked
from rapport.mailing.models import MailedLink, Subscriber
from rapport.web.templatetags.web import language_name
from rapport.web.wording import in_language


def told_wishes(asked: Asked) -> list[tuple[str, str]]:
    """Each wish with what it is called: [("Language", "French only"), …], in the language that is active."""
    language = language_name(asked.language)
    where = _("%(language)s; another where there is no %(language)s") if asked.takes_other_languages else None
    topics = in_reading_order(Topic.objects.filter(key__in=asked.topics)) if asked.topics else []
    types = ResearchType.objects.filter(key__in=asked.research_types) if asked.research_types else []
    here = get_language() or "en"
    return [
        (_("Language"), capfirst((where or _("%(language)s only")) % {"language": language})),
        (_("How often"), capfirst(str(Subscriber.Rhythm(asked.rhythm).label))),
        (_("Evidence"), capfirst(str(Subscriber.Evidence(asked.evidence).label))),
        (_("Topics"), ", ".join(in_language(one.name, here).text for one in topics) or _("Every topic")),
        (_("Research types"), ", ".join(in_language(one.name, here).text for one in types) or _("Every type")),
    ]


def told_purpose(link: MailedLink) -> str:
    """What a link was mailed for."""
    purpose = MailedLink.Purpose
    return {
        purpose.CONFIRM: _("to begin letters"),
        purpose.AGREE: _("to agree to a move"),
        purpose.MOVE: _("to move to a new address"),
        purpose.DOWNLOAD: _("for a copy of all that is held"),
        purpose.DELETE: _("to delete all that is held"),
        purpose.READING_LOG: _("to the reading log"),
    }[purpose(link.purpose)]

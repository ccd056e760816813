"""How the audit names what a deed was about, and how pages say what was done."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rapport.digest.models import Entry, Issue
from rapport.literature.models import Article

# “entry.sent-back”, as it stands behind a name: “Edith sent it back to its author”. Each room records its own deeds.
DEED_NAMES = {
    # an entry, from draft to reader
    "entry.begun": _("began the entry"),
    "entry.written": _("wrote a version"),
    "entry.restored": _("restored a version"),
    "entry.translation-confirmed": _("said that the translation fits the original"),
    "entry.shelved": _("set its type and topics"),
    "entry.submitted": _("submitted it for review"),
    "entry.sent-back": _("sent it back to its author"),
    "entry.approved": _("approved it"),
    "entry.translation-approved": _("approved a translation"),
    "entry.reopened": _("changed it, so that it must be approved again"),
    "entry.figure-acknowledged": _("answers for a figure"),
    "entry.acknowledgement-taken-back": _("no longer answers for a figure"),
    "entry.placed": _("put it into an issue"),
    "entry.taken-out": _("took it out of its issue"),
    "entry.published": _("published it"),
    "entry.corrected": _("published a correction"),
    "entry.translated": _("published a translation"),
    "entry.withdrawn": _("withdrew it"),
    "entry.facts-changed": _("changed what is stored of the article"),
    "entry.facts-corrected": _("corrected what is stored of the article"),
    "entry.replaced-by-import": _("replaced it by what files say"),
    "note.written": _("wrote a note"),
    "note.answered": _("answered a note"),
    "note.settled": _("settled a note"),
    "preview.made": _("made a preview link"),
    "preview.revoked": _("closed a preview link"),
    # its article
    "article.facts-saved": _("saved what the article says"),
    "article.linked": _("linked the article with another"),
    "abstract.kept": _("kept the abstract"),
    "abstract.removed": _("removed the abstract"),
    "notice.arrived": _("found a notice about the article"),
    # issues, and what waits
    "issue.planned": _("planned the issue"),
    "issue.reordered": _("changed the order"),
    "issue.line-written": _("wrote the “this month” line"),
    "issue.scheduled": _("scheduled the issue"),
    "issue.unscheduled": _("took the issue off the schedule"),
    "issue.held-back": _("held the issue back"),
    "issue.released": _("published the issue"),
    "issue.replaced-by-import": _("replaced the issue by what files say"),
    "task.closed": _("closed a task"),
    # letters to readers
    "letter.let-go": _("let a letter go"),
    "letter.paused": _("paused a letter"),
    "letter.resumed": _("let a paused letter go on"),
    "letter.paused-by-itself": _("a letter was paused, since one after another failed"),
    "letter.stopped": _("stopped a letter for good"),
    "letter.taken-as-sent": _("took a letter in doubt as arrived"),
    "letter.sent-again": _("had a letter sent again"),
    "letter.all-taken-as-sent": _("took all letters in doubt as arrived"),
    "letter.all-taken-as-gone": _("said that the letters of a mailing had gone already"),
    "letter.all-sent-again": _("had all letters sent again that failed or were in doubt"),
    "letter.returned": _("a letter came back"),
    "letter.unsubscribed-elsewhere": _("a reader unsubscribed at the provider"),
    "letter.tested": _("sent a test letter to themselves"),
    "letters.rules": _("changed the rules of sending"),
    # the network's own
    "desk.rules-set": _("changed the rules of the desk"),
    "site.changed": _("changed the network’s identity"),
    "page.changed": _("changed a page"),
    "page.removed": _("removed a page"),
    "topic.changed": _("changed a topic"),
    "topic.removed": _("removed a topic"),
    "topic.ordered": _("put the topics in order"),
    "type.changed": _("changed a research type"),
    "type.removed": _("removed a research type"),
    "type.ordered": _("put the research types in order"),
    "synonyms.changed": _("changed synonyms"),
    "synonyms.removed": _("removed synonyms"),
    "synonyms.ordered": _("put the synonyms in order"),
    "announcement.changed": _("changed an announcement"),
    "announcement.removed": _("removed an announcement"),
    "announcement.ordered": _("put the announcements in order"),
    # those who get letters
    "subscribers.imported": _("took in subscribers from a list"),
    "subscriber.stopped": _("stopped somebody’s letters"),
    "subscriber.deleted": _("deleted all about a subscriber"),
    "suppression.lifted": _("let an address get letters again"),
    # who may come in
    "person.invited": _("invited somebody"),
    "invitation.revoked": _("revoked an invitation"),
    "invitation.accepted": _("accepted an invitation"),
    "role.granted": _("granted a role, or took one up"),
    "role.taken": _("took a role away"),
    "account.closed": _("closed an account"),
    "account.reopened": _("opened an account again"),
    "profile.saved": _("changed their name or language"),
    "address.changed": _("changed their e-mail address"),
    "password.changed": _("changed their password"),
    "password.reset": _("set a new password by a link"),
    "password.set": _("set a password"),
    "app.added": _("added an app for codes"),
    "app.removed": _("removed the app for codes"),
    "codes.made": _("made recovery codes"),
    "passkey.added": _("added a passkey"),
    "passkey.removed": _("removed a passkey"),
    "session.begun": _("signed in"),
    "session.ended": _("signed out a device"),
}


def deed_name(did: str) -> str:
    """The deed in words; one of an older version, that we have no words for, as it is recorded."""
    return str(DEED_NAMES.get(did, did))


def about(thing: Entry | Issue | Article) -> str:
    """“entry:alliance-matters”, “issue:2024-05”, “article:rosa-2020”: what a deed was about."""
    if isinstance(thing, Entry):
        return f"entry:{thing.slug}"
    return f"issue:{thing}" if isinstance(thing, Issue) else f"article:{thing.key}"

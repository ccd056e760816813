"""What a letter's link may only ask for: it is mailed to the address on record, which alone can do it."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from rapport.digest.models import SiteIdentity
from rapport.mailing.actions.subscribing import LinkToMail, ask_to_begin_again, is_suppressed
from rapport.mailing.addresses import parse_address
from rapport.mailing.emails import mail_link
from rapport.mailing.limits import is_too_often
from rapport.mailing.models import Subscriber

DAY = 24 * 3600
MOST_LINKS_A_DAY = 6
MOST_TO_SILENT_A_DAY = 2  # whoever wants no mail may be asked for by somebody who has a letter of theirs


def mail_on_record(subscriber: Subscriber, ask: Callable[..., LinkToMail], **of: object) -> str:
    """Mail a link to the address on record. The sentence is the same when it was asked for too often.

    Whoever must get no mail from us, not even this one, is told how else they come to what is theirs.
    """
    if is_suppressed(parse_address(subscriber.address)):
        site = SiteIdentity.objects.filter(pk=1).first() or SiteIdentity()
        message = _("We send no mail at all to your address, so not this one either. Please write to us: %(contact)s.")
        return message % {"contact": site.contact_email or site.postal_address}
    most = MOST_TO_SILENT_A_DAY if subscriber.state == Subscriber.State.SILENT else MOST_LINKS_A_DAY
    if not is_too_often("link", str(subscriber.pk), most=most, seconds=DAY):
        mail_link(ask(subscriber=subscriber, **of), language=subscriber.language)
    if ask is ask_to_begin_again:
        return _("We have written to your address. Press the button behind the link in that mail: then letters come.")
    return _("We have written to the address to which your letters go. Open the link in that mail; it works for a day.")

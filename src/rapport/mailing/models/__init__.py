"""Who gets the digest by mail, what is due to be read by them, and what became of each letter.

What was sent to whom stands in two places with one meaning each. A *delivery* is one letter to one subscriber: it is
claimed before it is handed to a mail server and marked after. The *ledger* says which entries a subscriber has had,
and at which revision: no entry comes twice, and whoever has an older revision can be told of a correction.
"""

from rapport.mailing.models.due import Arrival, Edition
from rapport.mailing.models.readers import MailedLink, Subscriber, Suppression
from rapport.mailing.models.sent import Delivery, LedgerLine, Mailing, MailRules, Pace, ReadingLogLine, Return

__all__ = [
    "Arrival",
    "Delivery",
    "Edition",
    "LedgerLine",
    "MailRules",
    "MailedLink",
    "Mailing",
    "Pace",
    "ReadingLogLine",
    "Return",
    "Subscriber",
    "Suppression",
]

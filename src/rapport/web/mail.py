"""Sending mail: what may go wrong, whatever way a host has chosen."""

from anymail.exceptions import AnymailError

# Raised where no server (OSError: smtplib's are of it) or no provider took a mail.
NOT_SENT: tuple[type[Exception], ...] = (OSError, AnymailError)

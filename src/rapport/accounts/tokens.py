"""The secret part of a link that opens something: an invitation, a draft. We keep only its hash."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A text that nobody guesses, to be shown once."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is kept of a token, which is long and random, so that nobody finds it from its hash.

    What an address holds may be no token at all, and not even text that can be encoded.
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

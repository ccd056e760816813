"""Crossref, OpenAlex, PubMed and Europe PMC on this machine, with invented articles, for the demo and for tests.

    with running_fake() as fake:
        fake.addresses              {"crossref": "http://127.0.0.1:…/crossref", …}
        fake.set_mood("crossref", "slow")
        fake.retract("10.5555/…")

A browser or a script does the same by POST to /fake/mood, /fake/retract and /fake/reset. It answers on loopback only.
"""

from .articles import invented, whole_title
from .serving import MOODS, Fake, addresses_at, running_fake, serve

__all__ = ["MOODS", "Fake", "addresses_at", "invented", "running_fake", "serve", "whole_title"]

"""Feeds: what is new in the digest, and what has changed, for programs that look it up on a reader's behalf.

`reading.py` reads revisions and makes a `Feed`; `atom.py` and `json_feed.py` write it; `addresses.py` says where
each stands.
"""

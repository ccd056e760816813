"""Handing letters to a mail server: claimed before, marked after, each once.

`claiming` is what stands in the database, `posting` the talk with a mail server, `worker` the loop that does both.
"""

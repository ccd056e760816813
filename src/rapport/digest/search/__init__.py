"""Search: a question in a reader's own words, and the entries that answer it.

`question` understands what was typed, with `words`, `synonyms` and `spelling`; `engine` asks the database which
entries hold which words, and `documents` keeps it in step; `ranking` puts them in order; `showing` marks what was
found. `searching.Search` is the way in.
"""

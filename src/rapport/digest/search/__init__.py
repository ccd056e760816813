"""Search: a question in a reader's own words, and the entries that answer it.

`question` understands what was typed, `engine` asks the database which entries hold which words, `ranking`
puts them in order, `showing` marks the words that were found. `searching.search` is the way in.
"""

"""Saved pages of an existing digest, read into a content folder of drafts.

`read_page` goes through four steps, each a module of pure functions: `files` opens a file; `page_html` or
`page_text` makes it a flat list of blocks; `entries` finds months and entries in them; `drafting` writes each
entry as a draft. What is uncertain on the way is an `Unsure`, and `unsure` writes them all down. Nothing is
filled in that the page does not say.
"""

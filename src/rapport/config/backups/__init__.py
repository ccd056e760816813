"""A copy of all that a network would miss, taken while the site runs; and the way back.

`making.py` takes the copy and `restoring.py` brings it back. `databases.py` knows how each database is copied,
`manifest.py` what a copy says of itself, `erasures.py` what must not come back with it.
"""

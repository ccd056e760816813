"""The digest as a folder of files that a person can read and edit: reading it, writing it, checking it.

`reading.read_folder` and `database.read_database` give the same value, a `Content`; `importing` makes the
database equal to a `Content`, `writing` makes a folder equal to one. So what is imported, exported and
imported again is the same by construction, and a test holds it.
"""

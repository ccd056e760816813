"""The programming interface: all that the digest publishes, as JSON, to read only.

`endpoints.py` says what can be asked, `questions.py` how a question is read, `schemas.py` what is answered,
`answering.py` makes that from the rows, `parts.py` cuts long lists, `refusals.py` says what was wrong with a
question, `document.py` describes it all as OpenAPI, `urls.py` says where it stands.
"""

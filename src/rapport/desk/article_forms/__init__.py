"""What is typed about an article and its findings, read into the exchange's values and shown from them.

The rules are the exchange's own (`digest.exchange.schema`); here they are asked in forms, and what they say is
told beside the field, in the words of a page.
"""

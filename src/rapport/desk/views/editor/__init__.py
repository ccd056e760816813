"""The page on which an entry is written: its words in one language, checked and shown as readers will see them.

There is one form, and whatever is pressed sends all of it (`sent.py`), so that nothing typed is ever lost. The words
are saved first (`pages.py`); then the deed is done that the pressed button names (`deeds.py`). What the page shows is
put together in `sheet.py`; `conflict.py` is for two who wrote at once.
"""

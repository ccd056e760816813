"""Where the mail of a demo goes: a mail server on this machine that delivers nothing, and a page that shows it."""

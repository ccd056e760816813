"""Where the mail of a demo goes: a mail server on this machine that delivers nothing, and a page that shows it."""

# By which a demo tells its own processes the port of that server.
CATCHER = "RAPPORT_CATCHER_PORT"

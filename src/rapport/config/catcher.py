"""The mail server of a demo, which delivers nothing, as a program: `python -m rapport.config.catcher PORT FOLDER`."""

import sys
from pathlib import Path

from rapport.mailing.catcher.server import serve

if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))

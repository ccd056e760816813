"""`python -m rapport.config.stand_in PORT`: the demo's stand-in for the literature services, until it is stopped."""

from __future__ import annotations

import sys

import django


def main() -> None:
    django.setup()
    from rapport.literature.lookup.fake import serve  # not before there are settings and models

    serve(int(sys.argv[1]))


if __name__ == "__main__":
    main()

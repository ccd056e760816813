"""Publish two invented digests in turn, for ever: something to kill. It says a line after each."""

from __future__ import annotations

import sys
from pathlib import Path

from rapport.digest.publication.folder import publishing_into

Files = dict[str, bytes]


def two_digests() -> list[Files]:
    """Forty pages of which a half changes, and some that are in one of the two only."""
    return [
        {
            f"page-{number}/index.html": f"page {number} of {version if number % 2 else 'both'}\n".encode() * 400
            for number in (*range(40), *own)
        }
        for version, own in (("old", range(40, 45)), ("new", range(50, 55)))
    ]


def publish_files(folder: Path, files: Files) -> None:
    with publishing_into(folder) as opened:
        copy = opened.new_copy()
        for name, content in files.items():
            copy.put(name, [content])
        copy.finish()


def main() -> None:
    while True:
        for files in two_digests():
            publish_files(Path(sys.argv[1]), files)
            sys.stdout.write("published\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

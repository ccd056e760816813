"""The French interface: every text is translated, compiled, and in step with the sources."""

from __future__ import annotations

import ast
import os
import re
import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "rapport"
PO = Path("locale/fr/LC_MESSAGES/django.po")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|%%|\{\w*\}")
LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)? ?(".*")')
MARKUP = re.compile(r"<[^>]*>")
BADLY_SPACED = re.compile(r"[^\u202f][;?!]|[^\u00a0](?::(?!//|\d\d)|»)|«[^\u00a0]|['\"]|\.\.\.")


@dataclass(frozen=True)
class Message:
    """One message of a .po file; `texts` has one text, or one for each plural form."""

    id: str
    plural: str
    context: str
    texts: tuple[str, ...]
    flags: frozenset[str]

    @property
    def key(self) -> str:
        """The message as a compiled catalogue names it."""
        return (f"{self.context}\x04" if self.context else "") + self.id + (f"\0{self.plural}" if self.plural else "")


def read_po(path: Path) -> list[Message]:
    """The messages of a .po file, its header first; those no longer in use (`#~`) are left out."""
    messages = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        fields: dict[str, str] = {}
        flags: set[str] = set()
        name = ""
        for line in block.splitlines():
            if line.startswith("#,"):
                flags |= {flag.strip() for flag in line[2:].split(",")}
            elif match := LINE.fullmatch(line):
                name = match.group(1) or name
                fields[name] = fields.get(name, "") + ast.literal_eval(match.group(2))
            else:
                assert line.startswith("#") or not line, f"{path.name} has a line this test cannot read: {line}"
        if "msgid" in fields:
            texts = tuple(text for name, text in sorted(fields.items()) if name.startswith("msgstr"))
            messages.append(
                Message(
                    fields["msgid"],
                    fields.get("msgid_plural", ""),
                    fields.get("msgctxt", ""),
                    texts,
                    frozenset(flags),
                )
            )
    return messages


def read_mo(path: Path) -> dict[str, str]:
    """What a .mo file holds, as the format is described in the manual of GNU gettext."""
    data = path.read_bytes()
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    _, _, count, ids, texts = struct.unpack(f"{order}5I", data[:20])

    def string(table: int, position: int) -> str:
        length, start = struct.unpack_from(f"{order}2I", data, table + 8 * position)
        return data[start : start + length].decode()

    return {string(ids, position): string(texts, position) for position in range(count)}


HEADER, *MESSAGES = read_po(PACKAGE / PO)


def test_the_catalogue_is_read():
    assert len(MESSAGES) > 150
    assert "nplurals=2; plural=(n > 1);" in HEADER.texts[0], "French counts 0 and 1 as one"
    assert len({message.key for message in MESSAGES}) == len(MESSAGES)


def test_every_message_has_a_french_text():
    missing = [message.id for message in MESSAGES if not all(message.texts)]
    assert not missing, "Run `make messages`, then write the French of these in django.po."
    wrong = [message.id for message in MESSAGES if len(message.texts) != (2 if message.plural else 1)]
    assert not wrong, "These do not have one text, or two where there is a plural."


def test_no_french_text_is_a_guess():
    fuzzy = [message.id for message in (HEADER, *MESSAGES) if "fuzzy" in message.flags]
    assert not fuzzy, "gettext guessed these texts: correct them and remove the word fuzzy."


def test_placeholders_agree():
    """A text of several forms may leave a number unsaid in the English singular ("the one …"), so both count."""
    differing = [
        message.id
        for message in MESSAGES
        for text in message.texts
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(message.id + message.plural))
    ]
    assert not differing


def test_french_texts_are_set_as_french_is():
    """A no-break space before : (but in a time) and inside « », a narrow one before ; ? and !, curly apostrophes."""
    wrong = [text for message in MESSAGES for text in message.texts if BADLY_SPACED.search(MARKUP.sub("", text))]
    assert not wrong


def test_what_is_compiled_is_what_is_written():
    written = {message.key: "\0".join(message.texts) for message in (HEADER, *MESSAGES)}
    compiled = read_mo((PACKAGE / PO).with_suffix(".mo"))
    for header in (written, compiled):  # some versions of msgfmt leave out the date of the template
        header[""] = re.sub(r"POT-Creation-Date:.*\n", "", header[""])
    assert compiled == written, "Run `make messages` and commit django.mo."


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext (xgettext) is not on this machine")
def test_the_catalogue_is_in_step_with_the_sources(tmp_path):
    """Collects the messages anew, in a copy."""
    copy = tmp_path / "src" / "rapport"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "static"))
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "fr", "--no-location", "-v0"],
        cwd=copy,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
            "PYTHONPATH": str(copy.parent),  # so that `rapport`, and with it LOCALE_PATHS, is the copy
            "RAPPORT_DATA": str(tmp_path),
        },
        check=True,
        capture_output=True,
        text=True,
    )
    collected = {message.key for message in read_po(copy / PO)}
    kept = {message.key for message in (HEADER, *MESSAGES)}
    assert not collected - kept, "These are in the sources only. Run `make messages` and translate them."
    assert not kept - collected, "These are no longer in the sources. Run `make messages`."

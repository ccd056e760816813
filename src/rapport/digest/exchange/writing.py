"""Write a `Content` as a folder of files, in one canonical form: the same content, the same bytes."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from rapport.digest.exchange.reading import ARTICLE_NAME, ENTRY_NAME, ISSUE_NAME, PAGE_NAME
from rapport.digest.exchange.schema import Content, EntryValue, Framed, PageValue, SynonymGroupFile
from rapport.digest.exchange.sections import join_body
from rapport.digest.exchange.yaml_lines import Loader

NAMES = {
    "articles": ARTICLE_NAME,
    "desk": ARTICLE_NAME,
    "entries": ENTRY_NAME,
    "issues": ISSUE_NAME,
    "pages": PAGE_NAME,
}

HEADERS = {
    "site.yml": "Whose digest this is.",
    "topics.yml": "The subjects on which entries stand, in the order in which they are listed.",
    "research-types.yml": "The kinds of evidence, in the order in which they are listed.",
    "families.yml": (
        "What a finding is about, in families. Two findings are comparable only when their metric is the same\n"
        "# and outcome, comparison and time point are each of the same family."
    ),
    "synonyms.yml": (
        "What search takes for the same. Each of `words` finds all of them; what stands in `asked_as`, the\n"
        "# everyday words for it, finds them too, and is not found by them. Case, accents and endings do not count."
    ),
    "announcements.yml": "Calls, events and news, each shown from its first to its last day.",
}


class _Dumper(yaml.SafeDumper):
    """YAML that a person would write: block style, numbers as printed, text unquoted where it can be."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _Flow(list[Any]):
    """A list written on one line."""


def _plain_number(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    text = f"{value:f}"
    return dumper.represent_scalar("tag:yaml.org,2002:float" if "." in text else "tag:yaml.org,2002:int", text)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    # A literal block cannot hold leading or trailing blanks faithfully; quotes can.
    blocks_well = "\n" in value and not any(line != line.strip() for line in value.split("\n"))
    # YAML takes these for line breaks, and folds them unless they are written as escapes.
    # Text that ends with a quote is quoted whole: unquoted, it would look like a slip (see yaml_lines).
    style = '"' if value[-1:] in ("'", '"') or re.search("[\x85\u2028\u2029]", value) else "|" if blocks_well else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(Decimal, _plain_number)
_Dumper.add_representer(str, _text)
_Dumper.add_representer(
    _Flow, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)


for _first, _resolvers in Loader.yaml_implicit_resolvers.items():
    for _tag, _pattern in _resolvers:  # text that our reader would take for a number is written in quotes
        _Dumper.add_implicit_resolver(_tag, _pattern, [_first])


def to_yaml(value: Any) -> str:
    """`value` (plain data) as YAML in the canonical form."""
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return text


def files_of(content: Content) -> dict[str, str]:
    """Every file of `content`: its path in the folder, and its text."""
    files: dict[str, str] = {}
    if content.site:
        files["site.yml"] = _single("site.yml", plain(content.site))
    for name in ("topics", "research_types", "synonyms", "announcements"):
        items = getattr(content, name)
        if items:
            file = f"{name.replace('_', '-')}.yml"
            files[file] = _single(file, [plain(item) for item in items.values()])
    if content.families:
        files["families.yml"] = _single("families.yml", {axis: dict(of) for axis, of in content.families.items()})
    for key, article in content.articles.items():
        files[f"articles/{key}.yml"] = to_yaml(plain(article))
    for slug, entry in content.entries.items():
        files.update(entry_files(slug, entry))
    for slug, kept in content.desk.items():
        files[f"desk/{slug}.yml"] = to_yaml(plain(kept))
    for month, issue in content.issues.items():
        files[f"issues/{month}.yml"] = to_yaml(plain(issue))
    for key, page in content.pages.items():
        files[f"pages/{key}.md"] = page_file(page)
    return files


def entry_files(slug: str, entry: EntryValue) -> dict[str, str]:
    """The files of one entry: the one it was written in, and one for each translation."""
    files: dict[str, str] = {}
    for language, text in entry.texts.items():
        header: dict[str, Any] = plain(text.header)
        if language == entry.language:
            header = {
                "article": entry.article,
                "language": language,
                "state": entry.state,
                **({"author": header.pop("author")} if "author" in header else {}),
                "research_type": entry.research_type,
                **({"topics": list(entry.topics)} if entry.topics else {}),
                **{name: value for name, value in header.items() if name != "language"},
            }
            if entry.revisions:
                header["revisions"] = [plain(revision) for revision in entry.revisions]
        name = f"{slug}.md" if language == entry.language else f"{slug}.{language}.md"
        files[f"entries/{name}"] = f"---\n{to_yaml(header)}---\n\n{join_body(text.sections, language)}"
    return files


def page_file(page: PageValue) -> str:
    return f"---\n{to_yaml({'title': page.title})}---\n\n{page.body}\n"


def write_folder(content: Content, folder: Path, *, replace: bool) -> list[str]:
    """Write `content` into `folder`; returns the paths written, in order.

    A folder that already holds something is refused unless `replace`; then content files that are no
    longer part of the digest are removed, and nothing else is touched. The files are written beside the
    folder first, so that an interrupted run leaves the old ones whole.
    """
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is a file, not a folder.")
    if folder.is_dir() and any(folder.iterdir()) and not replace:
        raise FileExistsError(
            f"{folder} is not empty. Name another folder, or add --replace to overwrite the content in it."
        )
    files = files_of(content)
    staging = folder.parent / f".{folder.name}.writing"
    shutil.rmtree(staging, ignore_errors=True)
    for name, text in files.items():
        path = staging / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    folder.mkdir(parents=True, exist_ok=True)
    for name in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (staging / name).replace(folder / name)
    shutil.rmtree(staging, ignore_errors=True)
    for stale in _content_files(folder) - set(files):
        (folder / stale).unlink()
    return sorted(files)


def _content_files(folder: Path) -> set[str]:
    found = {name for name in HEADERS if (folder / name).is_file()}
    for sub, name in NAMES.items():
        files = (path for path in (folder / sub).glob("*") if path.is_file())
        found |= {f"{sub}/{file.name}" for file in files if name.fullmatch(file.name)}
    return found


def _synonyms(group: SynonymGroupFile) -> dict[str, Any]:
    """A group with each language's phrases in a row, as they are read and compared."""
    lists = {"words": group.words, "asked_as": group.asked_as or {}}
    rows = {name: {language: _Flow(phrases) for language, phrases in of.items()} for name, of in lists.items() if of}
    return {"key": group.key, **rows}


def _single(file: str, value: Any) -> str:
    return f"# {HEADERS[file]}\n{to_yaml(value)}"


def plain(value: Any) -> Any:
    """A file's value as plain data, without what is empty."""
    if isinstance(value, Framed):
        return {**({"family": value.family} if value.family else {}), **value.words}
    if isinstance(value, SynonymGroupFile):
        return _synonyms(value)
    if isinstance(value, BaseModel):
        pairs = ((name, plain(getattr(value, name))) for name in type(value).model_fields)
        return {name: plain for name, plain in pairs if plain not in (None, [], {}, "")}
    if isinstance(value, dt.datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        plain_items = [plain(item) for item in value]
        return _Flow(plain_items) if plain_items and all(isinstance(i, Decimal) for i in plain_items) else plain_items
    return value

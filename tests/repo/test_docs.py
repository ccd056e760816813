"""The documents keep step with the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from pydantic import BaseModel

from rapport.digest.exchange import schema
from rapport.digest.exchange.reading import read_folder
from rapport.digest.exchange.sections import HEADINGS
from rapport.literature.citations import KINDS
from rapport.literature.metrics import METRICS
from tests.repo.test_translations import MESSAGES

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "rapport"
GUIDES = ROOT / "docs" / "guides"
DECISIONS = ROOT / "docs" / "decisions"
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "src/**/*.md", "tests/**/*.md", "benchmarks/**/*.md")
    for path in ROOT.glob(pattern)
)

# Values joined from several files: their parts are told with the files they come from.
JOINED = {schema.Content, schema.EntryValue, schema.PageValue, schema.Translation}
# Not written by name: an outcome's words stand beside its family.
UNNAMED = {(schema.Framed, "words")}

# The examples of the guide to content files, by the heading they stand under: together they are a small digest.
EXAMPLES = {
    "site.yml": "site.yml",
    "topics.yml and research-types.yml": "topics.yml",
    "families.yml": "families.yml",
    "articles/KEY.yml": "articles/swift-2012.yml",
    "entries/SLUG.md": "entries/one-in-five.md",
    "entries/SLUG.fr.md": "entries/one-in-five.fr.md",
    "issues/YEAR-MONTH.yml": "issues/2023-01.yml",
    "announcements.yml": "announcements.yml",
}

REGISTRIES = ("pypi.org", "pythonhosted.org", "testpypi", "npmjs", "yarnpkg.com", "anaconda.org", "index-url")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
FENCED = re.compile(r"^(\s*)```.*?^\1```", re.DOTALL | re.MULTILINE)
ELSEWHERE = re.compile(r"^[a-z]+:")


def file_models() -> list[type[BaseModel]]:
    found = [value for value in vars(schema).values() if isinstance(value, type) and issubclass(value, BaseModel)]
    ours = [model for model in found if model.__module__.startswith(schema.__name__)]
    return [model for model in ours if model not in JOINED | {schema.File}]


def read(*paths: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("model", file_models(), ids=lambda model: model.__name__)
def test_the_guide_to_content_files_tells_every_field_of_a_content_file(model):
    guide = read(GUIDES / "content-files.md")
    fields = [name for name in model.model_fields if (model, name) not in UNNAMED]
    assert [name for name in fields if f"`{name}`" not in guide] == []


def test_the_guide_to_content_files_tells_every_value_that_comes_from_a_list():
    guide = read(GUIDES / "content-files.md")
    headings = [f"## {heading}" for of in HEADINGS.values() for heading in of.values()]
    assert [name for name in [*METRICS, *KINDS, *headings] if f"`{name}`" not in guide] == []


def test_the_examples_in_the_guide_to_content_files_are_read_as_they_stand(tmp_path):
    for heading, example in examples(GUIDES / "content-files.md").items():
        path = tmp_path / EXAMPLES[heading]
        path.parent.mkdir(exist_ok=True)
        path.write_text(example, encoding="utf-8")
    content, _ = read_folder(tmp_path)
    assert set(content.model_fields_set) >= {"site", "topics", "families", "announcements"}
    assert [*content.articles, *content.entries, *content.issues] == ["swift-2012", "one-in-five", "2023-01"]
    assert list(content.entries["one-in-five"].texts) == ["en", "fr"]


def examples(guide: Path) -> dict[str, str]:
    """The first YAML or Markdown example under each heading that `EXAMPLES` names."""
    found: dict[str, str] = {}
    for heading in EXAMPLES:
        section = read(guide).partition(f"\n## {heading}\n")[2]
        found[heading] = section.partition("```")[2].partition("```")[0].partition("\n")[2]
    return found


def test_the_editors_guide_names_only_labels_that_stand_on_a_page():
    guide = read(GUIDES / "editor.md").replace("’", "'")
    named = re.findall(r"\*\*(.+?)\*\*", guide)
    known = {message.id.replace("’", "'") for message in MESSAGES}
    assert "Approve" in named
    assert [label for label in named if label not in known] == []


def test_the_pictures_of_the_editors_guide_are_those_its_script_takes_and_are_light():
    shown = re.findall(r"!\[[^\]]+\]\(\.\./images/editor/([a-z-]+)\.png\)", read(GUIDES / "editor.md"))
    taken = re.findall(r"\btake\(page, \"([a-z-]+)\"\)", read(ROOT / "docs" / "editor_screenshots.py"))
    pictures = {path.stem: path.stat().st_size for path in (ROOT / "docs" / "images" / "editor").iterdir()}
    assert sorted(shown) == sorted(taken) == sorted(pictures)
    assert {name: size for name, size in pictures.items() if size > 150_000} == {}


def test_every_command_of_ours_is_in_the_readme_or_a_guide():
    documents = read(ROOT / "README.md", *GUIDES.glob("*.md"))
    commands = [path.stem for path in SOURCE.glob("*/management/commands/*.py") if path.stem != "__init__"]
    assert commands
    assert [name for name in sorted(commands) if f"rapport {name}" not in documents] == []


def test_every_option_of_our_commands_is_in_the_readme_or_a_guide():
    documents = read(ROOT / "README.md", ROOT / "CONTRIBUTING.md", *GUIDES.glob("*.md"))
    source = read(*SOURCE.glob("*/management/commands/*.py"))
    options = set(re.findall(r"add_argument\(\s*\"(--[a-z-]+)\"", source))
    assert [option for option in sorted(options) if option not in documents] == []


def test_every_variable_of_the_environment_is_in_the_hosts_guide():
    guide = read(GUIDES / "host.md")
    tree = ast.parse(read(SOURCE / "config" / "environment.py"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names = {text for text in texts if re.fullmatch(r"RAPPORT_[A-Z_]+|DATABASE_URL", text)}
    assert "RAPPORT_SECRET_KEY" in names
    assert [name for name in sorted(names) if f"`{name}`" not in guide] == []


def test_every_make_target_that_says_what_it_does_is_in_contributing_or_the_readme():
    documents = read(ROOT / "CONTRIBUTING.md", ROOT / "README.md")
    targets = re.findall(r"^([a-z]+):.*##", read(ROOT / "Makefile"), re.MULTILINE)
    assert "test" in targets
    assert [target for target in targets if f"make {target}" not in documents] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_to_files_lead_to_files(document):
    text = FENCED.sub("", document.read_text(encoding="utf-8"))
    targets = [first or second for first, second in LINK.findall(text)]
    inside = [target.partition("#")[0] for target in targets if not ELSEWHERE.match(target)]
    assert [target for target in inside if target and not (document.parent / target).exists()] == []


def test_every_model_is_a_word_of_the_glossary():
    rows = re.findall(r"^\| ([^|]+) \|", read(ROOT / "GLOSSARY.md"), re.MULTILINE)
    words = {word.strip().casefold() for row in rows for word in row.split(",")}
    models = [model for room in ("digest", "literature") for model in apps.get_app_config(room).get_models()]
    assert [model.__name__ for model in models if model.__name__.casefold() not in words] == []


def test_every_decision_is_in_the_index_under_its_number_and_title():
    index = read(DECISIONS / "README.md")
    missing = []
    for path in sorted(DECISIONS.glob("[0-9]*.md")):
        number, _, title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").partition(". ")
        if int(number) != int(path.name[:4]) or f"[{number}]({path.name}) | {title} |" not in index:
            missing.append(path.name)
    assert missing == []


def test_every_room_says_in_ten_lines_what_it_is():
    rooms = [path.parent for path in SOURCE.glob("*/apps.py")]
    without = [room.name for room in rooms if not (room / "README.md").is_file()]
    lengths = {room.name: len(read(room / "README.md").splitlines()) for room in rooms if room.name not in without}
    assert without == []
    assert {name: length for name, length in lengths.items() if length > 14} == {}


def test_no_document_names_the_address_of_a_package_registry():
    documents = [*DOCUMENTS, *sorted((ROOT / "content").glob("**/*.md"))]
    named = {
        name_of(path): [address for address in REGISTRIES if address in read(path).casefold()] for path in documents
    }
    assert {name: addresses for name, addresses in named.items() if addresses} == {}

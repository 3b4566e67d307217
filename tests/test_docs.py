"""Holds the documentation to the code: links, examples, commands, fields."""

from __future__ import annotations

import csv
import doctest
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command, get_commands
from django.db.models import Model
from django.utils import translation

from matching.engine import RULES

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OWN_APPS = ("firms", "listings", "matching", "registers")
# Documented once for all tables.
SHARED_FIELDS = {"id", "name_zh", "name_en", "synonyms_zh", "synonyms_en", "source", "to_verify"}

FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
DOCTEST = re.compile(r"^```python doctest\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"manage\.py ([a-z][a-z_]+)")
MATCH_FILES = re.compile(r"manage\.py match_files (.+)$", re.MULTILINE)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """Headings as they are linked to: lower case, spaces as dashes, no punctuation."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text_of(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    broken = []
    for link in LINK.findall(FENCE.sub("", text_of(page))):
        if "://" in link:
            continue
        path, _hash, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    return broken


def table_rows(text: str) -> list[list[str]]:
    """Cells of every Markdown table row, headers and rulers included."""
    lines = (line for line in text.splitlines() if line.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("page", [page for page in PAGES if DOCTEST.search(text_of(page))], ids=name_of)
def test_examples_marked_as_doctests_are_true(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    examples = "\n".join(DOCTEST.findall(text_of(page)))
    parsed = doctest.DocTestParser().get_doctest(examples, {}, name_of(page), str(page), 0)
    said: list[str] = []
    result = doctest.DocTestRunner().run(parsed, out=said.append)
    assert result.attempted > 0
    assert result.failed == 0, "".join(said)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_management_command_named_exists(page: Path) -> None:
    assert set(COMMAND.findall(text_of(page))) - set(get_commands()) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("page", [page for page in PAGES if MATCH_FILES.search(text_of(page))], ids=name_of)
def test_spreadsheets_of_the_documentation_give_the_pairs_it_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    output = tmp_path / "matches.csv"
    for line in MATCH_FILES.findall(text_of(page)):
        call_command("match_files", *[str(output) if word == "matches.csv" else word for word in shlex.split(line)])
    columns, *shown = shown_result(page)
    with output.open(encoding="utf-8", newline="") as handle:
        written = [[row[column] for column in columns] for row in csv.DictReader(handle)]
    assert [row for row in shown if row not in written] == []


def shown_result(page: Path) -> list[list[str]]:
    """The table of pairs on a page, header first; one that shows none is only run."""
    rows = [row for row in table_rows(text_of(page)) if row[0] == "need_id" or re.fullmatch(r"N\d", row[0])]
    return rows or [["need_id"]]


def test_every_rule_of_the_engine_is_explained() -> None:
    explained = {row[0] for row in table_rows(text_of(ROOT / "docs" / "matching.md"))}
    assert {f"`{rule}`" for rule in RULES} - explained == set()


def test_every_column_of_match_files_is_explained() -> None:
    from matching.file_matching import COMPONENTS
    from matching.management.commands.match_files import HEADER

    rows = table_rows(text_of(ROOT / "docs" / "matching.md"))
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row[0])}
    assert set(HEADER) | set(COMPONENTS) <= explained


def own_models() -> list[type[Model]]:
    return [model for app in OWN_APPS for model in apps.get_app_config(app).get_models()]


def documented_fields(model: type[Model]) -> dict[str, str]:
    """Field → its English name, from the table under the model's heading."""
    sections = re.split(r"^#{2,3} ", text_of(ROOT / "docs" / "data-dictionary.md"), flags=re.MULTILINE)
    section = next((part for part in sections if part.startswith(f"`{model.__name__}` ")), "")
    rows = [row for row in table_rows(section) if row[0].startswith("`")]
    return {row[0].strip("`"): row[1] for row in rows}


def stored_fields(model: type[Model]) -> dict[str, str]:
    fields: list[Any] = [*model._meta.fields, *model._meta.many_to_many]
    with translation.override("en"):
        return {field.name: str(field.verbose_name) for field in fields}


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model.__name__)
def test_every_field_of_a_model_is_in_the_data_dictionary_under_its_name(model: type[Model]) -> None:
    documented, stored = documented_fields(model), stored_fields(model)
    optional = SHARED_FIELDS - documented.keys()
    assert documented == {field: label for field, label in stored.items() if field not in optional}

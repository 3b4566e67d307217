"""The Chinese catalogue is complete, keeps every placeholder, and its compiled form is the one that is shipped."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "marketplace" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
SOURCES = ("cms", "marketplace", "listings", "matching")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdf]|(?<!%)\{(\w+)\}")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders(text: str) -> set[str]:
    return {percent or brace for percent, brace in PLACEHOLDER.findall(text)}


def test_every_text_is_translated(catalogue):
    assert [entry.msgid for entry in catalogue if not all(translations(entry))] == []


def test_no_translation_is_a_guess_or_a_leftover(catalogue):
    assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete] == []


def test_translations_keep_the_placeholders(catalogue):
    changed = [
        entry.msgid
        for entry in catalogue
        for translation in translations(entry)
        if translation and placeholders(translation) != placeholders(entry.msgid_plural or entry.msgid)
    ]
    assert changed == []


def test_compiled_catalogue_says_the_same_as_its_source(catalogue):
    """Machines without gettext use the compiled file as it was committed."""
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    def said(entries):
        return {(entry.msgctxt, entry.msgid, *translations(entry)) for entry in entries}

    assert said(compiled) == said(catalogue)


@pytest.mark.needs_gettext
def test_catalogue_has_every_text_of_the_sources(catalogue, tmp_path):
    """Extracts again into a copy, so the working tree stays as it is."""
    for name in SOURCES:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "marketplace.settings.test"}
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "zh_Hans", "--verbosity", "0"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=600)  # noqa: S603
    extracted = polib.pofile(str(tmp_path / CATALOGUE.relative_to(ROOT)))
    missing = {entry.msgid for entry in extracted if not entry.obsolete} - {entry.msgid for entry in catalogue}
    assert sorted(missing) == []

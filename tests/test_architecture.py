"""Holds the floors of docs/architecture.md: who may import whom, and how big a piece may grow."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
PACKAGES = ("marketplace", "listings", "matching", "cms")
ENGINE = ROOT / "matching" / "engine"
MAX_LINES = 300
SHAPELESS_NAMES = {"utils", "helpers", "common", "misc", "core", "extras"}


def sources(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


def all_sources() -> list[Path]:
    return [path for package in PACKAGES for path in sources(ROOT / package)]


def imported_roots(path: Path) -> set[str]:
    """Top-level packages that a file imports; `from . import x` counts as the engine itself."""
    roots = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            roots.add((node.module or "").split(".")[0])
    return roots


def test_floors_import_only_from_floors_below(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


def test_engine_imports_only_numpy_scipy_and_the_standard_library():
    allowed = {"numba", "numpy", "ortools", "scipy", "matching"} | sys.stdlib_module_names
    foreign = {path.name: imported_roots(path) - allowed for path in sources(ENGINE)}
    assert {name: roots for name, roots in foreign.items() if roots} == {}


def test_engine_imports_nothing_of_matching_but_itself():
    strays = [
        f"{path.name}: {node.module}"
        for path in sources(ENGINE)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("matching")
        and not (node.module or "").startswith("matching.engine")
    ]
    assert strays == []


@pytest.mark.parametrize("path", all_sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_module_has_a_telling_name_and_fits_on_a_few_screens(path):
    assert path.stem not in SHAPELESS_NAMES
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_no_signals_carry_our_own_logic():
    users = [
        str(path.relative_to(ROOT))
        for path in all_sources()
        if "django.dispatch" in path.read_text(encoding="utf-8") or "models.signals" in path.read_text(encoding="utf-8")
    ]
    assert users == []

"""Migrating takes longer than most test runs: SQLite keeps a copy of the result as long as no migration changes."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection


def migrations_key() -> str:
    """Changes whenever a migration of any application does, and with the languages that data migrations ask for."""
    digest = hashlib.sha256(f"{django.VERSION} {settings.LANGUAGES} {settings.LANGUAGE_CODE}".encode())
    for config in apps.get_app_configs():
        for path in sorted((Path(config.path) / "migrations").glob("*.py")):
            digest.update(f"{config.label} {path.name}".encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def use_copy(copy: Path) -> None:
    """Make the test database in memory and fill it from the copy."""
    name = connection.creation._get_test_db_name()
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    with sqlite3.connect(copy) as source:
        source.backup(connection.connection)


def keep_copy(copy: Path) -> None:
    """Written beside and moved into place, because two runs may do it at once."""
    with tempfile.NamedTemporaryFile(dir=copy.parent, suffix=".part", delete=False) as part:
        Path(part.name).chmod(0o600)
    with sqlite3.connect(part.name) as target:
        connection.connection.backup(target)
    Path(part.name).replace(copy)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    folder = Path(settings.BASE_DIR) / ".pytest_cache" / "migrated"
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"{migrations_key()}.sqlite3"
    name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite" and copy.exists():
            use_copy(copy)
        else:
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            if connection.vendor == "sqlite":
                keep_copy(copy)
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(name, verbosity=0)

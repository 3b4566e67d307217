"""Settings refuse what is unclear and are safe without being told."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from marketplace.settings import base, environment
from marketplace.settings.database import database_from_url
from marketplace.settings.secret_file import secret_from_file

ROOT = Path(__file__).parent.parent


def run_manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Settings are read once per process, so a start-up is tried in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LOOPYARD_", "DJANGO_"))}
    return subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=kept | {"DJANGO_SETTINGS_MODULE": "marketplace.settings.prod"} | variables,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_production_does_not_start_without_a_secret_key():
    result = run_manage("check")
    assert result.returncode == 1
    assert "LOOPYARD_SECRET_KEY is not set" in result.stderr


def test_production_static_files_can_be_collected_with_checksums_in_their_names(tmp_path):
    """Fails when a stylesheet or script names a file that is not there."""
    result = run_manage(
        "collectstatic", "--no-input", "-v0", LOOPYARD_SECRET_KEY="x" * 50, LOOPYARD_STATIC_DIR=str(tmp_path)
    )
    assert result.stderr == ""
    assert (tmp_path / "staticfiles.json").exists()


def test_base_settings_are_safe_as_they_stand():
    assert base.DEBUG is False
    assert base.SESSION_COOKIE_SECURE and base.CSRF_COOKIE_SECURE and base.SECURE_SSL_REDIRECT
    assert base.SECURE_HSTS_SECONDS == 31_536_000
    assert base.ACCOUNT_EMAIL_VERIFICATION == "mandatory"


def test_pages_may_load_nothing_inline_and_nothing_from_elsewhere():
    directives = base.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["script-src"] == directives["style-src"] == ["'self'"]
    assert directives["default-src"] == ["'none'"]


def test_tile_server_is_allowed_by_its_origin_only():
    assert base.origin("https://tiles.example.org/{z}/{x}/{y}.png") == ["https://tiles.example.org"]
    assert base.origin("") == []


def test_database_url_of_postgresql_is_taken_apart():
    entry = database_from_url("postgresql://anna:p%40ss@db.example.org:5433/yard?sslmode=require", default_path=ROOT)
    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert (entry["USER"], entry["PASSWORD"], entry["HOST"], entry["PORT"]) == (
        "anna",
        "p@ss",
        "db.example.org",
        "5433",
    )
    assert (entry["NAME"], entry["OPTIONS"]) == ("yard", {"sslmode": "require"})


@pytest.mark.parametrize(
    ("url", "name"),
    [("", "/x/yard.sqlite3"), ("sqlite:////srv/a.sqlite3", "/srv/a.sqlite3"), ("sqlite:///a.sqlite3", "a.sqlite3")],
)
def test_sqlite_takes_the_write_lock_at_the_start_of_a_transaction(url, name):
    entry = database_from_url(url, default_path=Path("/x/yard.sqlite3"))
    assert entry["NAME"] == name
    assert entry["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in entry["OPTIONS"]["init_command"]


def test_unknown_database_is_refused():
    with pytest.raises(ImproperlyConfigured, match="must start with sqlite:/// or postgresql://"):
        database_from_url("mysql://root@localhost/yard", default_path=ROOT)


def test_unclear_values_are_refused(monkeypatch):
    monkeypatch.setenv("LOOPYARD_X", "maybe")
    with pytest.raises(ImproperlyConfigured, match="write 1 or 0"):
        environment.flag("LOOPYARD_X")
    with pytest.raises(ImproperlyConfigured, match="write a whole number"):
        environment.whole_number("LOOPYARD_X", 1)
    with pytest.raises(ImproperlyConfigured, match="must be one of: db, immediate"):
        environment.choice("LOOPYARD_X", ("db", "immediate"))


def test_blank_variables_mean_their_default(monkeypatch):
    monkeypatch.setenv("LOOPYARD_X", " ")
    assert environment.text("LOOPYARD_X", "here") == "here"
    assert environment.whole_number("LOOPYARD_X", 3) == 3
    assert environment.words("LOOPYARD_X") == []


def test_development_key_is_made_once_and_only_for_its_owner(tmp_path):
    path = tmp_path / "var" / "secret_key"
    key = secret_from_file(path)
    assert secret_from_file(path) == key
    assert len(key) == 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

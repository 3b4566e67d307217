"""Turns a database URL into Django's DATABASES entry. SQLite and PostgreSQL are the two databases we run on."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# WAL lets readers go on while one connection writes; NORMAL is durable enough under WAL (a power cut may lose the
# last commits, never the file). Foreign keys are switched on by Django itself.
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=1073741824;"


def sqlite(path: str) -> dict[str, Any]:
    """Writers queue at BEGIN IMMEDIATE for up to 20 s, so a lock is never upgraded half-way through a transaction."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
    }


def postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def database_from_url(url: str, *, default_path: Path) -> dict[str, Any]:
    """`sqlite:////absolute/path`, `sqlite:///relative/path` or `postgresql://user:password@host:port/name?sslmode=require`."""
    if not url:
        return sqlite(str(default_path))
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return sqlite(url.removeprefix("sqlite:///"))
    if scheme in {"postgres", "postgresql"}:
        return postgresql(url)
    raise ImproperlyConfigured("LOOPYARD_DATABASE_URL must start with sqlite:/// or postgresql://.")

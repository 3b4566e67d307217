"""Shared fixtures, and the rule for tests that need a service: skipped with the reason, or failed where it is demanded.

LOOPYARD_REQUIRE_SERVICES=postgresql,elasticsearch,chromium,gettext,distributed (set in CI) turns "not there" from a
skip into a failure.
"""

import os
import shutil
import socket
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import translation
from hypothesis import HealthCheck, settings

from matching.knowledge import forget
from tests.migrated import django_db_setup
from tests.served import LONGEST_S, one_request_at_a_time

__all__ = ["django_db_setup", "one_request_at_a_time"]

# How long an example takes is no fault of what it shows: a busy machine must not fail it.
settings.register_profile("any_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_machine")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Quiet and sealed: no update, no sync, nothing that leaves the machine.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def chromium_path() -> str | None:
    candidates = [os.environ.get("LOOPYARD_CHROMIUM"), *map(shutil.which, CHROMIUM_NAMES)]
    return next((path for path in candidates if path), None)


@lru_cache
def is_listening(url: str) -> bool:
    """Whether anything takes connections there; asked once a run."""
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname or "", address.port or 80), timeout=10).close()
    except OSError:
        return False
    return bool(address.hostname)


def missing_services() -> dict[str, str]:
    """Service → why a test that needs it cannot run here."""
    missing = {}
    if connection.vendor != "postgresql":
        missing["postgresql"] = "this run uses SQLite; set LOOPYARD_TEST_DATABASE_URL and use script/test"
    if not is_listening(os.environ.get("LOOPYARD_TEST_ELASTICSEARCH_URL", "")):
        missing["elasticsearch"] = "no server at LOOPYARD_TEST_ELASTICSEARCH_URL; see script/services"
    if chromium_path() is None:
        missing["chromium"] = "no Chromium on this machine; install the package chromium"
    if shutil.which("xgettext") is None:
        missing["gettext"] = "no xgettext on this machine; install the package gettext"
    if find_spec("distributed") is None:
        missing["distributed"] = "no Dask in this environment; install requirements-distributed.txt"
    return missing


def pytest_runtest_setup(item: pytest.Item) -> None:
    demanded = os.environ.get("LOOPYARD_REQUIRE_SERVICES", "").split(",")
    for service, reason in missing_services().items():
        if item.get_closest_marker(f"needs_{service}") is None:
            continue
        # The SQLite half of a run cannot offer PostgreSQL; script/test runs these tests in the other half.
        if service in demanded and not (service == "postgresql" and os.environ.get("LOOPYARD_TEST_DATABASE_URL")):
            pytest.fail(f"{service} is demanded: {reason}", pytrace=False)
        pytest.skip(reason)


@pytest.fixture(autouse=True)
def _fresh_start() -> None:
    """Rate limits, cached trees, read tables and the language of one test must not reach the next."""
    cache.clear()
    forget()
    translation.deactivate()


@pytest.fixture(scope="module")
def reference_data(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The tables that ship, loaded once for all tests of a module and rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference_data", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running browser. Ask for `page` rather than for this."""
    from playwright.sync_api import expect, sync_playwright

    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code touching the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=1000 * LONGEST_S)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, live_server: Any, one_request_at_a_time: Any) -> Iterator[Any]:
    """A fresh browser window, in English, at the test server; a script error on any page fails the test."""
    context = chromium.new_context(base_url=live_server.url, locale="en-GB")
    window = context.new_page()
    window.set_default_timeout(1000 * LONGEST_S)
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    yield window
    context.close()
    assert errors == []

"""A search server that is killed while listings change: nobody notices but the operators, and nothing is lost."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from listings.models import Listing
from listings.search import backends, search
from listings.search.elastic import ElasticBackend
from listings.search.query import SearchQuery
from listings.services import withdraw_listing
from tests.factories import make_material, make_offer, owner_of

SERVICES = Path(__file__).parents[3] / "script" / "services"
PORT = "9266"
PATIENCE_S = 60  # longer than an answer takes on the slowest machine
HOMES = (f"/var/lib/loopyard-test-elasticsearch-{PORT}", f"var/elasticsearch-test-{PORT}")
pytestmark = [pytest.mark.needs_elasticsearch, pytest.mark.django_db(transaction=True)]


def _services(action: str) -> None:
    surroundings = os.environ | {
        "LOOPYARD_TEST_ELASTICSEARCH_PORT": PORT,
        "LOOPYARD_TEST_ELASTICSEARCH_HEAP": "512m",
    }
    subprocess.run([SERVICES, action, "elasticsearch"], env=surroundings, check=True, capture_output=True)  # noqa: S603


def _kill() -> None:
    pid_file = next(path for home in HOMES if (path := Path(home) / "pid").exists())
    os.kill(int(pid_file.read_text()), signal.SIGKILL)


@pytest.fixture
def own_server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[ElasticBackend]:
    """Apart from the one that other tests use at the same time."""
    _services("start")
    backend = ElasticBackend(f"http://127.0.0.1:{PORT}", index="test-killed", read_seconds=PATIENCE_S)
    backend.patience.rest_seconds = 0
    monkeypatch.setattr(backends, "elastic", lambda: backend)
    settings.LOOPYARD_SEARCH = "elastic"
    backend.drop()
    yield backend
    backend.drop()
    _services("stop")


def _found() -> tuple[str, int]:
    """Who answers, and how many."""
    found = search(SearchQuery(today=timezone.localdate()))
    return found.backend, found.total


def _reconcile(*options: str) -> str:
    said = StringIO()
    call_command("reconcile_search", "--backend", "elastic", *options, stdout=said)
    return said.getvalue()


def _edit(listings: list[Listing]) -> None:
    """Withdraws half of them and posts as many new ones."""
    for listing in listings[::2]:
        withdraw_listing(actor=owner_of(listing.firm), listing=listing)
        make_offer(make_material())


def test_nothing_is_lost_when_the_server_is_killed_during_edits(
    own_server: ElasticBackend, caplog: pytest.LogCaptureFixture
) -> None:
    listings = [make_offer(make_material()) for _ in range(12)]
    assert _found() == ("elastic", 12)

    _edit(listings[:6])
    _kill()
    _edit(listings[6:])
    start = time.monotonic()
    assert _found() == ("database", 12)
    assert time.monotonic() - start < PATIENCE_S  # nobody waited for an answer of the dead
    operators = [record.message for record in caplog.records if record.levelno == logging.ERROR]
    assert any("the database does" in message for message in operators)

    _services("start")
    with pytest.raises(CommandError, match="--fix"):
        _reconcile()
    assert "mended" in _reconcile("--fix")
    assert _reconcile() == "elastic: no differences.\n"
    assert _found() == ("elastic", 12)

"""The two backends, each configured as the site would have it. Tests that take `backend` run once on either."""

import os
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from listings.models import Listing
from listings.search import backends
from listings.search.backend import Backend
from listings.search.database import DatabaseBackend
from listings.search.documents import Document
from listings.search.elastic import ElasticBackend
from tests.factories import make_site

ON_ELASTIC = pytest.param("elastic", marks=pytest.mark.needs_elasticsearch)


@pytest.fixture(scope="session")
def server() -> str:
    return os.environ["LOOPYARD_TEST_ELASTICSEARCH_URL"]


@pytest.fixture(scope="session")
def one_elastic(server: str) -> Iterator[ElasticBackend]:
    """Making an index takes longer than most tests, so that all share one."""
    backend = ElasticBackend(server, index=f"test-{uuid4().hex[:12]}", read_seconds=60)
    yield backend
    backend.drop()


@pytest.fixture
def elastic(one_elastic: ElasticBackend, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[ElasticBackend]:
    settings.LOOPYARD_SEARCH = "elastic"
    monkeypatch.setattr(backends, "elastic", lambda: one_elastic)
    one_elastic.remove([key for key, _fingerprint in one_elastic.fingerprints()])
    yield one_elastic


@pytest.fixture(params=["database", ON_ELASTIC])
def backend(request: pytest.FixtureRequest, db: None) -> Backend:
    """Empty and asked first."""
    return DatabaseBackend() if request.param == "database" else request.getfixturevalue("elastic")


@pytest.fixture
def with_listings(db: None) -> Any:
    """Bare listings for documents that no service made: the tables of the search refer to them."""

    def make(documents: Iterable[Document]) -> list[Document]:
        site, kept = make_site(), list(documents)
        Listing.objects.bulk_create(
            [_bare(document, site) for document in kept],
        )
        return kept

    return make


def _bare(document: Document, site: Any) -> Listing:
    return Listing(
        pk=document.listing, kind="offer", firm=site.firm, site=site, latitude=0, longitude=0, state="draft",
        quantity_amount=1, quantity_period="year", quantity_t_per_year=1,
    )  # fmt: skip

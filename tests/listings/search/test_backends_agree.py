"""Both backends give the same answers, to the last count, on a made-up market and questions drawn at random."""

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest

from listings.search.benchmark_market import TODAY, Market
from listings.search.database import DatabaseBackend
from listings.search.elastic import ElasticBackend
from listings.search.facets import FACETS, FRESHNESS_BANDS
from listings.search.query import Box, Level, Place, SearchQuery, Sort

pytestmark = [pytest.mark.needs_elasticsearch, pytest.mark.django_db]

NUMBER = 1_000
QUESTIONS = 60
WORDS = ("", "", "gypsum", "石膏", "ash", "粉煤灰", "上海", "灰", "bulk loading", "循环材料", "钢渣 beijing", "zzzz")
SHANGHAI, CHENGDU = Place(31.23, 121.47), Place(30.66, 104.06)


@pytest.fixture
def both(elastic: ElasticBackend, with_listings: Any) -> tuple[DatabaseBackend, ElasticBackend]:
    documents = with_listings(Market().documents(NUMBER))
    database = DatabaseBackend()
    for backend in (database, elastic):
        backend.put(documents)
    return database, elastic


def _question(dice: random.Random, values: dict[str, list[str]]) -> SearchQuery:
    near = dice.choice((None, SHANGHAI, CHENGDU))
    return SearchQuery(
        today=TODAY + dt.timedelta(days=dice.choice((0, 0, 200))),
        level=dice.choice(list(Level)),
        words=dice.choice(WORDS),
        kind=dice.choice(("", "offer", "need")),
        chosen={
            facet: frozenset(dice.sample(values[facet], 2)) for facet in dice.sample(sorted(values), dice.randrange(3))
        },
        near=near,
        radius_km=dice.choice((None, 50, 400, 1_500)) if near else None,
        box=dice.choice((None, None, Box(25, 100, 40, 125), Box(20, 120, 45, 80))),
        hidden_firms=frozenset(dice.sample(range(1, NUMBER // 5), 20)) if dice.random() < 0.3 else frozenset(),
        fits={dice.randrange(1, NUMBER + 1): dice.choice((0.25, 0.5, 0.75)) for _ in range(40)},
        sort=dice.choice(list(Sort) if near else [Sort.NEWEST, Sort.QUANTITY, Sort.MATCH]),
        page=dice.choice((1, 1, 2, 5)),
    )


def _choices(dice: random.Random, values: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    facets = dice.sample(sorted(values), dice.randrange(3))
    return {facet: frozenset(dice.sample(values[facet], 2)) for facet in facets}


def _values(database: DatabaseBackend) -> dict[str, list[str]]:
    counts = database.find(SearchQuery(today=TODAY, level=Level.STAFF)).counts
    return {facet.name: sorted(counts[facet.name]) for facet in FACETS} | {"freshness": list(FRESHNESS_BANDS)}


def test_pages_totals_and_counts_are_equal(both: tuple[DatabaseBackend, ElasticBackend]) -> None:
    database, elastic = both
    dice = random.Random(3)  # noqa: S311
    values = _values(database)
    for _ in range(QUESTIONS):
        query = _question(dice, values)
        expected, found = database.find(query), elastic.find(query)
        assert found.total == expected.total, query
        for facet in FACETS:
            assert found.counts[facet.name] == expected.counts[facet.name], (facet.name, query)
        assert [hit.listing for hit in found.hits] == [hit.listing for hit in expected.hits], query
        assert [hit.distance_km for hit in found.hits] == pytest.approx([hit.distance_km for hit in expected.hits])
        assert [hit.landed_per_t for hit in found.hits] == pytest.approx([hit.landed_per_t for hit in expected.hits])


def test_the_order_by_landed_cost_is_exact_to_the_last_hit(both: tuple[DatabaseBackend, ElasticBackend]) -> None:
    database, elastic = both
    query = SearchQuery(today=TODAY, near=SHANGHAI, sort=Sort.LANDED, page_size=100)
    for page in range(1, 12):
        expected, found = (backend.find(replace(query, page=page)).hits for backend in (database, elastic))
        assert [hit.listing for hit in found] == [hit.listing for hit in expected]
    assert len(found) < 100


@pytest.mark.parametrize("zoom", [0, 3, 6, 9, 14])
def test_clusters_are_equal(both: tuple[DatabaseBackend, ElasticBackend], zoom: int) -> None:
    database, elastic = both
    query = SearchQuery(today=TODAY, level=Level.MEMBER, box=Box(20, 100, 45, 125))
    expected, found = database.clusters(query, zoom), elastic.clusters(query, zoom)
    assert [(each.offers, each.needs, each.listing) for each in found] == [
        (each.offers, each.needs, each.listing) for each in expected
    ]
    for ours, theirs in zip(found, expected, strict=True):
        assert (ours.latitude, ours.longitude, ours.quantity_t_per_year) == pytest.approx(
            (theirs.latitude, theirs.longitude, theirs.quantity_t_per_year)
        )

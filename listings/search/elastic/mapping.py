"""How a document is laid out in the index. Only parts of Elasticsearch that its barest distribution has are used."""

from __future__ import annotations

import datetime as dt
from typing import Any

from elasticsearch import dsl

from ..documents import Document
from ..facets import FACETS
from ..query import Level

LEVELS = tuple(Level)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
NO_LAST_DAY = 4_000_000  # later than any ordinal day
# Tombstones of removed documents are kept that long, so that a job still on its way cannot bring one back.
KEEP_REMOVED = "1h"

# One shard counts exactly and answers a million listings in time; a second copy is the operator's choice.
SETTINGS = {
    "index": {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "gc_deletes": KEEP_REMOVED,
        "max_result_window": 10_000,
        "max_terms_count": 65_536,
        # Browsing the newest reads the front of each segment and stops.
        "sort.field": ["published_at", "listing"],
        "sort.order": ["desc", "desc"],
    }
}


def at(name: str, level: Level) -> str:
    """The field that holds a levelled fact: `price` for members is `price_1`."""
    return f"{name}_{level.value}"


def mapping() -> dsl.Mapping:
    """`words` and `firm_words` are cut into tokens by us; the server only splits them at the blanks."""
    found = dsl.Mapping()
    found.meta("dynamic", "strict")
    found.meta("_source", enabled=False)
    for name, field in {**_shared_fields(), **_facet_fields(), **_levelled_fields()}.items():
        found.field(name, field)
    return found


def _shared_fields() -> dict[str, dsl.Field]:
    """`published_at` in microseconds since 1970, days as ordinals: whole numbers compare the same everywhere."""
    return {
        "listing": dsl.Long(),
        "kind": _keyword(),
        "country": _keyword(),
        "region": _keyword(),
        "material": _keyword(),
        "words": _words(),
        "quantity_t_per_year": dsl.Double(),
        "confirmed_on": dsl.Integer(),
        "available_to": dsl.Integer(),
        "published_at": dsl.Long(),
        "fingerprint": dsl.Keyword(index=False),
    }


def _facet_fields() -> dict[str, dsl.Field]:
    return {
        at(facet.name, level) if facet.levelled else facet.name: _keyword()
        for facet in FACETS
        if facet.name != "freshness"
        for level in LEVELS
    }


def _levelled_fields() -> dict[str, dsl.Field]:
    """`firm` is held only where its name is shown. `asked` is what landed cost starts from: see `landed`."""
    fields: dict[str, dsl.Field] = {}
    for level in LEVELS:
        fields |= {
            at("firm", level): _keyword(),
            at("firm_words", level): _words(),
            at("place", level): dsl.GeoPoint(),
            at("latitude", level): dsl.Double(),
            at("longitude", level): dsl.Double(),
            at("asked_per_t", level): dsl.Double(),
        }
    return fields


def _keyword() -> dsl.Keyword:
    """Counted by its ordinals, which are made when the index changes and not while somebody waits."""
    return dsl.Keyword(eager_global_ordinals=True)


def _words() -> dsl.Text:
    """Neighbouring tokens are kept as pairs too: most phrases are Chinese words, a row of bigrams each."""
    return dsl.Text(analyzer="whitespace", norms=False, index_options="positions", index_phrases=True)


def source_of(document: Document, fingerprint: str) -> dict[str, Any]:
    return {
        "listing": document.listing,
        "kind": document.kind,
        "country": document.country,
        "region": _text(document.region),
        "material": _text(document.material),
        "words": document.words,
        "quantity_t_per_year": document.quantity_t_per_year,
        "confirmed_on": document.confirmed_on.toordinal(),
        "available_to": document.available_to.toordinal() if document.available_to else NO_LAST_DAY,
        "published_at": microseconds(document.published_at),
        "fingerprint": fingerprint,
        **_facet_values(document),
        **_levelled_values(document),
    }


def microseconds(moment: dt.datetime) -> int:
    return (moment - EPOCH) // dt.timedelta(microseconds=1)


def _facet_values(document: Document) -> dict[str, Any]:
    """An empty value is not held, so that nobody counts it."""
    values: dict[str, Any] = {
        "family": document.family,
        "form": document.form,
        "code": document.codes,
        "status": document.status,
        "hazard": document.hazard,
        "province": document.province,
        "quantity": document.quantity,
        "quality": document.quality,
    }
    for level in LEVELS:
        values[at("park", level)] = document.park[level]
        values[at("price", level)] = document.price[level]
        values[at("evidence", level)] = document.evidence[level]
    return {name: value for name, value in values.items() if value}


def _levelled_values(document: Document) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for level in LEVELS:
        place, price = document.place[level], document.price_per_t[level]
        values |= {
            at("firm_words", level): document.firm_words[level],
            at("place", level): {"lat": place.latitude, "lon": place.longitude},
            at("latitude", level): place.latitude,
            at("longitude", level): place.longitude,
        }
        if document.firm_shown[level]:
            values[at("firm", level)] = str(document.firm)
        if price is not None:
            values[at("asked_per_t", level)] = price if document.kind == "offer" else -price
    return values


def _text(key: int | None) -> str | None:
    return None if key is None else str(key)

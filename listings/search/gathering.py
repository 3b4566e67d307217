"""Reads listings from the database and makes their documents, a few hundred with the same handful of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from marketplace.firms.models import FormerName, Region
from marketplace.units import exchange_rate

from ..disclosure import LADDER
from ..models import Evidence, LegalStatus, Listing, ListingCode, Material, Visibility
from .documents import Document
from .facets import HIDDEN_PRICE, price_band, quantity_band
from .query import Level, Place
from .tokens import GAP, index_tokens

T = TypeVar("T")
AT_ONCE = 500
NO_DOCUMENTS, HIDDEN_DOCUMENTS = "none", "hidden"
NO_STATUS = "unknown"
SHOWN_UP_TO = {Level.VISITOR: Visibility.PUBLIC, Level.MEMBER: Visibility.MEMBERS, Level.STAFF: Visibility.PARTY}
"""The last rung of the ladder that each level stands on; what a match or a deal would open is nobody's to search."""


def documents_of(listings: Iterable[int]) -> Iterator[Document]:
    """The documents of those listings that are on the market, in the order of their keys within each few hundred."""
    keys = iter(listings)
    while chunk := list(islice(keys, AT_ONCE)):
        rows = list(_published(chunk))
        facts = _Facts.about(rows)
        for row in rows:
            yield _document(row, facts)


def open_listings() -> Iterator[int]:
    """Keys of all listings that have a document, by rising key."""
    keys = Listing.objects.published().order_by("pk").values_list("pk", flat=True)
    return iter(keys.iterator(chunk_size=10_000))


def _published(keys: Sequence[int]) -> Iterable[Listing]:
    related = ("material__parent", "use", "firm", "site__park", "site__region")
    return Listing.objects.published().filter(pk__in=keys).select_related(*related).order_by("pk")


@dataclass
class _Facts:
    """What several rows share or what hangs below them, by key; regions by code."""

    codes: defaultdict[int, list[tuple[str, bool]]] = field(default_factory=lambda: defaultdict(list))
    evidence: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    former_names: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    regions: dict[str, Region] = field(default_factory=dict)

    @classmethod
    def about(cls, rows: Sequence[Listing]) -> _Facts:
        facts = cls()
        keys = [row.pk for row in rows]
        codes = ListingCode.objects.filter(listing__in=keys).order_by("code__code")
        for listing, code, hazardous in codes.values_list("listing", "code__code", "code__hazardous"):
            facts.codes[listing].append((code, hazardous))
        for listing, kind in Evidence.objects.filter(listing__in=keys).order_by().values_list("listing", "kind"):
            facts.evidence[listing].add(kind)
        names = FormerName.objects.filter(firm__in={row.firm_id for row in rows}).order_by("pk")
        for firm, name in names.values_list("firm", "name"):
            facts.former_names[firm].append(name)
        wanted = {code for row in rows for code in _region_codes(row)}
        facts.regions = {region.code: region for region in Region.objects.filter(code__in=wanted)}
        return facts


def _document(listing: Listing, facts: _Facts) -> Document:
    site, material = listing.site, listing.material
    firm_shown = _by_level(listing.firm_visibility)
    price_shown = _by_level(listing.price_visibility)
    evidence_shown = _by_level(listing.evidence_visibility)
    exact = [
        shown and (site.location_public or level == Level.STAFF) for level, shown in zip(Level, firm_shown, strict=True)
    ]
    price = _price_in_base(listing)
    evidence = tuple(sorted(facts.evidence[listing.pk])) or (NO_DOCUMENTS,)
    codes = facts.codes[listing.pk]
    cell, place = Place(*site.cell_centre), Place(site.latitude, site.longitude)
    quantity = float(listing.quantity_t_per_year)
    park = str(site.park_id or "")
    return Document(
        listing=listing.pk,
        kind=listing.kind,
        firm=listing.firm_id,
        firm_shown=firm_shown,
        country=site.country,
        region=site.region_id,
        place=_levels(place if shown else cell for shown in exact),
        words=_words(listing, codes, facts),
        firm_words=_levels(
            _firm_words(listing, facts, with_site=with_site) if shown else ""
            for shown, with_site in zip(firm_shown, exact, strict=True)
        ),
        material=listing.material_id,
        family=_family(material),
        form=listing.form or (material.form if material else ""),
        codes=tuple(code for code, _hazardous in codes),
        status=listing.legal_status or NO_STATUS,
        hazard=_hazard(listing, codes),
        park=_levels(park if shown else "" for shown in exact),
        province=_province(listing, facts),
        quantity_t_per_year=quantity,
        quantity=quantity_band(quantity),
        price_per_t=_levels(price if shown else None for shown in price_shown),
        price=_levels(price_band(price) if shown else HIDDEN_PRICE for shown in price_shown),
        quality=str(listing.quality_level),
        evidence=_levels(evidence if shown else (HIDDEN_DOCUMENTS,) for shown in evidence_shown),
        confirmed_on=listing.confirmed_on or _published_at(listing).date(),
        available_to=listing.available_to,
        published_at=_published_at(listing),
    )


def _by_level(visibility: str) -> tuple[bool, bool, bool]:
    rung = LADDER.index(Visibility(visibility))
    return _levels(rung <= LADDER.index(SHOWN_UP_TO[level]) for level in Level)


def _levels(values: Iterable[T]) -> tuple[T, T, T]:
    visitor, member, staff = values
    return visitor, member, staff


def _price_in_base(listing: Listing) -> float | None:
    if listing.price_per_t is None:
        return None
    return float(listing.price_per_t * exchange_rate(listing.currency))


def _published_at(listing: Listing) -> dt.datetime:
    return listing.published_at or listing.created_at


def _family(material: Material | None) -> str:
    if material is None:
        return ""
    return material.parent.slug if material.parent else material.slug


def _hazard(listing: Listing, codes: Sequence[tuple[str, bool]]) -> str:
    if listing.legal_status == LegalStatus.HAZARDOUS or any(hazardous for _code, hazardous in codes):
        return "yes"
    if listing.legal_status:
        return "no"
    return listing.material.hazardous_possible if listing.material else ""


def _region_codes(listing: Listing) -> list[str]:
    """From the root down to the site's own region."""
    region = listing.site.region
    return region.path.strip("/").split("/") if region else []


def _province(listing: Listing, facts: _Facts) -> str:
    codes = (code for code in _region_codes(listing) if code in facts.regions)
    return next((code for code in codes if facts.regions[code].level == Region.Level.PROVINCE), "")


def _words(listing: Listing, codes: Sequence[tuple[str, bool]], facts: _Facts) -> str:
    """What it is in the holder's words and in both languages of the vocabulary, its codes, and its region."""
    material = listing.material
    subjects = (material, material.parent if material else None, listing.use)
    regions = [facts.regions[code] for code in _region_codes(listing) if code in facts.regions]
    texts = [listing.title_zh, listing.title_en, listing.description, listing.source_process]
    texts += [name for each in (*subjects, *regions) if each for name in (each.name_zh, each.name_en)]
    texts += [_with_category(code) for code, _hazardous in codes]
    return _tokens(texts)


def _with_category(code: str) -> str:
    """A Chinese code is found by its category too.

    >>> _with_category("900-249-08"), _with_category("900-001-S17"), _with_category("100102")
    ('900-249-08 HW08', '900-001-S17 SW17', '100102')
    """
    if code.count("-") != 2:
        return code
    last = code.rpartition("-")[2]
    return f"{code} SW{last[1:]}" if last.startswith("S") else f"{code} HW{last}"


def _firm_words(listing: Listing, facts: _Facts, *, with_site: bool) -> str:
    """The page of the firm tells its former names too; site and park are told where the exact place is."""
    firm, site = listing.firm, listing.site
    texts = [firm.name_zh, firm.name_en, *facts.former_names[firm.pk]]
    if with_site:
        texts += [site.name, *((site.park.name_zh, site.park.name_en) if site.park else ())]
    return _tokens(texts)


def _tokens(texts: Iterable[str]) -> str:
    """Each text once; `GAP` keeps phrases from running over from one text into the next."""
    parts = (_tokens_of(text) for text in dict.fromkeys(texts) if text)
    return f" {GAP} ".join(part for part in parts if part)


@lru_cache(maxsize=20_000)
def _tokens_of(text: str) -> str:
    """Names of materials, regions and firms come again with every listing."""
    return " ".join(index_tokens(text))

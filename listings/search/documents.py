"""A listing as the search keeps it: the same facts for every backend."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from hashlib import blake2b

from .query import Place


@dataclass(frozen=True)
class Document:
    """What can be searched, filtered, counted and sorted by of one open listing.

    Facts that not everyone may know stand once per `Level`, so that no question reveals more than the page shows:
    a tuple's entry 0 is for visitors, 1 for members, 2 for those who act for all; each knows what those before know.
    `words` are index tokens of what everyone may read; `firm_words` those of the names of firm, site and park, empty
    for a level that must not know them. `place` is exact only where the site's place and the firm's name are both
    shown, else the centre of its grid cell. Prices are per tonne in the base currency, signed; None is not stated or
    not shown.

    Values of facets: `family` is a material's slug, `park` a key, `province` and `codes` are codes; `status` is
    `unknown` where none is stated; `hazard` is `yes` by status or code, `no` by another status, else the material's;
    `evidence` names kinds of documents, or is `none` or `hidden`. An empty value is counted by nobody.
    """

    listing: int
    kind: str
    firm: int
    firm_shown: tuple[bool, bool, bool]
    country: str
    region: int | None
    place: tuple[Place, Place, Place]
    words: str
    firm_words: tuple[str, str, str]
    material: int | None
    family: str
    form: str
    codes: tuple[str, ...]
    status: str
    hazard: str
    park: tuple[str, str, str]
    province: str
    quantity_t_per_year: float
    quantity: str
    price_per_t: tuple[float | None, float | None, float | None]
    price: tuple[str, str, str]
    quality: str
    evidence: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    confirmed_on: dt.date
    available_to: dt.date | None
    published_at: dt.datetime


def fingerprint(document: Document) -> str:
    """Differs where anything in the document does; 16 bytes as hexadecimal digits."""
    return blake2b(repr(document).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()

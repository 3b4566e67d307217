"""The listing that is matched, with its home: the few columns that are asked, without Django writing the query anew."""

from __future__ import annotations

from django.db import connection

from listings.models import Listing
from marketplace.firms.models import Region, Site

HOME, AROUND = ("country", "park_id", "region_id"), ("path",)
ASKED = (
    "kind", "state", "revision", "firm_id", "site_id", "latitude", "longitude", "material_id", "use_id", "region_id",
    "quantity_t_per_year", "min_lot_t", "max_lot_t", "available_from", "available_to", "scope", "max_distance_km",
    "quality_level", "min_quality_level", "accepts_hazardous", "legal_status", "listed_only",
)  # fmt: skip
SELECTION = ", ".join(
    [f"l.{name}" for name in ("id", *ASKED)] + [f"s.{name} AS home_{name}" for name in HOME] + ["r.path AS home_path"]
)
SOURCE = (
    f"{Listing._meta.db_table} l JOIN {Site._meta.db_table} s ON s.id = l.site_id"
    f" LEFT JOIN {Region._meta.db_table} r ON r.id = s.region_id"
)


def asking_listing(pk: int) -> Listing | None:
    """The listing with its site and the site's region; whatever else is asked of them is fetched when it is."""
    found = Listing.objects.raw(f"SELECT {SELECTION} FROM {SOURCE} WHERE l.id = %s", [pk])  # noqa: S608
    listing: Listing | None = next(iter(found), None)
    if listing is not None:
        listing.site = _home(listing)
    return listing


def _home(listing: Listing) -> Site:
    columns: dict[str, object] = {name: listing.__dict__[f"home_{name}"] for name in HOME}
    site = Site.from_db(connection.alias, ["id", *columns], [listing.site_id, *columns.values()])
    if site.region_id is not None:
        values = [site.region_id, listing.__dict__["home_path"]]
        site.region = Region.from_db(connection.alias, ["id", *AROUND], values)
    return site

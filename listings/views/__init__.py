"""Pages about listings. Each parses, calls a service or queryset, and renders."""

from .browse import browse
from .detail import evidence_download, listing_detail
from .home import home
from .mine import evidence_remove, move_listing, my_listings
from .post import post_listing
from .understand import understand_text

__all__ = [
    "browse",
    "evidence_download",
    "evidence_remove",
    "home",
    "listing_detail",
    "move_listing",
    "my_listings",
    "post_listing",
    "understand_text",
]

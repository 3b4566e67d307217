"""Pages about listings. Each parses, calls a service or queryset, and renders."""

from .compare import compare
from .detail import evidence_download, listing_detail
from .hiding import hidden_firms, hide_firm, show_firm
from .home import home
from .mine import evidence_remove, move_listing, my_listings
from .post import post_listing
from .saved import (
    change_saved_search,
    delete_saved_search,
    save_this_search,
    saved_searches,
    stop_search_letters,
)
from .search import search_listings, suggest_places
from .still_stands import still_stands
from .understand import understand_text

__all__ = [
    "change_saved_search",
    "delete_saved_search",
    "save_this_search",
    "saved_searches",
    "stop_search_letters",
    "compare",
    "evidence_download",
    "evidence_remove",
    "hidden_firms",
    "hide_firm",
    "home",
    "listing_detail",
    "move_listing",
    "my_listings",
    "post_listing",
    "search_listings",
    "show_firm",
    "still_stands",
    "suggest_places",
    "understand_text",
]

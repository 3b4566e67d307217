"""Addresses of the listings. Posting is mounted by matching, which publishes and matches in one step."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import api, views
from .following import Follow, nobody_follows
from .match_facts import WITHOUT_MATCHING, MatchFacts
from .views.mine import SERVICES

app_name = "listings"


def patterns(matches: MatchFacts = WITHOUT_MATCHING, follow: Follow = nobody_follows) -> list[URLPattern]:
    """`matches` tells the pages about matches, and `follow` renews them after a change.

    The whole site passes both in when it includes these addresses.
    """
    facts, followed = {"matches": matches}, {"follow": follow}
    return [
        path("", views.home, facts, name="home"),
        path("listings/", views.search_listings, facts, name="browse"),
        path("listings/map/", api.map_clusters, facts, name="map"),
        path("listings/places/", views.suggest_places, name="places"),
        path("listings/compare/", views.compare, facts, name="compare"),
        path("listings/hidden-firms/", views.hidden_firms, name="hidden_firms"),
        path("listings/hidden-firms/<int:pk>/hide/", views.hide_firm, name="hide_firm"),
        path("listings/hidden-firms/<int:pk>/show/", views.show_firm, name="show_firm"),
        path("listings/saved/", views.saved_searches, name="saved_searches"),
        path("listings/saved/save/", views.save_this_search, name="save_search"),
        path("listings/saved/<int:pk>/change/", views.change_saved_search, name="change_saved_search"),
        path("listings/saved/<int:pk>/delete/", views.delete_saved_search, name="delete_saved_search"),
        path("listings/saved/stop/<str:ticket>/", views.stop_search_letters, name="stop_letters"),
        path("listings/mine/", views.my_listings, facts, name="mine"),
        path("listings/still-stands/<str:ticket>/", views.still_stands, followed, name="still_stands"),
        path("listings/understand/", views.understand_text, name="understand"),
        path("listings/<int:pk>/", views.listing_detail, facts, name="detail"),
        *(
            path(f"listings/<int:pk>/{verb}/", views.move_listing, {"verb": verb, **followed}, name=verb)
            for verb in SERVICES
        ),
        path("evidence/<int:pk>/", views.evidence_download, facts, name="evidence"),
        path("evidence/<int:pk>/remove/", views.evidence_remove, followed, name="evidence_remove"),
        path("api/listings/", api.listings, facts, name="api"),
    ]


urlpatterns = patterns()

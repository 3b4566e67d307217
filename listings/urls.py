"""Addresses of the listings. Posting is mounted by matching, which publishes and matches in one step."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import views
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
        path("listings/", views.browse, name="browse"),
        path("listings/mine/", views.my_listings, facts, name="mine"),
        path("listings/understand/", views.understand_text, name="understand"),
        path("listings/<int:pk>/", views.listing_detail, facts, name="detail"),
        *(
            path(f"listings/<int:pk>/{verb}/", views.move_listing, {"verb": verb, **followed}, name=verb)
            for verb in SERVICES
        ),
        path("evidence/<int:pk>/", views.evidence_download, facts, name="evidence"),
        path("evidence/<int:pk>/remove/", views.evidence_remove, followed, name="evidence_remove"),
    ]


urlpatterns = patterns()

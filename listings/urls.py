"""Addresses of the listings. Posting is mounted by matching, which publishes and matches in one step."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import views
from .match_facts import WITHOUT_MATCHING, MatchFacts
from .views.mine import SERVICES

app_name = "listings"


def patterns(matches: MatchFacts = WITHOUT_MATCHING) -> list[URLPattern]:
    """`matches` tells the pages about matches; the whole site passes it in when it includes these addresses."""
    facts = {"matches": matches}
    return [
        path("", views.home, facts, name="home"),
        path("listings/", views.browse, name="browse"),
        path("listings/mine/", views.my_listings, facts, name="mine"),
        path("listings/understand/", views.understand_text, name="understand"),
        path("listings/<int:pk>/", views.listing_detail, facts, name="detail"),
        *(path(f"listings/<int:pk>/{verb}/", views.move_listing, {"verb": verb}, name=verb) for verb in SERVICES),
        path("evidence/<int:pk>/", views.evidence_download, facts, name="evidence"),
    ]


urlpatterns = patterns()

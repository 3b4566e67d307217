"""Addresses of matching. Posting is a page of the floor below, mounted here so that publishing finds the matches."""

from __future__ import annotations

from django.urls import path

from listings.views.post import post_listing

from .services import change_and_match, publish_and_match
from .views import matches, plans, proposals

app_name = "matching"

POSTING = {"publish": publish_and_match, "change": change_and_match, "landing": "matching:of_listing"}

urlpatterns = [
    path("post/offer/", post_listing, {"kind": "offer", **POSTING}, name="post_offer"),
    path("post/need/", post_listing, {"kind": "need", **POSTING}, name="post_need"),
    path("post/preview/", matches.preview, name="preview"),
    path("listings/<int:pk>/change/", post_listing, POSTING, name="edit"),
    path("listings/<int:pk>/publish/", matches.publish, name="publish"),
    path("listings/<int:pk>/matches/", matches.of_listing, name="of_listing"),
    path("plans/", plans.plan, name="plan"),
    path("plans/propose/", plans.propose_lines, name="propose"),
    path("proposals/", proposals.proposal_list, name="proposals"),
    path("proposals/<int:pk>/agree/", proposals.agree_to, name="proposal_agree"),
    path("proposals/<int:pk>/decline/", proposals.decline_it, name="proposal_decline"),
    path("proposals/<int:pk>/withdraw/", proposals.withdraw_it, name="proposal_withdraw"),
]

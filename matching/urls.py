"""Addresses of matching. Posting is a page of the floor below, mounted here so that publishing finds the matches."""

from __future__ import annotations

from django.urls import path

from listings.views.post import post_listing

from . import views
from .services import change_and_match, publish_and_match

app_name = "matching"

POSTING = {"publish": publish_and_match, "change": change_and_match, "landing": "matching:of_listing"}

urlpatterns = [
    path("post/offer/", post_listing, {"kind": "offer", **POSTING}, name="post_offer"),
    path("post/need/", post_listing, {"kind": "need", **POSTING}, name="post_need"),
    path("post/preview/", views.preview, name="preview"),
    path("listings/<int:pk>/change/", post_listing, POSTING, name="edit"),
    path("listings/<int:pk>/publish/", views.publish, name="publish"),
    path("listings/<int:pk>/matches/", views.of_listing, name="of_listing"),
]

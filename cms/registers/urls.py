"""Addresses of the registers: pages, announcements, downloads, feeds, and the API."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.http import require_safe

from . import api, downloads, sitemaps, views
from .feeds import AtomOfAll, AtomOfOne, RssOfAll, RssOfOne

app_name = "registers"

urlpatterns = [
    path("registers/", views.index, name="index"),
    path("registers/search/", views.search, name="search"),
    path("registers/changes.rss", require_safe(RssOfAll()), name="rss"),
    path("registers/changes.atom", require_safe(AtomOfAll()), name="atom"),
    path("registers/<slug:slug>/", views.register, name="list"),
    path("registers/<slug:slug>/changes.rss", require_safe(RssOfOne()), name="list_rss"),
    path("registers/<slug:slug>/changes.atom", require_safe(AtomOfOne()), name="list_atom"),
    path("registers/<slug:slug>/entries.<slug:kind>", downloads.download, name="download"),
    path("registers/<slug:slug>/entries/<int:pk>/", views.entry, name="entry"),
    path("registers/<slug:slug>/batches/<int:number>/", views.batch, name="batch"),
    path("registers/<slug:slug>/batches/<int:number>/object/", views.object_to_batch, name="object"),
    path("api/registers/", api.lists, name="api"),
    path("api/registers/<slug:slug>/entries/", api.entries, name="api_entries"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemaps"),
    path("sitemap-<slug:section>.xml", sitemaps.section, name="sitemap"),
]

"""The addresses of the whole site."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

import listings.urls
from matching.facts import MATCH_FACTS

urlpatterns = [
    path("", include((listings.urls.patterns(MATCH_FACTS), "listings"))),
    path("", include("matching.urls")),
    path("", include("marketplace.firms.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("jsi18n/", JavaScriptCatalog.as_view(packages=["marketplace"]), name="javascript-catalog"),
    path("admin/", admin.site.urls),
]

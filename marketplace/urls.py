"""The addresses of the whole site."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

import listings.urls
from marketplace.styleguide import styleguide
from matching.facts import MATCH_FACTS

urlpatterns = [
    path("", include((listings.urls.patterns(MATCH_FACTS), "listings"))),
    path("", include("matching.urls")),
    path("", include("marketplace.firms.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))

"""The addresses of the whole site."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

import listings.urls
import marketplace.firms.urls
from listings.search.indexing import index_firm
from marketplace.firms.accounts import choose_language
from marketplace.styleguide import styleguide
from matching.facts import MATCH_FACTS
from matching.services import follow_firm, follow_listing

# Signing in to the administration goes through the site's own door: confirmed address, one-time code, lock.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include((listings.urls.patterns(MATCH_FACTS, follow=follow_listing), "listings"))),
    path("", include("matching.urls")),
    path("", include((marketplace.firms.urls.patterns(follow=follow_firm, renamed=index_firm), "firms"))),
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", choose_language, name="set_language"),
    path("admin/", admin.site.urls),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))

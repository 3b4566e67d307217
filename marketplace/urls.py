"""The addresses of the whole site."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as back_office_urls
from wagtail.documents import urls as document_urls

import listings.urls
import marketplace.firms.urls
from cms.back_office import sign_in
from cms.registers.reading import list_pages
from listings.search.indexing import index_firm
from marketplace.firms.accounts import choose_language
from marketplace.styleguide import styleguide
from matching.facts import MATCH_FACTS
from matching.services import follow_firm, follow_listing

# Signing in to the administration goes through the site's own door: confirmed address, one-time code, lock.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

firm_addresses = marketplace.firms.urls.patterns(follow=follow_firm, renamed=index_firm, list_pages=list_pages)
urlpatterns = [
    path("", include((listings.urls.patterns(MATCH_FACTS, follow=follow_listing), "listings"))),
    path("", include("matching.urls")),
    path("", include("cms.registers.urls")),
    path("", include((firm_addresses, "firms"))),
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", choose_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("cms/login/", sign_in),  # before Wagtail's own
    path("cms/", include(back_office_urls)),
    path("documents/", include(document_urls)),
    # The pictures of pages, in the sizes they are shown. Nothing else that was uploaded has an address.
    path("media/images/<path:path>", serve, {"document_root": settings.MEDIA_ROOT / "images"}),
    # Editorial pages have an address for each language, so that links and search engines keep to one.
    *i18n_patterns(path("site/", include(wagtail_urls))),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))

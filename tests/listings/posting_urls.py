"""The site's addresses with posting mounted on the bare services, as listings knows it without matching."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from listings.models import Kind
from listings.views import post_listing


def _answer(_request: HttpRequest, **_arguments: object) -> HttpResponse:
    return HttpResponse("matching")


matching = [
    path("offers/new/", post_listing, {"kind": Kind.OFFER}, name="post_offer"),
    path("needs/new/", post_listing, {"kind": Kind.NEED}, name="post_need"),
    path("listings/<int:pk>/edit/", post_listing, name="edit"),
    path("listings/<int:pk>/publish/", _answer, name="publish"),
    path("listings/<int:pk>/matches/", _answer, name="of_listing"),
    path("preview/", _answer, name="preview"),
]

urlpatterns = [
    path("", include((matching, "matching"))),
    path("", include("listings.urls")),
    path("", include("marketplace.firms.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]

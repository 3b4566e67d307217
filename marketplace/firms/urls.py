"""Addresses of firms, their sites, permits and members."""

from __future__ import annotations

from django.urls import URLPattern, path

from .following import Follow, nobody_follows
from .standing import ListPages, without_registers
from .views import firms, permits, sites

app_name = "firms"


def patterns(
    follow: Follow = nobody_follows, renamed: Follow = nobody_follows, list_pages: ListPages = without_registers
) -> list[URLPattern]:
    """`follow` brings listings and matches after a change of places or rights, `renamed` what repeats a firm's names.

    `list_pages` tells where a firm's entries in the registers are read. The whole site passes them in when it includes
    these addresses.
    """
    followed = {"follow": follow}
    return [
        path("firms/start/", firms.start, name="start"),
        path("firms/mine/", firms.mine, name="mine"),
        path("firms/create/", firms.create, name="create"),
        path("firms/suggest/<slug:kind>/", firms.suggest, name="suggest"),
        path("firms/<int:pk>/", firms.detail, {"list_pages": list_pages}, name="detail"),
        path("firms/<int:pk>/change/", firms.change, {"renamed": renamed}, name="change"),
        path("firms/<int:pk>/members/add/", firms.member_add, name="member_add"),
        path("firms/<int:pk>/members/<int:member>/remove/", firms.member_remove, name="member_remove"),
        path("firms/<int:pk>/sites/add/", sites.add, name="site_add"),
        path("firms/<int:pk>/permits/add/", permits.add, name="permit_add"),
        path("sites/add/", sites.add_to_own_firm, name="site_add"),
        path("sites/<int:pk>/change/", sites.change, followed, name="site_change"),
        path("permits/<int:pk>/", permits.detail, name="permit"),
        path("permits/<int:pk>/move/", permits.move, followed, name="permit_move"),
        path("permits/<int:pk>/document/", permits.document, name="permit_document"),
    ]


urlpatterns = patterns()

"""The main pages, by the names the tests report."""

from __future__ import annotations

from tests.browser.market import Market

FOR_EVERYONE = {
    "home": "/",
    "browse": "/listings/",
    "sign up": "/accounts/signup/",
    "sign in": "/accounts/login/",
    "password reset": "/accounts/password/reset/",
}
FOR_MEMBERS = {
    "member's home": "/",
    "my listings": "/listings/mine/",
    "my firms": "/firms/mine/",
    "new firm": "/firms/create/",
    "new site": "/sites/add/",
    "post an offer": "/post/offer/",
    "post a need": "/post/need/",
    "account": "/accounts/email/",
}


def for_members(market: Market) -> dict[str, str]:
    firm, offer, need = market.firm.pk, market.offer.pk, market.need.pk
    return FOR_MEMBERS | {
        "firm": f"/firms/{firm}/",
        "new permit": f"/firms/{firm}/permits/add/",
        "new member": f"/firms/{firm}/members/add/",
        "offer": f"/listings/{offer}/",
        "change": f"/listings/{offer}/change/",
        "takers": f"/listings/{offer}/matches/",
        "need": f"/listings/{need}/",
        "no suppliers": f"/listings/{need}/matches/",
    }

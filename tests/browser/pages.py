"""The main pages, by the names the tests report."""

from __future__ import annotations

from django.urls import reverse

from cms.registers.models import Batch
from tests.browser.market import Market
from tests.registers.registry import register_keys

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


def of_register(batch: Batch) -> dict[str, str]:
    """The registers, and a list with its entry and its announcement on notice."""
    keys, listed = register_keys(batch), batch.regulated_list.get_absolute_url()
    return {
        "registers": "/registers/",
        "search of registers": "/registers/search/?q=公司",
        "found in no register": "/registers/search/?q=xyzzy",
        "list": listed,
        "list before its first batch": f"{listed}?as_of=2001-01-01",
        "entry": reverse("registers:entry", args=keys["registers:entry"]),
        "announcement": reverse("registers:batch", args=keys["registers:batch"]),
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

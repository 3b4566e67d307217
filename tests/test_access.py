"""Every address of ours, asked by a stranger, another firm, a viewer of the firm and its owner.

A new address must be entered here, with what each of them may see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from cms.registers.models import Batch, Change, Entry, EntryVersion, Objection, RegulatedList
from listings.models import Evidence, Listing, SavedSearch
from listings.saved_searches import save_search
from marketplace.firms.models import Event, Firm, FormerName, Membership, Permit, PermitLine, Site
from matching.models import Match, Proposal
from tests import factories as make
from tests.clients import client_of
from tests.registers.registry import on_notice, register_keys

pytestmark = pytest.mark.django_db

OK, ELSEWHERE, SIGN_IN, NO, NO_SUCH, WRONG_VERB, GONE = 200, 302, 302, 403, 404, 405, 410
PERSONAS = ("stranger", "other", "viewer", "owner")
OWN = ("listings", "matching", "firms", "registers")

# Address → the status a GET gives to each of PERSONAS. The objects are a draft and its papers, of one firm.
PAGES: dict[str, tuple[int, int, int, int]] = {
    "listings:home": (OK, OK, OK, OK),
    "listings:browse": (OK, OK, OK, OK),
    "listings:map": (OK, OK, OK, OK),
    "listings:places": (OK, OK, OK, OK),
    "listings:compare": (OK, OK, OK, OK),
    "listings:api": (OK, OK, OK, OK),
    "listings:hidden_firms": (SIGN_IN, OK, OK, OK),
    "listings:hide_firm": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "listings:show_firm": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "listings:saved_searches": (SIGN_IN, OK, OK, OK),
    "listings:save_search": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "listings:change_saved_search": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "listings:delete_saved_search": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "listings:stop_letters": (GONE, GONE, GONE, GONE),  # whoever has a true ticket; see its own tests
    "listings:still_stands": (GONE, GONE, GONE, GONE),
    "listings:mine": (SIGN_IN, OK, OK, OK),
    "listings:understand": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "listings:detail": (NO_SUCH, NO_SUCH, OK, OK),
    "listings:confirm": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "listings:suspend": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "listings:withdraw": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "listings:evidence": (NO_SUCH, NO_SUCH, OK, OK),
    "listings:evidence_remove": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "matching:post_offer": (SIGN_IN, OK, NO, OK),
    "matching:post_need": (SIGN_IN, OK, NO, OK),
    "matching:preview": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "matching:edit": (SIGN_IN, NO_SUCH, NO_SUCH, OK),
    "matching:publish": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "matching:of_listing": (SIGN_IN, NO_SUCH, OK, OK),
    "matching:plan": (SIGN_IN, NO, NO, NO),
    "matching:propose": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "matching:proposals": (SIGN_IN, OK, OK, OK),
    "matching:proposal_agree": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "matching:proposal_decline": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "matching:proposal_withdraw": (SIGN_IN, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "firms:start": (SIGN_IN, ELSEWHERE, ELSEWHERE, ELSEWHERE),
    "firms:mine": (SIGN_IN, OK, OK, OK),
    "firms:create": (SIGN_IN, OK, OK, OK),
    "firms:suggest": (OK, OK, OK, OK),
    "firms:detail": (OK, OK, OK, OK),
    "firms:change": (SIGN_IN, NO_SUCH, NO_SUCH, OK),
    "firms:member_add": (SIGN_IN, NO_SUCH, NO_SUCH, OK),
    "firms:member_remove": (WRONG_VERB, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "firms:site_add": (SIGN_IN, NO_SUCH, NO_SUCH, OK),
    "firms:site_change": (SIGN_IN, NO_SUCH, NO_SUCH, OK),
    "firms:permit_add": (SIGN_IN, NO_SUCH, NO_SUCH, OK),
    "firms:permit": (SIGN_IN, NO_SUCH, OK, OK),
    "firms:permit_move": (WRONG_VERB, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "firms:permit_document": (SIGN_IN, NO_SUCH, OK, OK),
    "registers:index": (OK, OK, OK, OK),
    "registers:search": (OK, OK, OK, OK),
    "registers:rss": (OK, OK, OK, OK),
    "registers:atom": (OK, OK, OK, OK),
    "registers:list": (OK, OK, OK, OK),
    "registers:list_rss": (OK, OK, OK, OK),
    "registers:list_atom": (OK, OK, OK, OK),
    "registers:download": (OK, OK, OK, OK),
    "registers:entry": (OK, OK, OK, OK),
    "registers:batch": (OK, OK, OK, OK),
    "registers:object": (WRONG_VERB, WRONG_VERB, WRONG_VERB, WRONG_VERB),
    "registers:api": (OK, OK, OK, OK),
    "registers:api_entries": (OK, OK, OK, OK),
    "registers:robots": (OK, OK, OK, OK),
    "registers:sitemaps": (OK, OK, OK, OK),
    "registers:sitemap": (OK, OK, OK, OK),
}
# What everyone with an account may do.
FOR_EVERYONE = {"firms:create", "listings:save_search"}
POSTED = {"state": "verified", "role": "owner", "email": "x@example.org", "side": "offer", "reason": "price"}
# Addresses that answer a POST with a page and store nothing.
ANSWERS = (
    "listings:understand", "matching:preview", "matching:post_offer", "matching:post_need", "registers:object",
)  # fmt: skip


@dataclass
class World:
    clients: dict[str, Client]
    keys: dict[str, list[Any]]


def own_addresses() -> Iterator[str]:
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace in OWN:
            yield from {f"{entry.namespace}:{pattern.name}" for pattern in entry.url_patterns}


@pytest.fixture
def world() -> World:
    firm = make.make_firm()
    site = make.make_site(firm)
    listing = make.make_offer(site=site, published=False)
    evidence = make.make_evidence(listing)
    permit = make.make_permit(firm, state="draft", document=ContentFile(b"%PDF-1.4", name="permit.pdf"))
    other = make.make_site().firm
    clients = {
        "stranger": Client(),
        "other": client_of(make.owner_of(other)),
        "viewer": client_of(make.make_member(firm, "viewer")),
        "owner": client_of(make.owner_of(firm)),
    }
    of_listing, of_firm, of_permit = [listing.pk], [firm.pk], [permit.pk]
    keys: dict[str, list[Any]] = dict.fromkeys(("listings:detail", "listings:confirm", "listings:suspend"), of_listing)
    keys |= dict.fromkeys(("listings:withdraw", "matching:edit", "matching:publish", "matching:of_listing"), of_listing)
    keys |= dict.fromkeys(("firms:detail", "firms:change", "firms:member_add", "firms:site_add"), of_firm)
    keys |= {"firms:permit_add": of_firm, "firms:site_change": [site.pk], "listings:evidence": [evidence.pk]}
    keys |= {"listings:evidence_remove": [evidence.pk]}
    owner = Membership.objects.get(firm=firm, role="owner")
    keys |= {"firms:member_remove": [firm.pk, owner.pk]}
    keys |= dict.fromkeys(("firms:permit", "firms:permit_move", "firms:permit_document"), of_permit)
    keys |= {"firms:suggest": ["park"], "listings:hide_firm": of_firm, "listings:show_firm": of_firm}
    saved = save_search(user=make.owner_of(firm), name="Ash", parameters=QueryDict("q=ash"), frequency="daily")
    keys |= dict.fromkeys(("listings:change_saved_search", "listings:delete_saved_search"), [saved.pk])
    keys |= dict.fromkeys(("listings:stop_letters", "listings:still_stands"), ["1:forged:ticket"])
    proposal = Proposal.objects.create(offer=listing, need=make.make_need(), quantity_t=1)
    keys |= dict.fromkeys((f"matching:proposal_{verb}" for verb in ("agree", "decline", "withdraw")), [proposal.pk])
    keys |= register_keys(on_notice())
    return World(clients, keys)


def everything() -> list[Any]:
    """All that could have been changed, as plain values."""
    models = (
        Firm,
        FormerName,
        Membership,
        Site,
        Permit,
        PermitLine,
        Listing,
        Evidence,
        Event,
        Match,
        Proposal,
        SavedSearch,
        RegulatedList,
        Batch,
        Change,
        Entry,
        EntryVersion,
        Objection,
    )
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_every_address_of_ours_is_entered_here() -> None:
    assert set(own_addresses()) == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_everyone_sees_what_is_meant_for_them(name: str, world: World) -> None:
    address = reverse(name, args=world.keys.get(name))
    seen = tuple(world.clients[persona].get(address).status_code for persona in PERSONAS)
    assert dict(zip(PERSONAS, seen, strict=True)) == dict(zip(PERSONAS, PAGES[name], strict=True))


@pytest.mark.parametrize("name", sorted(PAGES.keys() - FOR_EVERYONE))
@pytest.mark.parametrize("persona", ["stranger", "other", "viewer"])
def test_nobody_else_changes_anything_by_posting(name: str, persona: str, world: World) -> None:
    address = reverse(name, args=world.keys.get(name))
    before = everything()
    response = world.clients[persona].post(address, POSTED)
    assert everything() == before
    assert response.status_code in (OK, SIGN_IN, 400, NO, NO_SUCH, WRONG_VERB, GONE)
    if response.status_code == OK:
        assert name in ANSWERS


@pytest.mark.parametrize("name", [name for name, seen in PAGES.items() if seen[3] == OK])
def test_reading_never_writes(name: str, world: World) -> None:
    before = everything()
    world.clients["owner"].get(reverse(name, args=world.keys.get(name)))
    assert everything() == before


def test_posting_without_the_token_of_the_page_is_refused(world: World) -> None:
    (key,) = world.keys["listings:withdraw"]
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(make.owner_of(Listing.objects.get(pk=key).firm))
    assert careful.post(reverse("listings:withdraw", args=[key])).status_code == NO
    assert Listing.objects.get(pk=key).state == "draft"

"""Stored pairs against the rules read once more from docs/matching.md and from the stored objects."""

from __future__ import annotations

import pytest
from django.utils import timezone

from matching.models import Match
from matching.rematching import rematch_all, rematch_listing
from tests.engine import plain_rules as plain
from tests.matching.plain_market import PlainMarket

pytestmark = pytest.mark.django_db


def stored() -> dict[tuple[int, int], int]:
    return {(offer, need): verdict for offer, need, verdict in Match.objects.values_list("offer", "need", "verdict")}


@pytest.mark.parametrize("seed", range(3))
def test_what_is_stored_is_what_the_rules_allow(seed: int) -> None:
    day = timezone.localdate()
    market = PlainMarket(seed, day)
    offers, needs = [market.offer() for _ in range(14)], [market.need() for _ in range(14)]
    plain_offers, plain_needs, rules = market.plain(offers, needs)
    expected = {}
    for offer, one in zip(offers, plain_offers, strict=True):
        for need, other in zip(needs, plain_needs, strict=True):
            verdict = plain.verdict(one, other, rules, day.toordinal())
            if verdict != plain.REJECTED:
                expected[offer.pk, need.pk] = min(verdict, plain.POSSIBLE) if one["unstated"] else verdict
    rematch_all()
    assert stored() == expected
    for listing in (*offers, *needs):
        rematch_listing(listing.pk)
        assert stored() == expected

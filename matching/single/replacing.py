"""What is stored of one listing: pairs found again take their new figures, those not found are removed."""

from __future__ import annotations

from collections.abc import Sequence

from listings.models import Listing
from matching.engine import Pairs
from matching.inputs import Inputs
from matching.models import Match
from matching.storing import store


def replace_pairs(listing: Listing, found: Sequence[tuple[Inputs, Pairs]]) -> None:
    """Call it inside a transaction."""
    other = "need" if listing.is_offer else "offer"
    kept: set[int] = set()
    for inputs, pairs in found:
        keys = inputs.need_pk[pairs.need] if listing.is_offer else inputs.offer_pk[pairs.offer]
        kept.update(keys.tolist())
    stored = Match.objects.of_listing(listing)
    gone = [pk for pk, key in stored.values_list("pk", other) if key not in kept]
    if gone:
        Match.objects.filter(pk__in=gone).delete()
    for inputs, pairs in found:
        store(inputs, pairs)

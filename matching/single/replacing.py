"""What is stored of one listing: pairs found again take their new figures, those not found are removed."""

from __future__ import annotations

from collections.abc import Sequence

from listings.models import Listing
from matching.engine import Pairs
from matching.inputs import Inputs
from matching.models import Match
from matching.rows import TABLE
from matching.statements import changed, fetched
from matching.storing import store

MATCHES = Match._meta.db_table


def replace_pairs(listing: Listing, found: Sequence[tuple[Inputs, Pairs]]) -> None:
    """Call it inside a transaction."""
    own, other = ("offer_id", "need_id") if listing.is_offer else ("need_id", "offer_id")
    kept: set[int] = set()
    for inputs, pairs in found:
        keys = inputs.need_pk[pairs.need] if listing.is_offer else inputs.offer_pk[pairs.offer]
        kept.update(keys.tolist())
    stored = fetched(f"SELECT id, {other} FROM {MATCHES} WHERE {own} = %s", [listing.pk])  # noqa: S608
    gone = [pk for pk, key in stored if key not in kept]
    if gone:
        Match.objects.filter(pk__in=gone).delete()
    for inputs, pairs in found:
        if len(pairs):
            store(inputs, pairs)
    changed(f"UPDATE {TABLE} SET matched_revision = %s WHERE id = %s", [listing.revision, listing.pk])  # noqa: S608

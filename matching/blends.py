"""Blends among proposals: what is proposed to a need that may be filled with a mix must keep its limits together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.utils.translation import gettext as _

from listings.models import Listing, ListingLimit
from marketplace.errors import DomainError
from matching.knowledge import knowledge
from matching.rows import ranges_of

FORGIVEN = Decimal("1e-9")  # of a limit, as plans forgive

Shares = dict[int, Decimal]  # tonnes by offer


@dataclass(frozen=True)
class Share:
    """Tonnes of one offer in what a need is to receive."""

    offer: int
    need: int
    quantity_t: Decimal


def require_blends(needs: Iterable[Listing], shares: Iterable[Share]) -> None:
    """Refuse shares that leave a need with an average outside one of its own hard limits, by typical figures.

    An offer that states no figure cannot be part of a blend: unknown is never a pass.
    """
    blending = {need.pk: need for need in needs if need.blend_allowed}
    received: defaultdict[int, Shares] = defaultdict(lambda: defaultdict(Decimal))
    for share in shares:
        if share.need in blending:
            received[share.need][share.offer] += share.quantity_t
    typical = _typical({offer for mix in received.values() for offer in mix})
    for limit in ListingLimit.objects.filter(listing__in=received, hard=True):
        figures = {offer: typical.get((offer, limit.property_id)) for offer in received[limit.listing_id]}
        if not _keeps(limit, received[limit.listing_id], figures):
            named = {"need": blending[limit.listing_id].title}
            raise DomainError(
                _("Together the lines to “%(need)s” do not keep its limits. Propose all lines of its blend at once.")
                % named,
                code="blend_broken",
            )


def _typical(offers: set[int]) -> dict[tuple[int, int], Decimal]:
    """By offer and property, on the basis that limits are meant on."""
    known, keys = knowledge(), np.array(sorted(offers), dtype=np.int64)
    rows = ranges_of(keys.tolist())
    columns = {"owner": np.searchsorted(keys, rows["owner"]), "property": known.property_rows[rows["property"]]}
    said = known.bases.converted({**rows, **columns}, len(keys))
    named = zip(rows["owner"].tolist(), rows["property"].tolist(), said["typ"].tolist(), strict=True)
    return {(listing, property_): Decimal(str(typical)) for listing, property_, typical in named}


def _keeps(limit: ListingLimit, mix: Shares, figures: dict[int, Decimal | None]) -> bool:
    content = Decimal(0)
    for offer, quantity_t in mix.items():
        figure = figures[offer]
        if figure is None:
            return False
        content += figure * quantity_t
    average = content / sum(mix.values())
    above = limit.minimum is None or average >= limit.minimum - _forgiven(limit.minimum)
    return above and (limit.maximum is None or average <= limit.maximum + _forgiven(limit.maximum))


def _forgiven(bound: Decimal) -> Decimal:
    return max(abs(bound), Decimal(1)) * FORGIVEN

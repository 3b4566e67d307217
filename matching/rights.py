"""Which right a pair lacks: the one answer to "may these two trade?" for proposals, deals and whoever comes after.

A permit, a standing on a list, and that the use is a lawful one.

The rules are the engine's own, asked of the pair alone and of the day given, so an expired permit or a withdrawn
recognition counts at once and without any job. What does not concern rights (prices, figures, distances) is not asked.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Kind, Listing, ListingCode, LocalEdit, MaterialUse
from marketplace.firms.models import Event, Permit, PermitLine, PermitState, Recognition
from marketplace.firms.waste_codes import covers
from matching.engine.columns import Flags
from matching.engine.constraints import permit_free_t
from matching.engine.problem import Problem
from matching.inputs import build_inputs
from matching.knowledge import knowledge
from matching.models import Right

Pair = tuple[int, int]
"""Keys of an offer and a need."""


@dataclass(frozen=True)
class MissingRight:
    """`since` is the first day on which it was missing; None where it never was there or nobody can tell."""

    code: Right
    since: dt.date | None = None

    @property
    def side(self) -> str:
        """The side that lacks it; of a prohibited use the one that asks for it."""
        return Kind.OFFER if self.code == Right.HOLDER_LISTED else Kind.NEED

    @property
    def sentence(self) -> str:
        words = str(self.code.label)
        since = {"what": words, "day": self.since}
        return _("%(what)s since %(day)s") % since if self.since else words


def missing_right(offer: Listing, need: Listing, day: dt.date) -> MissingRight | None:
    """What keeps this pair from a lawful deal on `day`, or None."""
    return missing_rights([(offer, need)], day).get((offer.pk, need.pk))


def missing_rights(pairs: Iterable[tuple[Listing, Listing]], day: dt.date) -> dict[Pair, MissingRight]:
    """For many pairs: those that lack a right, by their keys.

    The number of queries depends on the number of countries and not on that of the pairs.
    """
    listings: dict[int, Listing] = {}
    by_country: dict[str, list[Pair]] = defaultdict(list)
    for offer, need in pairs:
        listings |= {offer.pk: offer, need.pk: need}
        by_country[offer.site.country].append((offer.pk, need.pk))
    lacking: dict[Pair, Right] = {}
    for country, keys in by_country.items():
        lacking |= _lacking(keys, country, day)
    # The graver first: who is told of one thing at a time begins with what no permit mends.
    prohibited = _prohibited(listings, [pair for keys in by_country.values() for pair in keys])
    rest = {pair: right for pair, right in lacking.items() if pair not in prohibited}
    return _since(rest, listings, day) | prohibited


def _lacking(pairs: Sequence[Pair], country: str, day: dt.date) -> dict[Pair, Right]:
    offers = Listing.objects.offers().filter(pk__in={offer for offer, _need in pairs})
    needs = Listing.objects.needs().filter(pk__in={need for _offer, need in pairs})
    inputs = build_inputs(offers, needs, day=day, country=country)
    problem = Problem(inputs.offers, inputs.needs, inputs.rules, inputs.day)
    offer = np.searchsorted(inputs.offer_pk, [offer for offer, _need in pairs])
    need = np.searchsorted(inputs.need_pk, [need for _offer, need in pairs])
    free_t, line = permit_free_t(problem, offer, need)
    # Of these the permit first.
    masks = {
        Right.PERMIT: (free_t <= 0) & (line < 0),
        Right.ROOM: (free_t <= 0) & (line >= 0),
        Right.TAKER_LISTED: _unlisted(problem.offers.listed_only[offer], problem.needs.listed[need]),
        Right.HOLDER_LISTED: _unlisted(problem.needs.listed_only[need], problem.offers.listed[offer]),
    }
    return {
        pair: next(right for right, mask in masks.items() if mask[row])
        for row, pair in enumerate(pairs)
        if any(mask[row] for mask in masks.values())
    }


def _prohibited(listings: Mapping[int, Listing], pairs: Iterable[Pair]) -> dict[Pair, MissingRight]:
    """Pairs in a use that the offer's material, or a family of it, may not be put to, and since when."""
    known = knowledge()
    kinds = {row.material_id: known.keys_above(row.material_id) for row in listings.values() if row.is_offer}
    uses = {row.use_id for row in listings.values()}
    rows = MaterialUse.objects.filter(prohibited=True, material__in=set().union(*kinds.values()), use__in=uses)
    found = {(material, use): key for key, material, use in rows.order_by().values_list("pk", "material", "use")}
    meant: dict[Pair, int] = {}
    for offer, need in pairs:
        asked = ((kind, listings[need].use_id) for kind in kinds[listings[offer].material_id])
        said = next((found[each] for each in asked if each in found), None)
        if said is not None:
            meant[offer, need] = said
    since = _edited(list(meant.values()))
    return {pair: MissingRight(Right.LAWFUL_USE, since.get(key)) for pair, key in meant.items()}


def _edited(keys: Sequence[int]) -> dict[int, dt.date]:
    """When each prohibition was entered on this site. Of what came with a release nobody can tell."""
    if not keys:
        return {}
    edits = LocalEdit.objects.filter(table=MaterialUse._meta.label_lower, object_id__in=keys, field="prohibited")
    return {key: timezone.localtime(at).date() for key, at in edits.values_list("object_id", "edited_at")}


def _unlisted(asked: Flags, listed: Flags) -> Flags:
    result: Flags = asked & ~listed
    return result


def _since(lacking: Mapping[Pair, Right], listings: Mapping[int, Listing], day: dt.date) -> dict[Pair, MissingRight]:
    """With the day it ended; three queries, and none where nothing is missing."""
    if not lacking:
        return {}
    delisted = _delisted([listings[key].firm_id for pair in lacking for key in pair], day)
    permits = _PermitEnds({offer for offer, _need in lacking}, {listings[need].firm_id for _o, need in lacking}, day)
    found = {}
    for (offer, need), right in lacking.items():
        if right == Right.PERMIT:
            since = permits.ended(offer, listings[need].firm_id)
        elif right == Right.ROOM:
            since = None
        else:
            since = delisted.get(listings[offer if right == Right.HOLDER_LISTED else need].firm_id)
        found[offer, need] = MissingRight(right, since)
    return found


def _delisted(firms: Iterable[int], day: dt.date) -> dict[int, dt.date]:
    """The day on which each firm's last recognition ended."""
    over = Recognition.objects.filter(firm__in=set(firms), valid_before__lte=day).order_by()
    return dict(over.values_list("firm").annotate(Max("valid_before")))


class _PermitEnds:
    """When the permits of some firms for some offers ended."""

    def __init__(self, offers: Iterable[int], firms: Iterable[int], day: dt.date) -> None:
        self.day = day
        self.codes: dict[int, list[tuple[str, str]]] = defaultdict(list)
        codes = ListingCode.objects.filter(listing__in=offers)
        for offer, scheme, key in codes.values_list("listing", "code__scheme", "code__key"):
            self.codes[offer].append((scheme, key))
        lines = PermitLine.objects.filter(permit__firm__in=firms).exclude(permit__state=PermitState.DRAFT)
        self.lines = list(lines.select_related("permit"))
        self.moved = _moved({line.permit_id for line in self.lines if line.permit.state != PermitState.VERIFIED})

    def ended(self, offer: int, firm: int) -> dt.date | None:
        """The last day's morrow, or the day an officer ended it, of the permit that held longest."""
        days = [
            self._end(line.permit) for line in self.lines if line.permit.firm_id == firm and self._fits(line, offer)
        ]
        return max((day for day in days if day is not None and day <= self.day), default=None)

    def _fits(self, line: PermitLine, offer: int) -> bool:
        codes = self.codes.get(offer)
        return codes is None or any(
            line.scheme == scheme and covers(line.key_from, line.key_to, key) for scheme, key in codes
        )

    def _end(self, permit: Permit) -> dt.date | None:
        over = permit.valid_to + dt.timedelta(days=1) if permit.valid_to else None
        days = [day for day in (over, self.moved.get(permit.pk)) if day is not None]
        return min(days, default=None)


def _moved(permits: set[int]) -> dict[int, dt.date]:
    """When an officer ended or suspended each, by the events."""
    if not permits:
        return {}
    ending = Q(verb__in=("permit.suspended", "permit.revoked", "permit.expired"))
    events = Event.objects.filter(ending, content_type__app_label="firms", content_type__model="permit")
    rows = events.filter(object_id__in=permits).order_by().values_list("object_id").annotate(Max("at"))
    return {key: timezone.localtime(at).date() for key, at in rows}

"""Who may fit one listing, by the standing index and what changed since it was made."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from listings.models.listings import LegalStatus, Scope
from matching.candidates import box_edges
from matching.engine.codes import Scope as EngineScope
from matching.engine.columns import Flags, Longs
from matching.rows import SLIM, STATUSES, Rows
from matching.single.delta import Changes, changed_since
from matching.single.finding import Where, asked, open_rows
from matching.single.question import Group, Question
from matching.single.rights import holders_may, taker_may
from matching.single.standing import Side, StandingIndex

At = Callable[[str], np.ndarray]
HAZARDOUS = STATUSES[LegalStatus.HAZARDOUS]
# Beyond so many changes the tables themselves are quicker to ask.
MOST_CHANGED = 5_000


def found_in_index(question: Question, index: StandingIndex) -> Rows | None:
    """Listings of the other side that may fit; None where the index has fallen too far behind.

    `place` is where they are in the index, −1 for those read anew.
    """
    changes = changed_since(index)
    if len(changes.listings) > MOST_CHANGED:
        return None
    side = index.sides[question.other_kind]
    places = _each_once(side, _runs(question, side))
    places = places[~np.isin(side.columns["pk"][places], changes.listings)]
    places = _screened(question, side.columns, places)
    places = places[_rights_met(question, index, changes, places)]
    fresh = _read_anew(question, changes.listings)
    found = {name: np.concatenate((side.columns[name][places], fresh[name])) for name in SLIM}
    return found | {"place": np.concatenate((places, fresh["place"]))}


def _read_anew(question: Question, changed: Longs) -> Rows:
    if not len(changed):
        return asked(question, [])
    return asked(question, [Where.every([Where.one_of("l.id", changed.tolist()), open_rows(question)])])


def _each_once(side: Side, runs: Iterable[Longs]) -> Longs:
    """Rising places of all runs: a need stands under its material and its use."""
    is_found = np.zeros(len(side.columns["pk"]), dtype=bool)
    for places in runs:
        is_found[places] = True
    return np.flatnonzero(is_found)


def _runs(question: Question, side: Side) -> Iterator[Longs]:
    if question.listing.scope == Scope.PARK:
        yield _in_park(question, side)
        return
    for groups, explicit in ((question.groups, False), (question.whole_groups, True)):
        for group in groups:
            yield _near(question, side, group, explicit=explicit)


def _in_park(question: Question, side: Side) -> Longs:
    """The listing is bound to its park, which holds few others."""
    park = np.array([] if question.park is None else [question.park], dtype=np.int64)
    places = np.concatenate([side.near("park", park, -90.0, 90.0, explicit=each) for each in (False, True)])
    at = _reader(side.columns, places)
    wanted = [np.isin(at(group.field), group.keys) for group in question.whole_groups]
    return places[np.logical_or.reduce(wanted)] if wanted else places[:0]


def _near(question: Question, side: Side, group: Group, *, explicit: bool) -> Longs:
    keys, listing = np.array(group.keys, dtype=np.int64), question.listing
    if math.isinf(group.reach_km):
        return side.near(group.field, keys, -90.0, 90.0, explicit=explicit)
    south, north, west, east = box_edges(listing.latitude, listing.longitude, group.reach_km)
    places = side.near(group.field, keys, south, north, explicit=explicit)
    if math.isinf(west):
        return places
    lon = side.columns["lon"][places]
    return places[(west <= lon) & (lon <= east)]


def _screened(question: Question, columns: Rows, places: Longs) -> Longs:
    """Places left by the rules that need a column or two each, one after the other."""
    for screen in (_days_met, _homes_met, _lots_met, _qualities_met):
        places = places[screen(question, _reader(columns, places))]
    return places


def _rights_met(question: Question, index: StandingIndex, changes: Changes, places: Longs) -> Flags:
    """What the firm of a need may take; the firms whose permits changed since may take anything."""
    at = _reader(index.sides[question.other_kind].columns, places)
    held = index.sides[question.other_kind].held
    if held is None:
        return taker_may(question, at("status"), at("code"), index.codes)
    if not question.needs_permit:
        return np.ones(len(places), dtype=bool)
    may = holders_may(question, held.at(places), index.ranges, at("use"))
    return may | np.isin(at("firm"), changes.firms)


def _reader(columns: Rows, places: Longs) -> At:
    return lambda name: columns[name][places]


def _days_met(question: Question, at: At) -> Flags:
    met: Flags = at("available_to") >= question.first_day.toordinal()
    if question.listing.available_to:
        met &= at("available_from") <= question.listing.available_to.toordinal()
    return met


def _homes_met(question: Question, at: At) -> Flags:
    """Parks and regions that either side is bound to."""
    scope = at("scope")
    met: Flags = scope == EngineScope.ANYWHERE
    if not met.all():
        met |= (scope == EngineScope.SAME_PARK) & _is_in_park(question, at)
        met |= (scope == EngineScope.REGION_SET) & np.isin(at("region"), question.regions_around)
    if question.listing.scope == Scope.PARK:
        met &= _is_in_park(question, at)
    if question.own_regions is not None:
        met &= np.isin(at("site_region"), question.own_regions)
    return met


def _is_in_park(question: Question, at: At) -> Flags:
    met: Flags = at("park") == (-2 if question.park is None else question.park)
    return met


def _lots_met(question: Question, at: At) -> Flags:
    least_t = float(question.listing.min_lot_t or 0)
    met: Flags = at("min_lot_t") <= question.largest_lot_t
    return met & (at("quantity_t") >= least_t) & (at("max_lot_t") >= least_t)


def _qualities_met(question: Question, at: At) -> Flags:
    listing = question.listing
    met: Flags = at("firm") != listing.firm_id
    if listing.is_offer:
        met &= at("min_quality_level") <= listing.quality_level
        return met & at("accepts_hazardous") if question.is_hazardous else met
    met &= at("quality_level") >= listing.min_quality_level
    return met if listing.accepts_hazardous else met & (at("status") != HAZARDOUS)

"""Fills the columns of the kernels from a problem whose offers are sorted."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.arrays import Limits, Ranges
from matching.engine.candidates import Blocking
from matching.engine.columns import Ints, Longs
from matching.engine.compiled.columns import (
    FIGURE,
    GROUP,
    LIMIT,
    NEED,
    OFFER,
    SETTINGS,
    WINDOW,
    Columns,
    LimitLists,
    Records,
    Sieve,
    Slots,
    Tables,
    Views,
)
from matching.engine.compiled.walking import lay_rows
from matching.engine.geo import cap_chord
from matching.engine.problem import Problem, Window
from matching.engine.windows import WindowTable

NEVER = -2


def columns_of(
    problem: Problem, blocking: Blocking, windows: WindowTable, offer_row: Longs, need_row: Longs
) -> Columns:
    return Columns(
        offers=_offers(problem, offer_row),
        needs=_needs(problem, need_row),
        settings=_settings(problem, blocking),
        sieve=_sieve(problem),
        tables=_tables(problem),
        views=_views(blocking),
        limits=_limits(problem),
        base=windows.base,
        outcome=windows.outcome,
        value=windows.value,
    )


def _records(dtype: np.dtype[np.void], length: int, columns: dict[str, Any]) -> Records:
    records = np.empty(length, dtype=dtype)
    for name, values in columns.items():
        records[name] = values
    return records


def _offers(problem: Problem, row: Longs) -> Records:
    offers, days = problem.offers, problem.offer_window
    same = ("material", "park", "region", "region_set", "scope")
    columns = {name: getattr(offers, name) for name in same}
    columns |= dict(zip("xyz", problem.offer_xyz, strict=True))
    columns |= {
        "at_gate": problem.landed_at_gate,
        "steepness": problem.offer_steepness,
        "per_money": problem.offer_per_money,
        "quantity": offers.quantity_t,
        "length": days.length,
        "quality": offers.quality_level / 3.0,
        "row": row,
        "first": days.first,
        "last": days.last,
        "price_known": problem.offer_price_known,
        "figures_first": offers.properties.start[:-1],
        "figures_last": offers.properties.start[1:],
        "states": _property_bits(offers.properties),
        "doubt": problem.offer_doubt,
    }
    return _records(OFFER, len(offers), columns)


def _needs(problem: Problem, row: Longs) -> Records:
    needs, days = problem.needs, problem.need_window
    same = ("lat", "lon", "demand", "park", "region", "region_set", "scope")
    columns = {name: getattr(needs, name) for name in same}
    columns |= dict(zip("xyz", problem.need_xyz, strict=True))
    columns |= {
        "lat_cosine": np.cos(np.radians(needs.lat)).clip(1e-9),
        "cap_2": problem.need_cap_2,
        "min_lot": needs.min_lot_t,
        "lot_cap": problem.need_lot_cap,
        "quantity": needs.quantity_t,
        "price": problem.need_price,
        "asked_price": needs.price_per_t,
        "max_landed": problem.need_max_landed,
        "length": days.length,
        "row": row,
        "holder": needs.permit_holder,
        "first": days.first,
        "last": _last_day(days),
        "firm": _distinct_firm(problem),
        "explicit": problem.need_explicit,
        "screen": problem.need_screen,
        "limits_first": needs.limits.start[:-1],
        "limits_last": needs.limits.start[1:],
        "asks": _property_bits(needs.limits),
        "doubt": problem.need_doubt,
    }
    return _records(NEED, len(needs), columns)


def _distinct_firm(problem: Problem) -> Ints:
    """The firm whose offers a need may not take; −2 matches none, not even an unknown firm."""
    firm = problem.needs.firm
    excluded = (firm >= 0) & problem.rules.exclude_same_firm
    return np.where(excluded, firm, np.int32(NEVER))


def _settings(problem: Problem, blocking: Blocking) -> Records:
    rules, weights = problem.rules, problem.rules.weights
    columns: dict[str, Any] = vars(weights) | {
        "total": weights.total,
        "haul_per_t_km": problem.haul_per_t_km,
        "n_codes": problem.permits.n_codes,
        "n_places": blocking.index.n_places,
        "n_materials": rules.n_materials,
    }
    return _records(SETTINGS, 1, columns)


def _sieve(problem: Problem) -> Sieve:
    offers, cap_2 = problem.offers, problem.offer_cap_2
    return Sieve(
        places=np.stack((*problem.offer_xyz, np.minimum(cap_2, problem.offer_radius_2), cap_2)),
        lots=np.stack((offers.min_lot_t, problem.offer_lot_cap)),
        days=np.stack((problem.offer_window.first, _last_day(problem.offer_window), offers.firm)),
        screen=problem.offer_screen,
        slot=_permit_slot(problem),
    )


def _permit_slot(problem: Problem) -> Slots:
    offers, n_codes = problem.offers, problem.permits.n_codes
    needed = offers.regulated & problem.rules.check_permits
    known = np.where(offers.code < 0, n_codes, offers.code)
    return np.where(needed, known, n_codes + 1).astype(np.uint32)


def _last_day(window: Window) -> Ints:
    """The last day, put before today where the window is empty, so that nothing overlaps it."""
    return np.where(window.last >= window.first, window.last, np.int32(NEVER))


def _tables(problem: Problem) -> Tables:
    permits, rules = problem.permits, problem.rules
    holders = np.arange(len(rules.permits) + 1) * permits.n_codes
    start = np.searchsorted(permits.key, holders)
    code = (permits.key % permits.n_codes).astype(np.int32)
    return Tables(rules.suitability, rules.region_member, start, code, permits.free_t, permits.line)


def _views(blocking: Blocking) -> Views:
    index, parks, regions = blocking.index, blocking.parks, blocking.regions
    member = blocking.problem.rules.region_member
    region, sets = np.nonzero(member.T)
    columns = {
        "start": index.group_start[:-1],
        "stop": index.group_start[1:],
        "chord": cap_chord(index.reach_km),
        "row_degrees": index.row_degrees,
        "rows": -1,
    }
    groups = _records(GROUP, len(index.reach_km), columns)
    return Views(
        key=index.key,
        groups=groups,
        row_start=lay_rows(index.key, groups, index.n_places),
        park_key=parks.key,
        park_order=parks.order,
        region_key=regions.key,
        region_order=regions.order,
        usable_start=blocking.usable_start,
        usable=blocking.usable,
        sets_start=np.searchsorted(region, np.arange(member.shape[1] + 1)),
        sets_of_region=sets,
    )


def _limits(problem: Problem) -> LimitLists:
    figures = problem.offers.properties
    names = ("low", "typ", "high", "property")
    return LimitLists(
        figures=_records(FIGURE, len(figures.property), {name: getattr(figures, name) for name in names}),
        own=_limit_records(problem.needs.limits),
        defaults=_limit_records(problem.rules.default_limits),
        windows=_windows(problem),
    )


def _windows(problem: Problem) -> Records:
    """Where the default limits of each demand × material begin and end; nowhere without a window."""
    window, start = problem.rules.window, problem.rules.default_limits.start
    records = np.zeros(window.shape, dtype=WINDOW)
    held = window >= 0
    records["first"][held] = start[window[held]]
    records["last"][held] = start[window[held] + 1]
    records["asks"][held] = _property_bits(problem.rules.default_limits)[window[held]]
    return records


def _property_bits(lists: Limits | Ranges) -> NDArray[np.uint64]:
    """By owner, the bits of the properties in its list."""
    bits = np.append(np.uint64(1) << (lists.property % 64).astype(np.uint64), np.uint64(0))
    owned: NDArray[np.uint64] = np.bitwise_or.reduceat(bits, lists.start[:-1]) if len(lists) else bits[:0]
    return np.where(np.diff(lists.start) > 0, owned, np.uint64(0))


def _limit_records(limits: Limits) -> Records:
    columns = {name: getattr(limits, name) for name in ("low", "high", "property", "hard")}
    return _records(LIMIT, len(limits.property), columns | {"deduction": limits.deduction_per_unit})

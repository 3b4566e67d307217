"""Offers, needs and rules with everything computed once per listing rather than once per pair."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.engine.arrays import Limits, Needs, Offers, Rules
from matching.engine.codes import Scope
from matching.engine.columns import Flags, Floats, Ints, Longs
from matching.engine.geo import cap_chord, earth_xyz
from matching.engine.permits import PermitKeys

Bits = NDArray[np.uint8]

# A pair fails where an offer's bit meets the same bit of a need (`screen`), or stays in doubt (`doubt`).
HAZARDOUS, UNLISTED, LISTED_ONLY, NO_PERMIT = 1, 2, 4, 8
QUALITY_BELOW = (0, 16, 32, 64)
OFFER_QUANTITY, NEED_QUANTITY, CODE, PRICE = 1, 2, 4, 8
EVERY_DOUBT = OFFER_QUANTITY | NEED_QUANTITY | CODE | PRICE

FARTHEST_DAY = 100_000
YEAR_DAYS = 365


@dataclass(frozen=True)
class Window:
    """Availability from `today` on, as days after today, and how much of the coming year's length it has."""

    first: Ints
    last: Ints
    length: Floats


@dataclass(frozen=True)
class Problem:
    """The inputs of one matching and the columns derived from them, each made when first asked for."""

    offers: Offers
    needs: Needs
    rules: Rules
    today: int

    def __post_init__(self) -> None:
        check_fit(self.offers, self.needs, self.rules)

    @cached_property
    def offer_xyz(self) -> tuple[Floats, Floats, Floats]:
        return earth_xyz(self.offers.lat, self.offers.lon)

    @cached_property
    def need_xyz(self) -> tuple[Floats, Floats, Floats]:
        return earth_xyz(self.needs.lat, self.needs.lon)

    @cached_property
    def offer_cap_2(self) -> Floats:
        return cap_chord(self.offers.max_distance_km) ** 2

    @cached_property
    def need_cap_2(self) -> Floats:
        return cap_chord(self.needs.max_distance_km) ** 2

    @cached_property
    def offer_explicit(self) -> Flags:
        """Offers that say themselves how far they go, so that no radius is assumed for them."""
        return _explicit(self.offers)

    @cached_property
    def need_explicit(self) -> Flags:
        return _explicit(self.needs)

    @cached_property
    def material_cap_km(self) -> Floats:
        """The distance beyond which a material is not worth hauling, infinite where no radius is known."""
        radius_km = self.rules.economic_radius_km
        return np.where(np.isnan(radius_km), np.inf, radius_km * self.rules.economic_radius_factor)

    @cached_property
    def offer_radius_2(self) -> Floats:
        """Squared chord of the assumed cap of each offer, infinite where it has its own."""
        cap_2 = cap_chord(self.material_cap_km)[self.offers.material] ** 2
        return np.where(self.offer_explicit, np.inf, cap_2)

    @cached_property
    def offer_radius_km(self) -> Floats:
        radius_km = self.rules.economic_radius_km
        return np.where(np.isnan(radius_km), self.rules.default_radius_km, radius_km)[self.offers.material]

    @cached_property
    def offer_steepness(self) -> Floats:
        """1 / economic radius."""
        return 1.0 / self.offer_radius_km

    @cached_property
    def haul_per_t_km(self) -> float:
        return self.rules.haulage.rate_per_t_km * self.rules.haulage.road_factor

    @cached_property
    def offer_price_known(self) -> Flags:
        return ~np.isnan(self.offers.price_per_t)

    @cached_property
    def landed_at_gate(self) -> Floats:
        """Landed cost per tonne at distance zero: price + fixed haulage − avoided disposal."""
        price = np.nan_to_num(self.offers.price_per_t, nan=0.0)
        return price + self.rules.haulage.fixed_per_t - self.offers.avoided_disposal_per_t

    @cached_property
    def need_price(self) -> Floats:
        return np.nan_to_num(self.needs.price_per_t, nan=0.0)

    @cached_property
    def need_max_landed(self) -> Floats:
        return np.where(np.isnan(self.needs.max_landed_per_t), np.inf, self.needs.max_landed_per_t)

    @cached_property
    def offer_per_money(self) -> Floats:
        """One over the haulage of an offer across its economic radius: the yardstick for its costs."""
        haulage = self.rules.haulage.fixed_per_t + self.haul_per_t_km * self.offer_radius_km
        return 1.0 / np.where(haulage > 0, haulage, 1.0)

    @cached_property
    def offer_lot_cap(self) -> Floats:
        """The largest lot an offer can give; an unknown quantity does not limit it."""
        return np.fmin(self.offers.quantity_t, self.offers.max_lot_t)

    @cached_property
    def need_lot_cap(self) -> Floats:
        return np.fmin(self.needs.quantity_t, self.needs.max_lot_t)

    @cached_property
    def offer_window(self) -> Window:
        return self._window(self.offers.available_from, self.offers.available_to)

    @cached_property
    def need_window(self) -> Window:
        return self._window(self.needs.available_from, self.needs.available_to)

    def _window(self, first: Ints, last: Ints) -> Window:
        first_day = np.clip(first.astype(np.int64) - self.today, 0, FARTHEST_DAY)
        last_day = np.clip(last.astype(np.int64) - self.today, -1, FARTHEST_DAY)
        length = np.clip(last_day - first_day + 1, 1, YEAR_DAYS).astype(np.float64)
        return Window(first_day.astype(np.int32), last_day.astype(np.int32), length)

    @cached_property
    def offer_screen(self) -> Bits:
        offers, rules = self.offers, self.rules
        bits = HAZARDOUS * offers.hazardous.astype(np.uint8)
        for level in (1, 2, 3):
            bits |= _bit(offers.quality_level < level, QUALITY_BELOW[level])
        if rules.check_listed:
            bits |= _bit(~offers.listed, UNLISTED) | _bit(offers.listed_only, LISTED_ONLY)
        if rules.check_permits:
            bits |= _bit(offers.regulated, NO_PERMIT)
        return bits

    @cached_property
    def need_screen(self) -> Bits:
        needs = self.needs
        bits = _bit(~needs.accepts_hazardous, HAZARDOUS) | _bit(needs.permit_holder < 0, NO_PERMIT)
        bits |= _bit(needs.listed_only, UNLISTED) | _bit(~needs.listed, LISTED_ONLY)
        return bits | np.array(QUALITY_BELOW, dtype=np.uint8)[needs.min_quality_level]

    @cached_property
    def offer_doubt(self) -> Bits:
        offers = self.offers
        bits = _bit(np.isnan(offers.quantity_t), OFFER_QUANTITY) | _bit(offers.min_lot_t > 0, NEED_QUANTITY)
        if self.rules.check_permits:
            bits |= _bit(offers.regulated & (offers.code < 0), CODE)
        return bits | _bit(~self.offer_price_known, PRICE)

    @cached_property
    def need_doubt(self) -> Bits:
        needs = self.needs
        bits = _bit(needs.min_lot_t > 0, OFFER_QUANTITY) | _bit(np.isnan(needs.quantity_t), NEED_QUANTITY)
        return bits | np.uint8(CODE) | _bit(~np.isnan(needs.max_landed_per_t), PRICE)

    @cached_property
    def permits(self) -> PermitKeys:
        return PermitKeys.of(self.rules.permits, self.offers.code)

    @cached_property
    def n_properties(self) -> int:
        tables = (self.offers.properties, self.needs.limits, self.rules.default_limits)
        return 1 + max((int(table.property.max()) for table in tables if table.property.size), default=-1)

    @cached_property
    def range_keys(self) -> Longs:
        """(offer, property) of each figure as one rising number."""
        properties = self.offers.properties
        return properties.owners() * self.n_properties + properties.property

    @cached_property
    def limit_keys(self) -> Longs:
        return _limit_keys(self.needs.limits, self.n_properties)

    @cached_property
    def need_has_limits(self) -> Flags:
        return np.diff(self.needs.limits.start) > 0


def _explicit(side: Offers | Needs) -> Flags:
    explicit: Flags = np.isfinite(side.max_distance_km) | (side.scope != Scope.ANYWHERE)
    return explicit


def _limit_keys(limits: Limits, n_properties: int) -> Longs:
    return limits.owners() * n_properties + limits.property


def _bit(where: Flags, bit: int) -> Bits:
    return where.astype(np.uint8) * np.uint8(bit)


def check_fit(offers: Offers, needs: Needs, rules: Rules) -> None:
    """Raise ValueError, naming the column, if an index points outside the rules."""
    n_sets, n_regions = rules.region_member.shape
    _check_index("material", offers.material, rules.n_materials)
    _check_index("demand", needs.demand, rules.n_demands)
    _check_index("permit_holder", needs.permit_holder, len(rules.permits))
    for side in (offers, needs):
        _check_index("region_set", side.region_set, n_sets)
        if n_sets:
            _check_index("region", side.region, n_regions)


def _check_index(name: str, values: Ints, size: int) -> None:
    if values.size and values.max() >= size:
        raise ValueError(f"{name}: {values.max()} is outside the rules, which have {size}")

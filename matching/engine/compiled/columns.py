"""What the kernels read. One record per listing for what is read pair by pair, plain columns for what is read in runs.

Passing many arrays from function to function costs more than the arithmetic, so functions take records where they
can. Offers and needs are local rows; `row` leads back to the caller's row and breaks ties.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import Bytes, Flags, Floats, Floats32, Ints, Longs
from matching.engine.problem import Bits

Records = NDArray[np.void]
Record = Any
Slots = NDArray[np.uint32]

# What decides a pair comes first and fits one cache line, what scores it the next. `states` and `asks` have a bit for
# each property (modulo 64) that an offer has a figure of, or a need or a default window a limit on.
OFFER = np.dtype(
    [
        ("park", "i4"),
        ("region", "i4"),
        ("region_set", "i4"),
        ("scope", "i1"),
        ("price_known", "?"),
        ("doubt", "u1"),
        ("x", "f8"),
        ("y", "f8"),
        ("z", "f8"),
        ("at_gate", "f8"),
        ("steepness", "f8"),
        ("per_money", "f8"),
        ("quantity", "f8"),
        ("length", "f8"),
        ("quality", "f8"),
        ("material", "i4"),
        ("first", "i4"),
        ("last", "i4"),
        ("row", "i4"),
        ("figures_first", "i8"),
        ("figures_last", "i8"),
        ("states", "u8"),
    ],
    align=True,
)
NEED = np.dtype(
    [
        ("lat", "f8"),
        ("lon", "f8"),
        ("lat_cosine", "f8"),
        ("x", "f8"),
        ("y", "f8"),
        ("z", "f8"),
        ("cap_2", "f8"),
        ("min_lot", "f8"),
        ("lot_cap", "f8"),
        ("quantity", "f8"),
        ("price", "f8"),
        ("asked_price", "f8"),
        ("max_landed", "f8"),
        ("length", "f8"),
        ("row", "i8"),
        ("demand", "i8"),
        ("holder", "i8"),
        ("limits_first", "i8"),
        ("limits_last", "i8"),
        ("asks", "u8"),
        ("firm", "i4"),
        ("first", "i4"),
        ("last", "i4"),
        ("park", "i4"),
        ("region", "i4"),
        ("region_set", "i4"),
        ("scope", "i1"),
        ("explicit", "?"),
        ("screen", "u1"),
        ("doubt", "u1"),
    ],
    align=True,
)
# Rules that hold for all: weights of the components and their sum, haulage, what is checked, codes per permit holder.
SETTINGS = np.dtype(
    [
        ("suitability", "f8"),
        ("specification", "f8"),
        ("distance", "f8"),
        ("cost", "f8"),
        ("quantity", "f8"),
        ("time", "f8"),
        ("quality", "f8"),
        ("total", "f8"),
        ("haul_per_t_km", "f8"),
        ("n_codes", "i8"),
        ("n_places", "i8"),
        ("n_materials", "i8"),
    ],
    align=True,
)
# `rows` is where the group's latitude rows begin in `Views.row_start`, −1 where the group is read whole.
GROUP = np.dtype([("start", "i8"), ("stop", "i8"), ("chord", "f8"), ("row_degrees", "f8"), ("rows", "i8")])
LIMIT = np.dtype([("low", "f8"), ("high", "f8"), ("deduction", "f8"), ("property", "i4"), ("hard", "?")], align=True)
WINDOW = np.dtype([("first", "i8"), ("last", "i8"), ("asks", "u8")])
FIGURE = np.dtype([("low", "f8"), ("typ", "f8"), ("high", "f8"), ("property", "i4")], align=True)


class Sieve(NamedTuple):
    """What is read of every candidate: x, y, z in km and two squared chords an offer may lie away (`places`:
    by every rule, and by its own cap alone), smallest and largest lot, first and last day and firm, screen,
    permit slot (see `permits`)."""

    places: Floats
    lots: Floats
    days: Ints
    screen: Bits
    slot: Slots


class Tables(NamedTuple):
    """By demand × material: suitability; by region set × region: membership; the lines of `PermitKeys` by code,
    and where those of each holder start."""

    suitability: Floats32
    region_member: Flags
    permit_start: Longs
    permit_code: Ints
    permit_free_t: Floats
    permit_line: Ints


class Views(NamedTuple):
    """The sorted views of the offers, see `index.OfferIndex` and `index.SideOrder`."""

    key: Longs
    groups: Records
    row_start: Ints
    park_key: Longs
    park_order: Longs
    region_key: Longs
    region_order: Longs
    usable_start: Longs
    usable: Longs
    sets_start: Longs
    sets_of_region: Longs


class LimitLists(NamedTuple):
    """Figures of offers, limits of needs and default limits; by demand × material which default ones apply."""

    figures: Records
    own: Records
    defaults: Records
    windows: Records


class Columns(NamedTuple):
    """All a kernel reads; `base`, `outcome` and `value` are those of `windows.WindowTable`."""

    offers: Records
    needs: Records
    settings: Records
    sieve: Sieve
    tables: Tables
    views: Views
    limits: LimitLists
    base: Longs
    outcome: Bytes
    value: Floats32

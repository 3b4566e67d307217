"""Blends: a need may be filled from offers that fail a limit one by one, if what arrives meets it on the average."""

from dataclasses import dataclass, replace

import numpy as np

from matching.engine.arrays import Limits, Needs, Offers
from matching.engine.columns import Flags, Floats, Longs, ragged_arange
from matching.engine.plan.arcs import Windows


def blended(needs: Needs, may_blend: Flags) -> tuple[Needs, Limits]:
    """Move the hard limits of needs that allow blending from the single offer to the blend.

    Returns the needs to match with, whose limits on those properties are open (so that default windows on them do
    not apply either), and the windows to plan with. Soft limits stay: they cost a deduction per pair.
    """
    limits = needs.limits
    moved = limits.hard & may_blend[limits.owners()]
    opened = replace(
        limits,
        low=np.where(moved, -np.inf, limits.low),
        high=np.where(moved, np.inf, limits.high),
        hard=limits.hard & ~moved,
        deduction_per_unit=np.where(moved, 0.0, limits.deduction_per_unit),
    )
    return replace(needs, limits=opened), _only(limits, np.flatnonzero(moved))


def _only(limits: Limits, rows: Longs) -> Limits:
    names = ("property", "low", "high", "hard", "deduction_per_unit")
    columns = {name: getattr(limits, name)[rows] for name in names}
    return Limits.from_columns(len(limits), owner=limits.owners()[rows], **columns)


@dataclass(frozen=True)
class Figures:
    """Typical property figures of offers, looked up by (offer, property)."""

    n_properties: int
    key: Longs
    typ: Floats

    @classmethod
    def of(cls, offers: Offers, blends: Limits) -> "Figures":
        columns = (offers.properties.property, blends.property)
        n_properties = 1 + max((int(column.max()) for column in columns if column.size), default=0)
        key = offers.properties.owners() * n_properties + offers.properties.property
        return cls(n_properties, key, offers.properties.typ)

    def typical(self, offer: Longs, asked: Longs) -> Floats:
        """The typical figure, NaN where the offer does not say."""
        wanted = offer * self.n_properties + asked
        place = np.searchsorted(self.key, wanted)
        found = place < len(self.key)
        found[found] = self.key[place[found]] == wanted[found]
        figures = np.full(len(offer), np.nan)
        figures[found] = self.typ[place[found]]
        return figures


def windows_over(offers: Offers, blends: Limits, offer: Longs, need: Longs) -> Windows:
    """The windows of the given arcs. Each entry's figure is the offer's typical one, NaN where unknown."""
    counts = blends.start[need + 1] - blends.start[need]
    arc = np.repeat(np.arange(len(need)), counts)
    window = ragged_arange(blends.start[need], counts)
    asked = blends.property.astype(np.int64)
    figure = Figures.of(offers, blends).typical(offer[arc], asked[window])
    return Windows(blends.owners(), asked, blends.low, blends.high, window, arc, figure)


def without_figure(windows: Windows, n_arcs: int) -> Flags:
    """Arcs into a blend to which the offer brings no figure: unknown is never a pass."""
    unknown = np.zeros(n_arcs, dtype=bool)
    unknown[windows.arc[np.isnan(windows.figure)]] = True
    return unknown


def outside_alone(offers: Offers, blends: Limits, offer: Longs, need: Longs) -> Flags:
    """Of the given pairs, those whose offer by itself lies outside a window of the need's blend, or brings no figure.

    >>> from matching.engine import Ranges
    >>> limits = Limits.from_columns(1, owner=[0], property=[3], low=[-np.inf], high=[9.0])
    >>> figures = Ranges.from_columns(2, owner=[0, 1], property=[3, 3], low=[8, 11], typ=[8, 11], high=[8, 11])
    >>> offers = Offers.build(2, lat=0.0, lon=0.0, material=0, firm=1, properties=figures)
    >>> outside_alone(offers, limits, np.array([0, 1]), np.array([0, 0])).tolist()
    [False, True]
    """
    windows = windows_over(offers, blends, offer, need)
    low, high = windows.low[windows.window], windows.high[windows.window]
    outside = np.zeros(len(offer), dtype=bool)
    outside[windows.arc[~((low <= windows.figure) & (windows.figure <= high))]] = True
    return outside


def known(windows: Windows) -> Windows:
    """Only the entries whose figure is known."""
    kept = np.flatnonzero(~np.isnan(windows.figure))
    return replace(windows, window=windows.window[kept], arc=windows.arc[kept], figure=windows.figure[kept])


def binding(windows: Windows) -> Windows:
    """Only the windows that some figure lies outside of; all others are kept whatever is mixed."""
    entry_window = windows.window
    outside = (windows.figure < windows.low[entry_window]) | (windows.figure > windows.high[entry_window])
    binds = np.zeros(len(windows), dtype=bool)
    binds[entry_window[outside]] = True
    number = np.cumsum(binds) - 1
    kept, entries = np.flatnonzero(binds), np.flatnonzero(binds[entry_window])
    return Windows(
        need=windows.need[kept],
        property=windows.property[kept],
        low=windows.low[kept],
        high=windows.high[kept],
        window=number[entry_window[entries]],
        arc=windows.arc[entries],
        figure=windows.figure[entries],
    )

"""Flow map: who would feed whom, as lines between sites whose width grows with the tonnes, without any tile server."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from marketplace.pictures.figures import tonnes
from marketplace.pictures.markup import joined, tag
from marketplace.pictures.reach_map import (
    HEIGHT,
    WIDTH,
    Projection,
    Reach,
    ReachPoint,
    mark,
    outline_lines,
    projection_for,
)

THINNEST, THICKEST = 1.0, 10.0
HEAD = 3.5  # half the width of an arrow's head beyond that of its line
BESIDE = 14.0  # from the middle of a line to that of its words, in pixels
ROOM = (72.0, 20.0)  # what the words of a flow take
Place = tuple[float, float]


@dataclass(frozen=True)
class Flow:
    """From the offer's site to the need's; `quantity_t` is a year's tonnes."""

    source: ReachPoint
    target: ReachPoint
    quantity_t: float


@dataclass(frozen=True)
class FlowMap:
    label: str
    flows: tuple[Flow, ...]

    @property
    def points(self) -> tuple[ReachPoint, ...]:
        """Every place once for each kind, with the tonnes of its flows; needs are drawn over offers."""
        totals: dict[tuple[float, float, str], ReachPoint] = {}
        for flow in self.flows:
            for point in (flow.source, flow.target):
                key = (point.lat, point.lon, point.kind)
                before = totals[key].quantity_t or 0.0 if key in totals else 0.0
                totals[key] = ReachPoint(point.lat, point.lon, point.kind, point.label, before + flow.quantity_t)
        return tuple(sorted(totals.values(), key=lambda point: point.kind, reverse=True))

    @property
    def ribbons(self) -> tuple[Flow, ...]:
        """What goes from one place to another as one flow, the thickest first."""
        found: dict[tuple[float, ...], list[Flow]] = {}
        for flow in self.flows:
            ends = (flow.source.lat, flow.source.lon, flow.target.lat, flow.target.lon)
            found.setdefault(ends, []).append(flow)
        return tuple(sorted(map(_together, found.values()), key=lambda flow: -flow.quantity_t))

    def projection(self) -> Projection:
        lats, lons = [point.lat for point in self.points], [point.lon for point in self.points]
        middle = ((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)
        return projection_for(Reach(*middle, self.label, (), self.points))


def _together(flows: list[Flow]) -> Flow:
    """`flows` have the same two ends, where several listings may lie."""
    sources, targets = [flow.source for flow in flows], [flow.target for flow in flows]
    return Flow(_one(sources), _one(targets), sum(flow.quantity_t for flow in flows))


def _one(points: list[ReachPoint]) -> ReachPoint:
    return replace(points[0], label="; ".join(dict.fromkeys(point.label for point in points)))


def line_width(quantity_t: float, largest_t: float) -> float:
    """Pixels, in proportion to the tonnes but never too thin to see."""
    return round(max(THINNEST, THICKEST * quantity_t / largest_t), 2) if largest_t > 0 else THINNEST


def flow_map(drawn: FlowMap) -> SafeString:
    """The picture with its legend; nothing where nothing flows."""
    if not drawn.flows:
        return SafeString("")
    return tag("figure", tag("div", flow_map_svg(drawn), class_="map-canvas"), _legend(drawn), class_="reach-map")


def flow_map_svg(drawn: FlowMap) -> SafeString:
    """Thick flows lie under thin ones, so that none is hidden."""
    projection = drawn.projection()
    ribbons = drawn.ribbons
    largest_t = ribbons[0].quantity_t
    return tag(
        "svg",
        tag("title", gettext("Flows in %(area)s") % {"area": drawn.label}),
        joined(outline_lines(projection)),
        joined(_arrow(projection, flow, line_width(flow.quantity_t, largest_t)) for flow in ribbons),
        joined(mark(projection, point) for point in drawn.points),
        joined(_words(projection, ribbons)),
        class_="map-still",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
    )


def _arrow(projection: Projection, flow: Flow, width: float) -> SafeString:
    """A line with a head in its middle, where no mark covers it; inside one place there is nothing to draw."""
    start = projection.place(flow.source.lat, flow.source.lon)
    end = projection.place(flow.target.lat, flow.target.lon)
    words = tag("title", f"{flow.source.label} → {flow.target.label}, {tonnes(flow.quantity_t)}")
    (x1, y1), (x2, y2) = start, end
    places = {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}"}
    line = tag("line", words, class_="map-flow", stroke_width=f"{width:g}", **places)
    length = math.hypot(x2 - x1, y2 - y1)
    return joined([line, _head(start, end, width / 2 + HEAD) if length > 6 * HEAD else None])


def _words(projection: Projection, ribbons: Iterable[Flow]) -> Iterator[SafeString]:
    """The tonnes beside the lines, those of the thickest first and none over another.

    A screen reader has all of them from the titles of the lines.
    """
    taken: list[Place] = []
    for flow in ribbons:
        start, end = (projection.place(each.lat, each.lon) for each in (flow.source, flow.target))
        place, anchor = _beside(start, end)
        if math.dist(start, end) <= 6 * HEAD or any(_crowds(place, other) for other in taken):
            continue
        taken.append(place)
        places = {"x": f"{place[0]:.1f}", "y": f"{place[1]:.1f}", "text_anchor": anchor}
        yield tag("text", tonnes(flow.quantity_t), class_="map-flow-words", aria_hidden="true", **places)


def _beside(start: Place, end: Place) -> tuple[Place, str]:
    """Where the words of a line stand, and how they lie there: right of a steep line, above any other."""
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    if abs(end[1] - start[1]) > abs(end[0] - start[0]):
        return (middle[0] + BESIDE, middle[1]), "start"
    return (middle[0], middle[1] - BESIDE), "middle"


def _crowds(place: Place, other: Place) -> bool:
    return all(abs(mine - yours) < room for mine, yours, room in zip(place, other, ROOM, strict=True))


def _head(start: Place, end: Place, half: float) -> SafeString:
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    corners = [(half, 0.0), (-half, half), (-half, -half)]
    turned = (
        (middle[0] + x * math.cos(angle) - y * math.sin(angle), middle[1] + x * math.sin(angle) + y * math.cos(angle))
        for x, y in corners
    )
    return tag("polygon", class_="map-flow-head", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in turned))


def _legend(drawn: FlowMap) -> SafeString:
    largest_t = drawn.ribbons[0].quantity_t
    words = gettext("Flow, its width by the tonnes; the thickest is %(tonnes)s a year")
    return tag(
        "figcaption",
        tag("span", tag("span", class_="mark-offer"), " ", gettext("Offer")),
        tag("span", tag("span", class_="mark-need"), " ", gettext("Need")),
        tag("span", tag("span", class_="mark-flow"), " ", words % {"tonnes": tonnes(largest_t)}),
        class_="map-legend",
    )

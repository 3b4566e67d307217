"""Reach map: a site, its economic radius as rings and the candidates around it, drawn without any tile server."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.templatetags.static import static
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from marketplace.pictures.figures import figure, tonnes
from marketplace.pictures.markup import joined, tag
from marketplace.pictures.outlines import Line, lines_within

KM_PER_DEGREE = 111.195  # of latitude, on a sphere of 6 371 km
WIDTH, HEIGHT = 480.0, 400.0
WIDEST = 3.5  # the picture may stand in a frame this many times wider than high
SMALLEST_MARK, LARGEST_MARK = 4.0, 14.0
LARGEST_QUANTITY_T = 1_000_000.0
KM_PER_STRIDE = 400.0
NOTHING_AROUND_KM = 50.0  # what an empty map shows in each direction


@dataclass(frozen=True)
class ReachPoint:
    """A candidate. `cell_deg` is the size of the grid cell a hidden site is known by; the point is its centre."""

    lat: float
    lon: float
    kind: str  # "offer" or "need"
    label: str
    quantity_t: float | None = None
    url: str = ""
    note: str = ""
    cell_deg: float | None = None


@dataclass(frozen=True)
class Reach:
    lat: float
    lon: float
    label: str
    rings_km: tuple[float, ...] = ()
    points: tuple[ReachPoint, ...] = field(default=())


@dataclass(frozen=True)
class Projection:
    """Equirectangular around a centre, true to scale there: good to a few per cent over some hundred kilometres."""

    lat: float
    lon: float
    reach_km: float

    @property
    def pixels_per_km(self) -> float:
        return HEIGHT / 2 / self.reach_km

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        east_km = (lon - self.lon) * KM_PER_DEGREE * math.cos(math.radians(self.lat))
        north_km = (lat - self.lat) * KM_PER_DEGREE
        return WIDTH / 2 + east_km * self.pixels_per_km, HEIGHT / 2 - north_km * self.pixels_per_km

    def bounds(self) -> tuple[float, float, float, float]:
        """South, west, north and east of what the picture shows, in degrees."""
        north = self.reach_km / KM_PER_DEGREE
        east = north * WIDEST / math.cos(math.radians(self.lat))
        return self.lat - north, self.lon - east, self.lat + north, self.lon + east


def mark_size(quantity_t: float | None) -> float:
    """Half the width of a mark in pixels: its area grows with the tonnes, up to a million."""
    if not quantity_t or quantity_t <= 0:
        return SMALLEST_MARK
    share = math.sqrt(min(float(quantity_t), LARGEST_QUANTITY_T) / LARGEST_QUANTITY_T)
    return round(SMALLEST_MARK + (LARGEST_MARK - SMALLEST_MARK) * share, 2)


def projection_for(reach: Reach) -> Projection:
    """Wide enough for the largest ring, or else for the farthest candidate, with a tenth to spare."""
    flat = Projection(reach.lat, reach.lon, HEIGHT / 2)  # one pixel is one kilometre
    away = (
        max(abs(x - WIDTH / 2) * HEIGHT / WIDTH, abs(y - HEIGHT / 2))
        for x, y in (flat.place(point.lat, point.lon) for point in reach.points)
    )
    farthest = max(reach.rings_km, default=0.0) or max(away, default=0.0)
    return Projection(reach.lat, reach.lon, 1.1 * farthest or NOTHING_AROUND_KM)


def reach_map_svg(reach: Reach) -> SafeString:
    """The still picture: shown without scripts and on paper."""
    projection = projection_for(reach)
    return tag(
        "svg",
        tag("title", gettext("Map around %(site)s") % {"site": reach.label}),
        joined(outline_lines(projection)),
        joined(_ring(projection, ring_km) for ring_km in reach.rings_km),
        joined(mark(projection, point) for point in reach.points),
        tag("path", class_="map-site", d=f"M{WIDTH / 2 - 8:g} {HEIGHT / 2:g}h16M{WIDTH / 2:g} {HEIGHT / 2 - 8:g}v16"),
        class_="map-still",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
    )


def outline_lines(projection: Projection) -> Iterator[SafeString]:
    """Of a wide picture only every few points, which lie closer together there than the eye can tell."""
    stride = 1 + int(projection.reach_km / KM_PER_STRIDE)
    for line in lines_within(projection.bounds()):
        places = (projection.place(lat, lon) for lon, lat in thinned(line, stride))
        yield tag("polyline", class_="map-outline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places))


def thinned(line: Line, stride: int) -> Line:
    """Every so many points and the last.

    >>> thinned(((0, 0), (1, 1), (2, 2), (3, 3)), 2)
    ((0, 0), (2, 2), (3, 3))
    """
    return (*line[:-1:stride], *line[-1:]) if stride > 1 else line


def _ring(projection: Projection, ring_km: float) -> SafeString:
    radius = ring_km * projection.pixels_per_km
    words = f"{figure(ring_km)} km"
    label = tag("text", words, class_="map-ring-label", x=f"{WIDTH / 2:g}", y=f"{HEIGHT / 2 - radius + 16:.1f}")
    return joined(
        [tag("circle", class_="map-ring", cx=f"{WIDTH / 2:g}", cy=f"{HEIGHT / 2:g}", r=f"{radius:.1f}"), label]
    )


def mark(projection: Projection, point: ReachPoint) -> SafeString:
    x, y = projection.place(point.lat, point.lon)
    title = tag("title", f"{point.label}, {tonnes(point.quantity_t)}")
    if point.cell_deg:
        return _cell(projection, point, title)
    size = mark_size(point.quantity_t)
    if point.kind == "need":
        side = f"{2 * size:g}"
        corner = {"x": f"{x - size:.1f}", "y": f"{y - size:.1f}"}
        return tag("rect", title, class_="map-need", width=side, height=side, **corner)
    return tag("circle", title, class_="map-offer", cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{size:g}")


def _cell(projection: Projection, point: ReachPoint, title: SafeString) -> SafeString:
    half = (point.cell_deg or 0.0) / 2
    west, north = projection.place(point.lat + half, point.lon - half)
    east, south = projection.place(point.lat - half, point.lon + half)
    size = {"width": f"{east - west:.1f}", "height": f"{south - north:.1f}"}
    return tag("rect", title, class_=f"map-cell map-cell-{point.kind}", x=f"{west:.1f}", y=f"{north:.1f}", **size)


def reach_map(element_id: str, reach: Reach, tile_url: str = "") -> SafeString:
    """The still picture, which `reach-map.js` replaces by a map to move in; both show the same facts."""
    canvas = tag("div", reach_map_svg(reach), class_="map-canvas")
    data_id = f"{element_id}-data"
    return tag(
        "figure",
        canvas,
        _legend(reach),
        json_script(as_data(reach), data_id),
        id=element_id,
        class_="reach-map",
        data_reach_map=data_id,
        data_tiles=tile_url or None,
        **outline_attributes(),
    )


def outline_attributes() -> dict[str, str]:
    return {
        "data_world": static("img/outlines/world.json"),
        "data_provinces": static("img/outlines/china-provinces.json"),
    }


def as_data(reach: Reach) -> dict[str, object]:
    """What the script reads. Sizes are computed here, so that both pictures agree."""
    return {
        "site": {"lat": reach.lat, "lon": reach.lon, "label": reach.label},
        "rings_km": list(reach.rings_km),
        "points": [_point_data(point) for point in reach.points],
    }


def _point_data(point: ReachPoint) -> dict[str, object]:
    return {
        "lat": point.lat,
        "lon": point.lon,
        "kind": point.kind,
        "label": point.label,
        "facts": " · ".join(part for part in (tonnes(point.quantity_t), point.note) if part),
        "size": mark_size(point.quantity_t),
        "url": point.url,
        "cell_deg": point.cell_deg,
    }


def _legend(reach: Reach) -> SafeString:
    kinds = {point.kind for point in reach.points}
    items = [tag("span", tag("span", "+", class_="mark-site", aria_hidden="true"), " ", reach.label)]
    if "offer" in kinds:
        items.append(tag("span", tag("span", class_="mark-offer"), " ", gettext("Offer")))
    if "need" in kinds:
        items.append(tag("span", tag("span", class_="mark-need"), " ", gettext("Need")))
    if any(point.cell_deg for point in reach.points):
        items.append(
            tag("span", tag("span", class_="mark-cell"), " ", gettext("Site kept private: somewhere in this cell"))
        )
    return tag("figcaption", joined(items), class_="map-legend")

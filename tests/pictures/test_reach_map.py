"""The reach map: projection, marks, cells, the data its script reads, escaping."""

import json
import re

import pytest
from django.utils.translation import override

from marketplace.pictures.outlines import lines_within
from marketplace.pictures.reach_map import (
    HEIGHT,
    KM_PER_DEGREE,
    WIDTH,
    Projection,
    Reach,
    ReachPoint,
    as_data,
    mark_size,
    projection_for,
    reach_map,
    reach_map_svg,
)

WUHU = Reach(31.35, 118.38, "Wuhu", (80.0,))
HOSTILE = "</script><script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def test_the_site_is_in_the_middle_and_north_is_up():
    projection = Projection(31.35, 118.38, 100.0)
    assert projection.place(31.35, 118.38) == (WIDTH / 2, HEIGHT / 2)
    x, y = projection.place(31.35 + 50 / KM_PER_DEGREE, 118.38)
    assert (x, y) == (WIDTH / 2, pytest.approx(HEIGHT / 4))


def test_a_degree_of_longitude_shrinks_with_latitude():
    projection = Projection(60.0, 0.0, 100.0)
    x, _y = projection.place(60.0, 1.0)
    assert x - WIDTH / 2 == pytest.approx(KM_PER_DEGREE / 2 * HEIGHT / 200)


def test_the_largest_ring_decides_the_scale():
    assert projection_for(Reach(31, 118, "", (40.0, 80.0))).reach_km == pytest.approx(88.0)


def test_without_a_ring_the_farthest_point_decides():
    point = ReachPoint(31 + 100 / KM_PER_DEGREE, 118, "need", "")
    assert projection_for(Reach(31, 118, "", (), (point,))).reach_km == pytest.approx(110.0)


def test_an_empty_map_shows_fifty_kilometres():
    assert projection_for(Reach(31, 118, "")).reach_km == 50.0


@pytest.mark.parametrize(
    ("quantity_t", "size"), [(None, 4.0), (0, 4.0), (-5, 4.0), (250_000, 9.0), (1_000_000, 14.0), (10**9, 14.0)]
)
def test_the_area_of_a_mark_grows_with_the_tonnes(quantity_t, size):
    assert mark_size(quantity_t) == size


def test_offers_are_circles_and_needs_are_squares():
    offer = ReachPoint(31.4, 118.4, "offer", "Slag")
    need = ReachPoint(31.3, 118.3, "need", "Kiln")
    drawn = reach_map_svg(Reach(31.35, 118.38, "Wuhu", (80.0,), (offer, need)))
    assert re.search(r'<circle class="map-offer"[^>]*><title>Slag', drawn)
    assert re.search(r'<rect class="map-need"[^>]*><title>Kiln', drawn)
    assert (drawn.count("map-offer"), drawn.count("map-need")) == (1, 1)


def test_a_hidden_site_is_drawn_as_its_cell():
    hidden = ReachPoint(31.35, 118.38, "need", "A kiln", cell_deg=0.5)
    drawn = reach_map_svg(Reach(31.35, 118.38, "Wuhu", (80.0,), (hidden,)))
    assert 'class="map-cell map-cell-need"' in drawn
    assert "map-need" not in drawn.replace("map-cell-need", "")


def test_ring_has_its_radius_in_pixels_and_a_label():
    drawn = reach_map_svg(WUHU)
    assert f'r="{HEIGHT / 2 / 1.1:.1f}"' in drawn
    assert ">80 km</text>" in drawn


def test_outlines_near_the_site_are_drawn_and_far_ones_are_not():
    assert lines_within((30.0, 117.0, 33.0, 120.0))
    assert lines_within((-60.0, -150.0, -59.0, -149.0)) == []
    assert "map-outline" in reach_map_svg(WUHU)


def test_the_data_for_the_script_are_plain_facts():
    point = ReachPoint(31.4, 118.4, "offer", "Slag", 250_000, "/offers/1/", "41 km")
    assert as_data(Reach(31.35, 118.38, "Wuhu", (80.0,), (point,))) == {
        "site": {"lat": 31.35, "lon": 118.38, "label": "Wuhu"},
        "rings_km": [80.0],
        "points": [
            {
                "lat": 31.4,
                "lon": 118.4,
                "kind": "offer",
                "label": "Slag",
                "facts": "250\u202f000\u00a0t · 41 km",
                "size": 9.0,
                "url": "/offers/1/",
                "cell_deg": None,
            }
        ],
    }


def test_hostile_labels_stay_text_in_picture_and_data():
    reach = Reach(31.35, 118.38, HOSTILE, (80.0,), (ReachPoint(31.4, 118.4, "offer", HOSTILE),))
    drawn = reach_map("reach", reach)
    assert drawn.count("<script") == 1  # the data themselves
    data = re.search(r'<script id="reach-data" type="application/json">(.*?)</script>', drawn)[1]
    assert json.loads(data)["points"][0]["label"] == HOSTILE


def test_tiles_are_named_only_when_there_is_a_server():
    assert "data-tiles" not in reach_map("reach", WUHU)
    assert 'data-tiles="https://tiles.example.org/{z}/{x}/{y}.png"' in reach_map(
        "reach", WUHU, "https://tiles.example.org/{z}/{x}/{y}.png"
    )

"""The flow map: widths, places drawn once, escaping."""

import re

import pytest
from django.utils.translation import override

from marketplace.pictures.flow_map import Flow, FlowMap, flow_map, line_width
from marketplace.pictures.reach_map import ReachPoint

SLAG, ASH = ReachPoint(31.4, 118.4, "offer", "Slag"), ReachPoint(31.2, 118.2, "offer", "Ash")
KILN = ReachPoint(31.3, 118.6, "need", "Kiln")
HOSTILE = "</title><script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("quantity_t", "largest_t", "width"), [(100, 100, 10.0), (50, 100, 5.0), (1, 1000, 1.0), (0, 0, 1.0)]
)
def test_a_flow_is_as_wide_as_its_tonnes_and_never_too_thin_to_see(quantity_t, largest_t, width):
    assert line_width(quantity_t, largest_t) == width


def test_each_place_is_drawn_once_and_the_thickest_flow_lies_under_the_others():
    drawn = flow_map(FlowMap("Wuhu", (Flow(ASH, KILN, 50.0), Flow(SLAG, KILN, 100.0))))
    assert (drawn.count('class="map-offer"'), drawn.count('class="map-need"')) == (2, 1)
    assert re.findall(r'class="map-flow" stroke-width="([^"]+)"', drawn) == ["10", "5"]
    assert "Ash → Kiln, 50\u00a0t" in drawn
    assert "Kiln, 150\u00a0t" in drawn
    assert "the thickest is 100\u00a0t a year" in drawn


def test_what_goes_between_the_same_two_places_is_one_ribbon_with_its_tonnes_beside_it():
    dust = ReachPoint(SLAG.lat, SLAG.lon, "offer", "Dust")
    drawn = flow_map(FlowMap("Wuhu", (Flow(SLAG, KILN, 60.0), Flow(dust, KILN, 40.0), Flow(ASH, KILN, 50.0))))
    assert "Slag; Dust → Kiln, 100\u00a0t" in drawn
    assert re.findall(r'class="map-flow-words"[^>]*>([^<]+)<', drawn) == ["100\u00a0t", "50\u00a0t"]


def test_a_flow_inside_one_place_has_no_arrow_head():
    here = ReachPoint(31.4, 118.4, "need", "Kiln")
    assert "map-flow-head" not in flow_map(FlowMap("Wuhu", (Flow(SLAG, here, 50.0),)))


def test_nothing_is_drawn_where_nothing_flows():
    assert flow_map(FlowMap("Wuhu", ())) == ""


def test_hostile_labels_stay_text():
    hostile = ReachPoint(31.4, 118.4, "offer", HOSTILE)
    assert "<script" not in flow_map(FlowMap(HOSTILE, (Flow(hostile, KILN, 50.0),)))

"""Distances against the geodesic, and the blocking that relies on them near poles and the antimeridian."""

import numpy as np
import pytest
from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import Needs, Offers, Rules, match
from matching.engine.geo import arc_km, cap_chord
from tests.engine.oracle import expected
from tests.engine.small import TODAY, judge, one_need, one_offer, some_rules

PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
# Around the corners of the map, where a latitude-longitude grid goes wrong first.
CORNERS = st.tuples(
    st.sampled_from([-90.0, -89.9, 0.0, 30.0, 89.5, 90.0]) | st.floats(-90, 90),
    st.sampled_from([-180.0, -179.99, 0.0, 179.9, 180.0]) | st.floats(-180, 180),
)


def test_known_distance_shanghai_beijing():
    judged = judge(one_offer(lat=31.2304, lon=121.4737), one_need(lat=39.9042, lon=116.4074))
    assert judged.distance_km[0] == pytest.approx(1065.846, rel=1e-5)


@settings(max_examples=200, deadline=None)
@given(lat=st.floats(-85, 85), lon=st.floats(-180, 180), north=st.floats(-5, 5), east=st.floats(-5, 5))
def test_distances_agree_with_the_geodesic(lat, lon, north, east):
    there = (min(max(lat + north, -90), 90), (lon + east + 180) % 360 - 180)
    judged = judge(one_offer(lat=lat, lon=lon), one_need(lat=there[0], lon=there[1]))
    assert judged.distance_km[0] == pytest.approx(geodesic((lat, lon), there).km, rel=1e-5, abs=1e-6)


def test_antipodes_are_half_the_globe_apart():
    judged = judge(one_offer(lat=0.0, lon=0.0), one_need(lat=0.0, lon=180.0))
    assert judged.distance_km[0] == pytest.approx(np.pi * 6371.0088)


def test_a_chord_and_its_arc_are_inverse():
    distance_km = np.array([0.0, 1.0, 1000.0, 15000.0])
    assert arc_km(cap_chord(distance_km) ** 2) == pytest.approx(distance_km, abs=1e-5)


def test_a_cap_of_half_the_globe_caps_nothing():
    assert cap_chord(np.array([20_100.0, np.inf])).tolist() == [np.inf, np.inf]


@settings(max_examples=150, deadline=None)
@given(
    offers=st.lists(CORNERS, min_size=60, max_size=60),
    needs=st.lists(CORNERS, min_size=1, max_size=5),
    cap_km=st.sampled_from([10.0, 300.0, 3000.0, 9000.0]),
)
def test_no_candidate_is_lost_at_the_corners_of_the_map(offers, needs, cap_km):
    columns = [dict(zip(("lat", "lon"), np.array(places).T, strict=True)) for places in (offers, needs)]
    supply = Offers.build(len(offers), material=0, **columns[0])
    demand = Needs.build(len(needs), demand=0, max_distance_km=cap_km, **columns[1])
    rules = Rules.build([[1.0]], economic_radius_km=np.array([cap_km]))
    got = match(supply, demand, rules, TODAY, top=0)
    rows = list(zip(got.need.tolist(), got.offer.tolist(), strict=True))
    assert rows == [row[:2] for row in expected(supply, demand, rules, TODAY, 0, "need")]


@settings(max_examples=50, deadline=None)
@given(place=PLACES, other=PLACES)
def test_distance_is_symmetric(place, other):
    there = judge(one_offer(lat=place[0], lon=place[1]), one_need(lat=other[0], lon=other[1]), some_rules())
    back = judge(one_offer(lat=other[0], lon=other[1]), one_need(lat=place[0], lon=place[1]), some_rules())
    assert there.distance_km.tolist() == back.distance_km.tolist()

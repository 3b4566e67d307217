import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.units import distance_km, gcj02_to_wgs84, in_gcj_area, wgs84_to_gcj02

TIANANMEN_WGS84 = (39.90734, 116.39089)


def test_distance_from_shanghai_to_beijing():
    assert distance_km(31.23, 121.47, 39.9, 116.4) == pytest.approx(1066.3, abs=1)


def test_one_degree_of_latitude_at_the_equator_is_the_wgs84_meridian_arc():
    assert distance_km(0, 0, 1, 0) == pytest.approx(110.574, abs=0.001)


def test_the_same_place_is_no_distance_away():
    assert distance_km(31.23, 121.47, 31.23, 121.47) == 0


def test_distance_across_the_date_line_is_the_short_way():
    assert distance_km(0, 179.5, 0, -179.5) == pytest.approx(111.32, abs=0.01)


def test_chinese_maps_shift_beijing_by_some_hundred_metres():
    shift_km = distance_km(*TIANANMEN_WGS84, *wgs84_to_gcj02(*TIANANMEN_WGS84))
    assert 0.3 < shift_km < 0.8


@pytest.mark.parametrize("place", [(55.95, -3.19), (35.68, 139.69), (-33.87, 151.21)])
def test_outside_china_both_datums_agree(place):
    assert not in_gcj_area(*place)
    assert wgs84_to_gcj02(*place) == place
    assert gcj02_to_wgs84(*place) == place


@given(st.floats(19, 53), st.floats(74, 134))
def test_there_and_back_again_is_within_a_tenth_of_a_millimetre(lat, lon):
    back = gcj02_to_wgs84(*wgs84_to_gcj02(lat, lon))
    assert back == pytest.approx((lat, lon), abs=1e-9)

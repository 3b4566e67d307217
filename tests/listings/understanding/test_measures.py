"""Figures as ideas, and how hot is hot enough."""

import pytest

from listings.understanding.catalogue import read_rows
from listings.understanding.figures import Figure
from listings.understanding.materials import understand
from listings.understanding.measures import demanded, measures, with_measures
from listings.understanding.reading import read
from tests.listings.understanding.conftest import REFERENCE


def figure(slug, low=None, high=None, typ=None, kind="value"):
    return Figure(slug, low, high, typ, "", kind, "-", "as written", (0, 1))


def ideas(*figures):
    return {idea for idea in with_measures(read("x"), figures).concepts if idea.startswith("m_")}


def test_every_measure_speaks_of_a_known_property():
    known = {row["slug"] for row in read_rows(REFERENCE / "properties.csv")}
    assert set(measures()) <= known
    assert all(each.low < each.high for row in measures().values() for each in row)


def test_both_ends_of_a_range_belong_to_it():
    assert ideas(figure("sio2", typ=80.0)) == {"m_sio2_very_high", "m_sio2_high"}
    assert ideas(figure("sio2", typ=79.9)) == {"m_sio2_high"}


def test_a_range_counts_by_its_middle():
    assert ideas(figure("zn", low=20.0, high=30.0)) == {"m_zn_rich"}


def test_what_is_only_below_something_says_nothing():
    assert ideas(figure("zn", high=30.0, kind="limit")) == set()


@pytest.mark.parametrize(
    ("use", "typ", "least"),
    [("drying", 170.0, 170.0), ("district_heating", 90.0, 40.0), ("process_steam", 100.0, 100.0)],
)
def test_heat_is_wanted_at_least_so_hot(use, typ, least):
    [found] = demanded([figure("temperature_c", typ=typ)], use)
    assert (found.low, found.high, found.typ, found.kind) == (least, None, None, "limit")


@pytest.mark.parametrize(("use", "typ"), [("drying", 39.0), ("cold_storage", 60.0), ("fired_brick", 1000.0)])
def test_other_temperatures_are_left_alone(use, typ):
    told = figure("temperature_c", typ=typ)
    assert demanded([told], use) == (told,)


def test_a_limit_that_is_said_stays_as_it_is():
    told = figure("temperature_c", high=60.0, kind="limit")
    assert demanded([told], "drying") == (told,)


def test_a_need_of_hot_air_asks_for_heat_as_hot(catalogue):
    found = understand("Hot air at 170 °C for a dryer", catalogue, side="need")
    assert [(each.property_slug, each.low) for each in found.figures] == [("temperature_c", 170.0)]

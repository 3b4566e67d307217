"""Inputs are checked and the column at fault is named."""

import dataclasses

import numpy as np
import pytest

from matching.engine import Haulage, Limits, Needs, Offers, PermitTable, Ranges, Rules, Weights, match
from tests.engine.small import TODAY, one_need, one_offer, some_rules


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("lat", 90.1),
        ("lat", np.nan),
        ("lon", -180.5),
        ("quantity_t", 0.0),
        ("quantity_t", np.inf),
        ("min_lot_t", -1.0),
        ("max_lot_t", 0.0),
        ("price_per_t", np.inf),
        ("max_distance_km", -1.0),
        ("avoided_disposal_per_t", -0.1),
        ("park", -2),
        ("scope", 3),
        ("quality_level", 4),
        ("material", -1),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(column, value):
    with pytest.raises(ValueError, match=column):
        one_offer(**{column: value})


@pytest.mark.parametrize("wrong", [np.zeros(1), np.zeros(2, dtype=np.int32), [0]])
def test_a_column_of_wrong_type_or_length_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match="firm"):
        dataclasses.replace(one_offer(), firm=wrong)


def test_unknown_and_missing_columns_are_refused():
    with pytest.raises(ValueError, match="colour"):
        one_offer(colour=1)
    with pytest.raises(ValueError, match="lat: required"):
        Needs.build(1, lon=[0.0], demand=0)


def test_a_region_scope_needs_its_region_set():
    with pytest.raises(ValueError, match="region_set"):
        one_need(scope=1)


def test_figures_must_be_in_order_and_belong_to_the_offers():
    with pytest.raises(ValueError, match="typ"):
        one_offer((2.0, 1.0, 3.0))
    with pytest.raises(ValueError, match="properties"):
        Offers.build(1, lat=0.0, lon=0.0, material=0, properties=Ranges.empty(2))


def test_limits_must_be_a_window():
    with pytest.raises(ValueError, match="high"):
        Limits.from_columns(1, owner=[0], property=[0], low=2.0, high=1.0)


def test_entries_given_in_any_order_are_sorted_by_owner():
    table = PermitTable.from_columns(3, owner=[2, 0, 2], code=[9, 4, 1], line=[0, 1, 2])
    assert table.start.tolist() == [0, 1, 1, 3]
    assert (table.code.tolist(), table.line.tolist()) == ([4, 1, 9], [1, 2, 0])
    assert table.take(np.array([2, 1])).code.tolist() == [1, 9]


def test_an_entry_of_no_owner_is_refused():
    with pytest.raises(ValueError, match="owner"):
        PermitTable.from_columns(1, owner=[1], code=[0], line=[0])


@pytest.mark.parametrize(
    ("side", "column"), [("offer", "material"), ("need", "demand"), ("need", "permit_holder"), ("need", "region_set")]
)
def test_an_index_outside_the_rules_is_refused_by_name(side, column):
    offers = one_offer(**({column: 5} if side == "offer" else {}))
    needs = one_need(**({column: 5} if side == "need" else {}))
    with pytest.raises(ValueError, match=column):
        match(offers, needs, some_rules(), TODAY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("prohibited", np.zeros((2, 1), dtype=bool)),
        ("window", np.zeros((1, 1), dtype=np.int32)),
        ("economic_radius_km", np.array([0.0])),
        ("suitability", np.array([[1.5]], dtype=np.float32)),
    ],
)
def test_rules_that_do_not_fit_are_refused_by_name(name, value):
    with pytest.raises(ValueError, match=name):
        dataclasses.replace(some_rules(), **{name: value})


def test_weights_and_haulage_must_be_sensible():
    with pytest.raises(ValueError, match="cost"):
        Weights(cost=-1.0)
    with pytest.raises(ValueError, match="weights"):
        Weights(**dict.fromkeys(("suitability", "specification", "distance", "cost", "quantity", "time", "quality"), 0))
    with pytest.raises(ValueError, match="road_factor"):
        Haulage(road_factor=np.inf)


def test_rules_built_from_a_matrix_alone_permit_everything():
    assert len(match(one_offer(), one_need(), Rules.build([[1.0]]), TODAY)) == 1

"""The landed-cost ladder: rungs in both directions, words, escaping."""

import pytest
from django.utils.translation import override

from marketplace.pictures.landed_cost import LandedCost, Rung, gate_words, landed_cost_ladder, rungs


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def test_rungs_climb_from_zero_when_all_is_cost():
    assert rungs((60.0, 40.0), 100.0) == (
        0.0,
        [Rung(0.0, 60.0, 60.0), Rung(60.0, 40.0, 100.0), Rung(0.0, 100.0, 100.0)],
    )


def test_rungs_hang_below_zero_when_the_holder_pays():
    zero, bars = rungs((-80.0, 30.0, -50.0), -100.0)
    assert zero == 100.0
    assert bars == [Rung(20.0, 80.0, 20.0), Rung(20.0, 30.0, 50.0), Rung(0.0, 50.0, 0.0), Rung(0.0, 100.0, 0.0)]


def test_rungs_cross_zero():
    zero, bars = rungs((-50.0, 100.0), 50.0)
    assert zero == 50.0
    assert bars == [Rung(0.0, 50.0, 0.0), Rung(0.0, 100.0, 100.0), Rung(50.0, 50.0, 100.0)]


def test_a_step_of_nothing_is_a_thin_line_inside_the_picture():
    _zero, bars = rungs((100.0, 0.0), 100.0)
    assert bars[1] == Rung(99.4, 0.6, 100.0)


def test_nothing_at_all_is_drawn_without_a_division_by_zero():
    zero, bars = rungs((0.0,), 0.0)
    assert zero == 0.0
    assert [bar.left for bar in bars] == [0.0, 0.0]


def test_words_say_who_pays_whom():
    assert gate_words(-35, "CNY") == "The taker is paid ¥35/t at the gate."
    assert gate_words(167, "CNY") == "The taker pays ¥167/t at the gate."


def test_the_table_shows_every_amount_with_its_sign():
    drawn = landed_cost_ladder(
        LandedCost((("Price", -60.0), ("Haulage", 42.5)), -17.5, "CNY", "The plant pays you ¥17.50/t.")
    )
    assert '<td class="num">\u2212¥60/t</td>' in drawn
    assert '<td class="num">¥42.50/t</td>' in drawn
    assert '<td class="num">\u2212¥17.50/t</td>' in drawn
    assert "<figcaption>The plant pays you ¥17.50/t.</figcaption>" in drawn
    assert drawn.count("ladder-minus") == 1
    assert drawn.count("ladder-plus") == 1


def test_hostile_labels_stay_text():
    drawn = landed_cost_ladder(LandedCost((("<img src=x onerror=alert(1)>", 1.0),), 1.0, '"><script>', "<b>"))
    assert "<img" not in drawn
    assert "<script" not in drawn
    assert "<b>" not in drawn

"""The window strip: places on the axis, words, escaping."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from marketplace.pictures.outcome import OUTCOMES
from marketplace.pictures.window_strip import (
    Axis,
    Geometry,
    WindowStrip,
    axis_for,
    geometry,
    limit_figures,
    offer_figures,
    sentence,
    window_strip,
    window_strips,
)

STRIP = WindowStrip("Moisture", "%", "dry", 40.0, 50.0, 60.0, 20.0, 80.0, True, "passes")
HOSTILE = "<script>alert(1)</script>\"'"


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def test_axis_leaves_a_margin_beside_the_outermost_figures():
    axis = axis_for([60.0, 80.0, 110.0])
    assert (axis.start, axis.end, axis.logarithmic) == (54.0, 116.0, False)


def test_axis_starts_at_zero_when_zero_is_near():
    axis = axis_for([2.0, 8.0])
    assert axis.start == 0.0
    assert axis.end == pytest.approx(8.72)


def test_axis_has_room_around_a_single_figure():
    assert axis_for([50.0]) == Axis(44.0, 56.0)
    assert axis_for([0.0]) == Axis(0.0, 1.0 * 0.12)


def test_axis_is_logarithmic_when_the_figures_are_far_apart():
    axis = axis_for([1.0, 10000.0])
    assert axis.logarithmic
    assert axis.place(100.0) == pytest.approx(50.0)


def test_axis_without_any_figure_is_drawn_all_the_same():
    assert axis_for([]) == Axis(0.0, 1.0)


def test_band_bar_and_tick_lie_where_the_figures_say():
    strip = replace(STRIP, low=110.0, typ=120.0, high=130.0, limit_low=100.0, limit_high=200.0)
    places = geometry(strip)  # the axis runs from 88 to 212
    assert places.band == (pytest.approx(100 * 12 / 124), pytest.approx(100 * 112 / 124))
    assert places.bar == (pytest.approx(100 * 22 / 124), pytest.approx(100 * 42 / 124))
    assert places.tick == pytest.approx(100 * 32 / 124)


def test_open_ends_of_the_window_reach_the_edges():
    assert geometry(replace(STRIP, limit_low=None)).band[0] == 0.0
    assert geometry(replace(STRIP, limit_high=None)).band[1] == 100.0


def test_a_bar_of_one_figure_can_still_be_seen():
    left, right = geometry(replace(STRIP, low=50.0, high=50.0)).bar
    assert right - left == pytest.approx(1.5)


def test_an_offer_without_figures_has_no_bar():
    strip = WindowStrip("SO3", "%", "", None, None, None, None, None, True, "unknown")
    assert geometry(strip) == Geometry((0.0, 100.0), None, None)
    assert "strip-bar" not in window_strip(strip)


def test_only_the_part_outside_the_window_is_marked():
    assert "strip-outside" not in window_strip(STRIP)
    assert window_strip(replace(STRIP, high=90.0)).count('class="strip-outside"') == 1
    assert window_strip(replace(STRIP, low=10.0, high=90.0)).count('class="strip-outside"') == 2
    assert 'class="strip-outside-soft"' in window_strip(replace(STRIP, high=90.0, hard=False))


def test_a_soft_limit_fades_and_a_hard_one_does_not():
    assert "strip-fade" not in window_strip(STRIP)
    soft = window_strip(replace(STRIP, hard=False))
    assert "strip-fade-start" in soft
    assert "strip-fade-end" in soft
    assert "strip-edge-soft" in soft


@pytest.mark.parametrize(("outcome", "sign"), [("passes", "✓"), ("may", "~"), ("fails", "✕"), ("unknown", "?")])
def test_every_outcome_has_colour_sign_and_word(outcome, sign):
    drawn = window_strip(replace(STRIP, outcome=outcome))
    assert f"state-{outcome}" in drawn
    assert f'<span class="sign" aria-hidden="true">{sign}</span>' in drawn
    assert str(OUTCOMES[outcome].word) in drawn


def test_there_are_exactly_four_outcomes():
    assert list(OUTCOMES) == ["passes", "may", "fails", "unknown"]


def test_the_sentence_says_all_that_is_drawn():
    strip = replace(STRIP, hard=False, outcome="may", deduction="¥2 off per %")
    assert sentence(strip) == (
        "Moisture in %, dry: offered 40 – 50 – 60, accepted 20 … 80 (soft limit), may pass. ¥2 off per %"
    )
    assert f'<span class="visually-hidden">{sentence(strip)}</span>' in window_strip(strip)


def test_figures_in_words():
    assert offer_figures(replace(STRIP, low=5.0, typ=5.0, high=5.0)) == "5"
    assert offer_figures(replace(STRIP, low=None, typ=None, high=None)) == "no figure"
    assert limit_figures(replace(STRIP, limit_low=None)) == "≤ 80"
    assert limit_figures(replace(STRIP, limit_high=None)) == "≥ 20"
    assert limit_figures(replace(STRIP, limit_low=None, limit_high=None)) == "no limit"


@pytest.mark.parametrize("field", ["name", "unit", "basis", "deduction"])
def test_hostile_names_stay_text(field):
    drawn = window_strips([replace(STRIP, **{field: HOSTILE})])
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_no_style_attribute_is_written():
    assert "style=" not in window_strips([STRIP, replace(STRIP, hard=False, limit_low=None)])

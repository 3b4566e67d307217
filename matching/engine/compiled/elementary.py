"""`matching.engine.elementary` one value at a time, the same operations in the same order.

Choices are made between values already worked out, which vectorises; branches would not.
"""

import math

import numpy as np

from matching.engine.compiled.jit import inlined
from matching.engine.elementary import ASIN_P, ASIN_Q, EXP_MOST, EXP_SERIES, EXP_STEPS, EXP_TABLE
from matching.engine.geo import MEAN_RADIUS_KM

P0, P1, P2, P3, P4, P5 = ASIN_P
Q0, Q1, Q2, Q3, Q4 = ASIN_Q
E0, E1, E2, E3, E4, E5, E6 = EXP_SERIES
ARC_SCALE = 2 * MEAN_RADIUS_KM
HALF_SCALE = 1 / (2 * MEAN_RADIUS_KM)
STEP = 1 / EXP_STEPS
QUARTER_TURN = math.pi / 2


@inlined
def arc_km(chord_2: float) -> float:
    """Distance in km over a squared chord in km²."""
    half = math.sqrt(chord_2) * HALF_SCALE
    half = half if half < 1.0 else 1.0
    folded = math.sqrt((1.0 - half) * 0.5)
    x = folded if half >= 0.5 else half
    t = x * x
    p = ((((t * P5 + P4) * t + P3) * t + P2) * t + P1) * t + P0
    q = (((t * Q4 + Q3) * t + Q2) * t + Q1) * t + Q0
    angle = p * t / q * x + x
    return (QUARTER_TURN - 2.0 * angle if half >= 0.5 else angle) * ARC_SCALE


@inlined
def exp_minus(y: float) -> float:
    """exp(−y) for y ≥ 0, 0 from `EXP_MOST` on."""
    capped = y if y < EXP_MOST else EXP_MOST
    step = np.uint32(np.int32(capped * EXP_STEPS + 0.5))
    r = capped - step * STEP
    series = (((((r * E6 + E5) * r + E4) * r + E3) * r + E2) * r + E1) * r + E0
    return 0.0 if y >= EXP_MOST else series * EXP_TABLE[step]

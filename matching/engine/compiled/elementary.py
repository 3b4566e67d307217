"""`matching.engine.elementary` one value at a time, the same operations in the same order."""

import math

from matching.engine.compiled.jit import compiled
from matching.engine.elementary import ASIN_P, ASIN_Q, EXP_MOST, EXP_SERIES, EXP_STEPS, EXP_TABLE
from matching.engine.geo import MEAN_RADIUS_KM

P0, P1, P2, P3, P4, P5 = ASIN_P
Q0, Q1, Q2, Q3, Q4 = ASIN_Q
E0, E1, E2, E3, E4, E5, E6 = EXP_SERIES
ARC_SCALE = 2 * MEAN_RADIUS_KM
HALF_SCALE = 1 / (2 * MEAN_RADIUS_KM)
STEP = 1 / EXP_STEPS
QUARTER_TURN = math.pi / 2


@compiled
def arc_km(chord_2: float) -> float:
    """Distance in km over a squared chord in km²."""
    half = min(math.sqrt(chord_2) * HALF_SCALE, 1.0)
    large = half >= 0.5
    x = math.sqrt((1.0 - half) * 0.5) if large else half
    t = x * x
    p = ((((t * P5 + P4) * t + P3) * t + P2) * t + P1) * t + P0
    q = (((t * Q4 + Q3) * t + Q2) * t + Q1) * t + Q0
    angle = p * t / q * x + x
    return (QUARTER_TURN - 2.0 * angle if large else angle) * ARC_SCALE


@compiled
def exp_minus(y: float) -> float:
    """exp(−y) for y ≥ 0, 0 from `EXP_MOST` on."""
    capped = min(y, EXP_MOST)
    step = int(capped * EXP_STEPS + 0.5)
    r = capped - step * STEP
    series = (((((r * E6 + E5) * r + E4) * r + E3) * r + E2) * r + E1) * r + E0
    return 0.0 if y >= EXP_MOST else series * EXP_TABLE[step]

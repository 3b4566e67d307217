"""arcsin and exp from plain arithmetic, so that every way of running the engine gives the same bits.

Library versions differ in the last digit between processors and between NumPy and compiled code. These use only
+ − × ÷ and the square root, which IEEE 754 defines exactly, in a fixed order; `compiled.elementary` repeats it.
"""

import numpy as np

from matching.engine.columns import Floats

# arcsin(x) = x + x³ P(x²) / Q(x²) for x up to ½; coefficients of fdlibm's e_asin.c (Sun Microsystems, 1993).
ASIN_P = (
    1.66666666666666657415e-01,
    -3.25565818622400915405e-01,
    2.01212532134862925881e-01,
    -4.00555345006794114027e-02,
    7.91534994289814532176e-04,
    3.47933107596021167570e-05,
)
ASIN_Q = (
    1.0,
    -2.40339491173441421878e00,
    2.02094576023350569471e00,
    -6.88283971605453293030e-01,
    7.70381505559019352791e-02,
)
# exp(−y) = exp(−k/64) exp(−r) with r within 1/128 of zero; the series to r⁶ leaves an error of 4e-19.
EXP_STEPS = 64.0
EXP_MOST = 40.0
EXP_SERIES = (1.0, -1.0, 1 / 2, -1 / 6, 1 / 24, -1 / 120, 1 / 720)
EXP_TABLE: Floats = np.exp(-np.arange(int(EXP_MOST * EXP_STEPS) + 1) / EXP_STEPS)


def arcsine(x: Floats) -> Floats:
    """Arcsine of values in 0..1, in radians, to about one unit in the last place. Consumes `x`.

    >>> bool(np.allclose(arcsine(np.array([0.0, 0.25, 1.0])), np.arcsin([0.0, 0.25, 1.0]), rtol=1e-15, atol=0))
    True
    """
    large = np.flatnonzero(x >= 0.5)
    if len(large):
        half = 1.0 - x[large]
        half *= 0.5
        x[large] = np.sqrt(half)
    angle = _arcsine_below_half(x)
    if len(large):
        angle[large] = np.pi / 2 - 2.0 * angle[large]
    return angle


def _arcsine_below_half(x: Floats) -> Floats:
    square = x * x
    ratio = _polynomial(square, ASIN_P)
    ratio *= square
    ratio /= _polynomial(square, ASIN_Q)
    ratio *= x
    ratio += x
    return ratio


def exp_minus(y: Floats) -> Floats:
    """exp(−y) for y ≥ 0 to about one unit in the last place, and 0 from y = 40 on, where it is below 1e-17.

    >>> bool(np.allclose(exp_minus(np.array([0.0, 1.0, 41.0])), np.exp([0.0, -1.0, -np.inf]), rtol=1e-15, atol=0))
    True
    """
    capped = np.minimum(y, EXP_MOST)
    step = (capped * EXP_STEPS + 0.5).astype(np.int64)
    capped -= step * (1 / EXP_STEPS)
    power = _polynomial(capped, EXP_SERIES)
    power *= EXP_TABLE[step]
    power[y >= EXP_MOST] = 0.0
    return power


def _polynomial(x: Floats, coefficients: tuple[float, ...]) -> Floats:
    """Horner's rule, in place; the first coefficient is the constant."""
    total = x * coefficients[-1]
    for each in coefficients[-2:0:-1]:
        total += each
        total *= x
    total += coefficients[0]
    return total

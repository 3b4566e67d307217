"""Distance on the WGS-84 ellipsoid by way of the straight chord between two points.

Chords need no trigonometry per pair, and comparing squared chords orders and caps pairs exactly as
distances would. The arc over a chord, 2R·asin(c/2R), is within 1e-5 of the geodesic below 1 000 km.
"""

import numpy as np

from matching.engine.columns import Floats
from matching.engine.elementary import arcsine

EQUATOR_KM = 6378.137
FLATTENING = 1 / 298.257223563
ECCENTRICITY_2 = FLATTENING * (2 - FLATTENING)
MEAN_RADIUS_KM = 6371.0088
# The smallest radius of curvature on the ellipsoid (along the meridian, at the equator).
LEAST_RADIUS_KM = EQUATOR_KM * (1 - ECCENTRICITY_2)
# A cap is met to the millimetre, so that rounding never cuts off a pair lying exactly on it.
CAP_TOLERANCE_KM = 1e-6


def earth_xyz(lat: Floats, lon: Floats) -> tuple[Floats, Floats, Floats]:
    """Earth-centred coordinates in km of points on the ellipsoid (degrees in)."""
    phi, lam = np.radians(lat), np.radians(lon)
    normal = EQUATOR_KM / np.sqrt(1 - ECCENTRICITY_2 * np.sin(phi) ** 2)
    across = normal * np.cos(phi)
    return across * np.cos(lam), across * np.sin(lam), normal * (1 - ECCENTRICITY_2) * np.sin(phi)


def cap_chord(distance_km: Floats) -> Floats:
    """The chord in km that a distance cap stands for, with the tolerance; infinite from half the globe on."""
    half_angle = np.minimum(distance_km / (2 * MEAN_RADIUS_KM), np.pi / 2)
    chord = 2 * MEAN_RADIUS_KM * np.sin(half_angle) + CAP_TOLERANCE_KM
    return np.where(half_angle >= np.pi / 2, np.inf, chord)


def arc_km(chord_2: Floats) -> Floats:
    """Distance in km over squared chords in km²."""
    half = np.sqrt(chord_2)
    half *= 1 / (2 * MEAN_RADIUS_KM)
    np.minimum(half, 1.0, out=half)
    arc = arcsine(half)
    arc *= 2 * MEAN_RADIUS_KM
    return arc

"""The data-quality level of a listing, 0 to 3: computed from its facts and evidence, never typed."""

from __future__ import annotations

import datetime as dt

from .models import Evidence, Kind, Listing

FRESH_REPORT = dt.timedelta(days=365)
FIGURES_FOR_LEVEL_2 = 3


def quality_level(listing: Listing, day: dt.date) -> int:
    """How far the figures can be trusted on `day`.

    1: a waste code or legal status, and at least one figure. 2: also three figures (or all the material's default
    properties, if fewer) and a dated laboratory report. 3: also a report no older than a year from an accredited
    laboratory. A need is at level 1 once it states a limit, and never above.
    """
    if listing.kind == Kind.NEED:
        return min(listing.limits.count(), 1)
    figures = listing.properties.count()
    described = bool(listing.legal_status) or listing.listing_codes.exists()
    if not figures or not described:
        return 0
    reports = [report for report in listing.evidence.all() if report.kind == Evidence.Kind.LAB_REPORT]
    dated = [report for report in reports if report.dated_on and report.dated_on <= day]
    if figures < _figures_expected(listing) or not dated:
        return 1
    trusted = any(report.accreditation and day - report.dated_on <= FRESH_REPORT for report in dated)
    return 3 if trusted else 2


def _figures_expected(listing: Listing) -> int:
    defaults = listing.material.default_properties.count() if listing.material else 0
    return min(defaults, FIGURES_FOR_LEVEL_2) if defaults else FIGURES_FOR_LEVEL_2

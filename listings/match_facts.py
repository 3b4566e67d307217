"""What these pages show about matches. Matching lies on the floor above and hands its answers down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.firms.querysets import Viewer

from .models import Listing


def _no_counts(_keys: Sequence[int]) -> Mapping[int, int]:
    return {}


def _nobody(_listing: Listing, _viewer: Viewer) -> bool:
    return False


def _none_waiting(_viewer: Viewer) -> int:
    return 0


def _no_fits(_viewer: Viewer) -> Mapping[int, float]:
    return {}


@dataclass(frozen=True)
class MatchFacts:
    """`counts`: matches by listing key, in a constant number of queries; absent means not counted.

    `is_matched`: whether one of the viewer's firms is matched with the listing. `unmatched_count`: how many of the
    viewer's published listings have no match. `proposals_waiting`: how many proposals his firms have yet to answer.
    `fits`: listings by how well they match one of the viewer's own, 0 to 1, the best ones only, in one query.
    """

    counts: Callable[[Sequence[int]], Mapping[int, int]] = _no_counts
    is_matched: Callable[[Listing, Viewer], bool] = _nobody
    unmatched_count: Callable[[Viewer], int] = _none_waiting
    proposals_waiting: Callable[[Viewer], int] = _none_waiting
    fits: Callable[[Viewer], Mapping[int, float]] = _no_fits


WITHOUT_MATCHING = MatchFacts()

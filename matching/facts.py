"""What the pages of the floor below are told about matches and proposals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from listings.match_facts import MatchFacts
from listings.models import Listing
from marketplace.firms.querysets import Viewer
from matching.models import Match, Proposal

MOST_FITS = 4000


def counts(keys: Sequence[int]) -> Mapping[int, int]:
    """Lawful matches today by listing key: two queries, whatever the number of keys."""
    lawful = Match.objects.lawful_on(timezone.localdate())
    found: dict[int, int] = {}
    for side in ("offer", "need"):
        rows = lawful.filter(**{f"{side}__in": keys}).values_list(side).annotate(Count("pk")).order_by()
        found.update(dict(rows))
    return found


def is_matched(listing: Listing, viewer: Viewer) -> bool:
    """Whether a firm of the viewer stands on the other side of a lawful match with the listing."""
    if not viewer.is_authenticated:
        return False
    firms = viewer.memberships.values("firm")
    side, other = ("offer", "need") if listing.is_offer else ("need", "offer")
    lawful = Match.objects.lawful_on(timezone.localdate())
    return bool(lawful.filter(**{side: listing, f"{other}__firm__in": firms}).exists())


def unmatched_count(viewer: Viewer) -> int:
    """Published listings of the viewer's firms that nobody fits today."""
    lawful = Match.objects.lawful_on(timezone.localdate())
    own = Listing.objects.of(viewer).published()
    fits = [Exists(lawful.filter(**{side: OuterRef("pk")})) for side in ("offer", "need")]
    return int(own.exclude(fits[0] | fits[1]).count())


def proposals_waiting(viewer: Viewer) -> int:
    """Proposals that a firm of the viewer, in which he may write, has yet to answer."""
    return int(Proposal.objects.waiting_for(viewer).count())


def fits(viewer: Viewer) -> Mapping[int, float]:
    """The listings that lawfully match one of the viewer's own today, with their best score. One query."""
    if not viewer.is_authenticated:
        return {}
    firms = viewer.memberships.values("firm")
    lawful = Match.objects.lawful_on(timezone.localdate()).order_by()
    of_offers = lawful.filter(offer__firm__in=firms).values_list("need", "score")
    of_needs = lawful.filter(need__firm__in=firms).values_list("offer", "score")
    best_first = of_offers.union(of_needs).order_by("-score")[:MOST_FITS]
    return dict(reversed(list(best_first)))


MATCH_FACTS = MatchFacts(
    counts=counts,
    is_matched=is_matched,
    unmatched_count=unmatched_count,
    proposals_waiting=proposals_waiting,
    fits=fits,
)

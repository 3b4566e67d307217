"""The cheapest at the searcher's gate, exactly, though no index can be sorted by it.

A hit's landed cost is what is asked for it (an offer's price, a need's price taken as negative) and the haulage from
its place, which only grows with distance. So the first `n` are found in two steps:

1. Among those that ask the least within each of a few rings round the searcher, the `n`-th cheapest landed is an
   upper bound: the true `n`-th costs no more.
2. Whatever costs no more than the bound lies, for some ring, within its outer edge and asks no more than the bound
   less the haulage to its inner edge. These are fetched, costed exactly and sorted.

What states no price, or none that the searcher may know, comes last, nearest first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from elasticsearch.dsl import Q, Search

from ..measuring import Haulage
from ..results import Hit
from .conditions import Query, any_of, within
from .finding import MOST_HITS, NEWEST_KEY_FIRST, Answer, Ask, AsSorted, continued, found, hits_of, nearest_first
from .mapping import at

PROBES_KM = (20.0, 60.0, 150.0, 350.0, 800.0, 2_000.0)
HALF_THE_GLOBE_KM = 20_016.0
RINGS = 16
# The server rounds places to a centimetre, and sums are rounded too.
SLACK_KM, SLACK_PER_T = 0.001, 1e-6


class ByLandedCost(AsSorted):
    def searches(self) -> list[Search[Any]]:
        """The probes, the widest last; it has no edge, so what it leaves out is dearer than what it holds."""
        return [self._least_asked([*self.filters, *edge]) for edge in [*self._edges(), []]]

    def page(self, answers: Sequence[Answer], ask: Ask) -> list[Hit]:
        probes = [hits_of(answer, self.query, self.rates) for answer in answers]
        if len(probes[-1]) < self._wanted:
            return continued(self.query, _by_cost(probes[-1]), lambda start, size: self._unpriced(start, size, ask))
        probed = _by_cost(list({hit.listing: hit for hits in probes for hit in hits}.values()))
        bound = _cost(probed[self._wanted - 1]) + SLACK_PER_T
        least_asked = answers[-1]["hits"]["hits"][0]["sort"][0]
        return _by_cost(self._up_to(bound, least_asked, ask))[self.query.start : self._wanted]

    @property
    def _wanted(self) -> int:
        return self.query.start + self.query.page_size

    @property
    def _asked(self) -> str:
        return at("asked_per_t", self.query.level)

    def _edges(self) -> Iterator[list[Query]]:
        for radius_km in PROBES_KM:
            if self.query.radius_km is None or radius_km < self.query.radius_km:
                yield [within(self.query, radius_km)]

    def _least_asked(self, filters: Sequence[Query]) -> Search[Any]:
        priced = [*filters, Q("exists", field=self._asked)]
        return found(self.query, priced, [{self._asked: "asc"}, NEWEST_KEY_FIRST], 0, self._wanted)

    def _unpriced(self, start: int, size: int, ask: Ask) -> list[Hit]:
        unpriced = [*self.filters, ~Q("exists", field=self._asked)]
        search = found(self.query, unpriced, nearest_first(self.query), start, size)
        return hits_of(ask([search])[0], self.query, self.rates)

    def _up_to(self, bound: float, least_asked: float, ask: Ask) -> list[Hit]:
        """Everything that may land for `bound` or less, a server's helping at a time."""
        maybe = [*self.filters, self._maybe_within(bound, least_asked)]
        hits: list[Hit] = []
        after: list[Any] | None = None
        while True:
            search = found(self.query, maybe, [NEWEST_KEY_FIRST], 0, MOST_HITS)
            answer = ask([search.extra(search_after=after) if after else search])[0]
            hits += hits_of(answer, self.query, self.rates)
            if len(answer["hits"]["hits"]) < MOST_HITS:
                return hits
            after = answer["hits"]["hits"][-1]["sort"]

    def _maybe_within(self, bound: float, least_asked: float) -> Query:
        """Country by country, because haulage differs; those without a rate of their own have the common one."""
        known = sorted(country for country in self.rates if country)
        elsewhere = ~Q("terms", country=known)
        there = {country: Q("term", country=country) if country else elsewhere for country in self.rates}
        return any_of([
            Q("bool", filter=[there[country], any_of(self._rings(bound, least_asked, haulage))])
            for country, haulage in self.rates.items()
        ])  # fmt: skip

    def _rings(self, bound: float, least_asked: float, haulage: Haulage) -> list[Query]:
        """None where haulage alone is too dear, whatever is asked."""
        to_spend = bound - least_asked - haulage.fixed_per_t
        if to_spend < 0:
            return []
        farthest_km = min(to_spend / max(haulage.per_t_km, 1e-9), HALF_THE_GLOBE_KM)
        edges = [farthest_km * number / RINGS for number in range(RINGS + 1)]
        return [self._ring(outer_km, bound - haulage.cost_per_t(inner_km)) for inner_km, outer_km in pairwise(edges)]

    def _ring(self, outer_km: float, most_asked: float) -> Query:
        near = within(self.query, outer_km + SLACK_KM)
        return Q("bool", filter=[near, Q("range", **{self._asked: {"lte": most_asked}})])


def _by_cost(hits: list[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (_cost(hit), -hit.listing))


def _cost(hit: Hit) -> float:
    return math.inf if hit.landed_per_t is None else hit.landed_per_t

"""The engine against the rules read once more from docs/matching.md, on markets made of edge cases, by every road."""

from typing import Any

import numpy as np
import pytest

from matching.engine import RULES, Pairs, Scope, Verdict, evaluate, match
from matching.engine.few import match_few
from matching.engine.stored.best import chunks_of
from matching.engine.stored.merging import pieces, whole
from matching.engine.stored.prepared import prepare
from tests.engine import plain_rules as plain
from tests.engine.edge_market import TODAY, as_needs, as_offers, as_rules, edge_market
from tests.engine.oracle import expected
from tests.engine.small import one_need, one_offer, some_rules

ENGINES = ("numpy", "numba")
SIDES = (("offer", one_offer), ("need", one_need))
Arrays = tuple[Any, Any, Any]


def arrays_of(seed: int, n_offers: int = 12, n_needs: int = 9) -> tuple[Arrays, Arrays]:
    """The market in plain figures and as the engine takes it."""
    market = edge_market(seed, n_offers, n_needs)
    return market, (as_offers(market[0]), as_needs(market[1]), as_rules(market[2]))


@pytest.mark.parametrize("seed", range(40))
def test_every_rule_of_every_pair_is_as_the_page_says(seed: int) -> None:
    (offers, needs, rules), arrays = arrays_of(seed)
    need, offer = (rows.ravel() for rows in np.indices((len(needs), len(offers))))
    judged = evaluate(*arrays, TODAY, offer, need)
    for at, (o, n) in enumerate(zip(offer.tolist(), need.tolist(), strict=True)):
        pair = (offers[o], needs[n], rules, TODAY)
        found = {str(rule): judged.outcome(rule)[at] for rule in RULES}
        words = {name: ("fails", "may", "unknown", "passes")[outcome] for name, outcome in found.items()}
        assert words == plain.outcomes(*pair)
        assert judged.verdict[at] == plain.verdict(*pair)
        if judged.verdict[at] != Verdict.REJECTED:
            assert judged.score[at] == pytest.approx(plain.score(*pair), abs=2e-7)


def same_table(pairs: Pairs, offers: Any, needs: Any, rules: Any, top: int, per: str) -> bool:
    names = ("need", "offer", "rank_for_need", "rank_for_offer", "score", "verdict")
    table = list(zip(*(getattr(pairs, name).tolist() for name in names), strict=True))
    return table == expected(offers, needs, rules, TODAY, top, per)


@pytest.mark.parametrize("seed", range(40, 60))
@pytest.mark.parametrize("engine", ENGINES)
def test_each_engine_gives_the_same_pairs_by_every_road(seed: int, engine: str) -> None:
    sizes = ((12, 9), (1, 1), (1, 30), (30, 1), (60, 40))[seed % 5]
    _, arrays = arrays_of(seed, *sizes)
    for top in (1, 3, 100):
        for per in ("need", "offer", "both"):
            assert same_table(match(*arrays, TODAY, top=top, per=per, engine=engine, chunk_pairs=7), *arrays, top, per)
            index, chunks = prepare(*arrays, TODAY, engine=engine), chunks_of(sizes[1], 4)
            found = {chunk: index.best(chunk, top, per) for chunk in reversed(chunks)}
            assert same_table(whole(list(pieces(index, chunks, found.__getitem__, top, per))), *arrays, top, per)
        for per in ("need", "offer"):
            assert same_table(match_few(*arrays, TODAY, top=top, per=per), *arrays, top, per)


@pytest.mark.parametrize("seed", range(60, 64))
def test_no_pair_that_breaks_a_rule_is_ever_given(seed: int) -> None:
    (offers, needs, rules), arrays = arrays_of(seed, 80, 60)
    for engine in ENGINES:
        pairs = match(*arrays, TODAY, top=50, per="both", engine=engine)
        given = zip(pairs.offer.tolist(), pairs.need.tolist(), pairs.verdict.tolist(), strict=True)
        assert {(offer, need): verdict for offer, need, verdict in given} == {
            (o, n): verdict
            for o, offer in enumerate(offers)
            for n, need in enumerate(needs)
            if (verdict := plain.verdict(offer, need, rules, TODAY)) != Verdict.REJECTED
        }


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("side", ["offer", "need"])
def test_a_cap_as_long_as_half_the_globe_leaves_a_set_of_regions_as_it_is(engine: str, side: str) -> None:
    bound = {"scope": Scope.REGION_SET, "region_set": 0, "max_distance_km": 20_100.0}
    offers, needs = (one(region=1, **(bound if name == side else {})) for name, one in SIDES)
    assert len(match(offers, needs, some_rules(), TODAY, engine=engine)) == 1

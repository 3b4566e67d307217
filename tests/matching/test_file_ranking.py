"""The best pairs of two spreadsheets are the first of all of them, however many the engine is asked for at first."""

from __future__ import annotations

import datetime as dt
import math
import random

import pytest

from matching import file_ranking
from matching.file_arrays import FileArrays
from matching.file_matching import FileMatcher, FilePair
from matching.file_rows import FileRow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]

OFFERS = (
    "Silica fume from a ferrosilicon furnace", "Fly ash from a coal boiler, LOI 3 %", "粉煤灰，烧失量12%", "脱硫石膏",
    "Granulated blast furnace slag", "钢渣", "Lime mud from a kraft mill", "电石渣", "Sawdust and bark", "啤酒糟",
    "Mixed construction rubble", "Sewage sludge, dewatered",
)  # fmt: skip
NEEDS = (
    "Pozzolanic component for blended cement", "水泥混合材", "Lime mud in place of quarried limestone for raw meal",
    "Fly ash for concrete, LOI up to 5 %", "Organic matter for compost", "纸面石膏板用石膏", "Biomass for a boiler",
)  # fmt: skip


def rows(texts: tuple[str, ...], copies: int, chance: random.Random) -> list[FileRow]:
    """Copies of each text with prices and places of their own; some have neither."""
    return [
        FileRow(
            number=number + 2,
            key=str(number),
            description=texts[number % len(texts)],
            lat=30 + chance.random() if number % 3 else math.nan,
            lon=110 + chance.random() if number % 3 else math.nan,
            price_per_t=chance.choice((math.nan, -30.0, 0.0, 40.0)),
        )
        for number in range(copies * len(texts))
    ]


def matcher_of(seed: int, copies: int = 12) -> FileMatcher:
    chance = random.Random(seed)  # noqa: S311
    return FileMatcher(FileArrays(rows(OFFERS, copies, chance), rows(NEEDS, 1, chance), dt.date(2026, 11, 21)))


def by_need(pairs: list[FilePair]) -> dict[str, list[tuple[int, str, float]]]:
    found: dict[str, list[tuple[int, str, float]]] = {}
    for pair in pairs:
        found.setdefault(pair.need.key, []).append((pair.rank, pair.offer.key, pair.score))
    return found


@pytest.mark.parametrize("top", [1, 2, 5])
def test_the_best_are_the_first_of_all(top: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_ranking, "MOST_ASKED", 20)
    matcher = matcher_of(top)
    every = by_need(list(matcher.pairs(top=0)))
    assert by_need(list(matcher.pairs(top=top))) == {need: pairs[:top] for need, pairs in every.items()}


def test_explaining_changes_no_rank() -> None:
    matcher = matcher_of(7, copies=2)
    explained = [pair for pair in matcher.pairs(top=3, explain=True) if pair.rank]
    assert by_need(explained) == by_need(list(matcher.pairs(top=3)))


def test_a_named_pair_is_what_it_is_among_all() -> None:
    matcher = matcher_of(3, copies=2)
    every = {(pair.offer.key, pair.need.key): pair for pair in matcher.pairs(top=0, explain=True)}
    placed = [number for number in range(24) if number % 3][:7]
    for offer, need, pair in zip(
        placed, [1, 2, 4, 5, 1, 2, 4], matcher.of_rows(placed, [1, 2, 4, 5, 1, 2, 4]), strict=True
    ):
        there = every[str(offer), str(need)]
        assert pair is not None
        assert (pair.verdict, pair.score, pair.reasons) == (there.verdict, there.score, there.reasons)

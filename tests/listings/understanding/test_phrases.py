"""What plants and buyers write in the UK, the US, India and China is understood at the first guess.

`phrases.csv` holds offers with the materials, and needs with the uses, that an expert would accept as first guess.
"""

import csv
from pathlib import Path

import pytest

from listings.understanding.materials import understand

with (Path(__file__).parent / "phrases.csv").open(encoding="utf-8", newline="") as handle:
    PHRASES = [tuple(row.values()) for row in csv.DictReader(handle)]


@pytest.mark.parametrize(("side", "text", "meant"), PHRASES)
def test_a_phrase_of_the_trade_is_understood(catalogue, side, text, meant):
    found = understand(text, catalogue, side=side)
    first = (found.materials if side == "offer" else found.uses)[0].slug
    assert first in meant.split("|")


def test_how_much_ash_is_in_a_thing_does_not_make_it_ash(catalogue):
    assert understand("Deinking sludge, ash 55 %", catalogue).materials[0].slug == "paper_sludge"
    assert understand("Deinking sludge ash", catalogue).materials[0].slug == "paper_sludge_ash"

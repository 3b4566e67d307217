"""Who asks is not what is asked for."""

import pytest

from listings.understanding.materials import understand
from listings.understanding.reading import read


def taker(text):
    reading = read(text, "need")
    return " ".join(reading.tokens[place] for place in sorted(reading.taker))


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Activated carbon maker wants hard shells", "activated carbon maker"),
        ("Tissue mill short of fibre", ""),
        ("Our glass works is looking for soda", "our glass work"),
        ("Fly ash for a cement plant", "cement plant"),
        ("Paper mill sludge wanted", ""),
        ("活性炭厂求购果壳", "活 性 炭 厂"),
        ("搅拌站缺河砂", "搅 拌 站"),
        ("求购钢厂水渣", ""),
    ],
)
def test_the_taker_is_known_by_what_follows(text, who):
    assert taker(text) == who


def test_an_offer_has_no_taker():
    assert read("Activated carbon maker, spent carbon", "offer").taker == frozenset()


@pytest.mark.parametrize(
    ("text", "slug"), [("搅拌站缺河砂,求替代细集料", "concrete_sludge"), ("砖厂求页岩替代料", "mixed_cdw")]
)
def test_the_product_of_the_taker_is_not_what_it_wants(catalogue, text, slug):
    found = understand(text, catalogue, side="need")
    assert found.materials[0].slug != slug

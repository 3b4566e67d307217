"""By-products that are described and not named, and needs that say what for: understood at the first guess.

`described.csv` holds each text with the materials that an expert would accept as first guess.
"""

import csv
from pathlib import Path

import pytest

from listings.understanding.materials import understand

with (Path(__file__).parent / "described.csv").open(encoding="utf-8", newline="") as handle:
    DESCRIBED = [tuple(row.values()) for row in csv.DictReader(handle)]


@pytest.mark.parametrize(("side", "text", "meant"), DESCRIBED)
def test_a_description_without_the_name_is_understood(catalogue, side, text, meant):
    assert understand(text, catalogue, side=side).materials[0].slug in meant.split("|")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Filter catch, SiO2 94 %, spherical", "silica_fume"),
        ("Filter catch, Zn 24 %, Fe 27 %", "eaf_dust"),
        ("Gas, H2 57 %, CH4 25 %", "coke_oven_gas"),
        ("Gas, CO2 99 %", "co2"),
        ("Crystals, Na2SO4 99 %", "sodium_sulfate"),
        ("Cake, CaF2 55 %", "calcium_fluoride_sludge"),
        ("砖块料,MgO 85%", "spent_refractory"),
    ],
)
def test_an_analysis_and_a_form_are_enough(catalogue, text, slug):
    assert understand(text, catalogue).materials[0].slug == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Ground material in big bags, CaCO3 98 % stone dust", "polyolefin_scrap"),
        ("镀锌锅撇渣,含锌75%,吨袋包装", "polyolefin_scrap"),
        ("Shredded boards, batteries removed", "waste_batteries_mixed"),
        ("破碎料,电池已拆除", "waste_batteries_mixed"),
        ("硫酸钙,含水15%", "smelter_sulfuric_acid"),
        ("铁水产生的渣", "fish_byproduct"),
    ],
)
def test_what_only_looks_like_a_name_is_not_read_as_one(catalogue, text, slug):
    found = [entry.slug for entry in understand(text, catalogue).materials if entry.confidence > 0.1]
    assert slug not in found

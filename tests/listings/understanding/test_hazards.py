"""Words of contamination count where they are meant, and not where they are denied."""

from pathlib import Path

import pytest

from listings.understanding.catalogue import Catalogue
from listings.understanding.hazards import HAZARDS, forbidden_uses, hazards_in
from listings.understanding.knowledge import concept_words
from listings.understanding.reading import read
from listings.understanding.suspicion import suspects

REFERENCE = Path(__file__).resolve().parents[3] / "listings" / "reference"


def named(text):
    return hazards_in(read(text))


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("CCA-treated poles, sawn", "preservative_wood"),
        ("Tanalised fence posts and other timber", "preservative_wood"),
        ("Old asbestos cement sheets", "asbestos"),
        ("Roof sheets, asbestos 0.5 %", "asbestos"),
        ("石棉瓦拆除物", "asbestos"),
        ("Wood with lead paint", "lead"),
        ("Leaded glass cullet", "leaded_glass"),
        ("Cr(VI) bearing slag", "hexavalent_chromium"),
        ("含六价铬土壤", "hexavalent_chromium"),
        ("含铬污泥", "chromium"),
        ("Sludge contaminated with heavy metals", "heavy_metals"),
        ("重金属超标污泥", "heavy_metals"),
        ("抗生素菌渣", "antibiotic"),
        ("Transformer oil, PCB contaminated", "pcb_oil"),
        ("氰化尾渣", "cyanide"),
        ("Herbicide production salt", "pesticide"),
        ("Used nitration acid with dinitrotoluene", "nitroaromatics"),
        ("船坞废磨料,含三丁基锡", "organotin"),
        ("Acid gas vent, CO2 96 %, H2S 300 ppm", "gas_poison"),
        ("Old insulation beads with HBCD", "pop_flame_retardant"),
        ("Rendered meal, category 1", "animal_disease"),
        ("Manure from an African swine fever zone", "pathogen"),
        ("病死猪处理残渣", "pathogen"),
        ("Planings with coal tar from an old road surface", "coal_tar"),
        ("Hospital waste, infectious", "infectious"),
        ("含汞污泥", "mercury"),
    ],
)
def test_contamination_is_seen(text, hazard):
    assert hazard in named(text)
    assert suspects([text]) == [0]


@pytest.mark.parametrize(
    "text",
    [
        "Sawdust free of CCA-treated timber",
        "no asbestos",
        "asbestos-free fibre cement",
        "asbestos: none detected",
        "Asbestos not detected",
        "不含石棉",
        "石棉未检出",
        "没有石棉",
        "零石棉",
        "chrome-free leather shavings",
        "free of chromium",
        "不含铬、铅、镉",
        "无六价铬",
        "No lead, cadmium or mercury",
        "It does not contain pesticides or herbicides",
        "Clean pine, CCA treated wood excluded",
        "未经防腐处理的木托盘",
        "Untreated pallets, not CCA treated",
        "无抗生素残留",
        "PCB trimmings from a circuit board shop",
        "PCB厂边框料",
        "Sharp sand",
        "Spent furan sand",
        "Compost, lead time two weeks",
        "Stainless offcuts, chromium 18 %",
        "Ferrous sulphate, reducer for chromium VI",
    ],
)
def test_denied_or_harmless_words_are_no_contamination(text):
    assert named(text) == ()


def test_a_denial_ends_where_the_next_statement_begins():
    assert named("No asbestos, contains mercury") == ("mercury",)
    assert "mercury" in named("不含石棉，含汞")


def test_every_word_of_a_hazard_is_suspected():
    groups = {concept for hazard in HAZARDS for rule in hazard.rules for concept in rule.wanted[0]}
    words = [word.replace("*", "") for concept in groups for word in concept_words()[concept]]
    assert suspects(words) == list(range(len(words)))
    assert suspects(["Clean spruce chips", "干净的木片"]) == []


def test_suspicion_sees_through_width_case_and_script():
    assert suspects(["ＣＣＡ timber", "含鉻污泥", "ASBESTOS"]) == [0, 1, 2]


def test_what_is_forbidden_are_known_uses():
    known = {use.slug for use in Catalogue.from_files(REFERENCE).uses}
    assert forbidden_uses(hazard.slug for hazard in HAZARDS) <= known


@pytest.mark.parametrize("words", ["no lead, " * 800, "不含铅、" * 1000, "not a " * 1000, "a" * 10_000])
def test_long_lists_of_denials_are_read_without_failing(words):
    assert read(words).tokens

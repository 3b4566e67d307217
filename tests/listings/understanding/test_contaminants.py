"""Contaminants count where a text says that more than a trace of them is there."""

import pytest

from listings.understanding.contaminants import contaminants, contaminants_in
from listings.understanding.grades import names_grade
from listings.understanding.hazards import HAZARDS, doubtful_uses, forbidden_uses, hazards_in
from listings.understanding.reading import read
from listings.understanding.suspicion import suspects


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("Boards with HBCD 0.8 %", "pop_flame_retardant"),
        ("Acid with dinitrotoluene 0.8 %", "nitroaromatics"),
        ("Grit, tributyltin 900 mg/kg", "organotin"),
        ("Vent gas, H2S 300 ppm", "gas_poison"),
        ("Water, chloride 25 g/l", "saline"),
        ("污泥,镉22mg/kg", "cadmium"),
        ("含苯并芘的废木", "pah"),
        ("病死猪化制物", "animal_disease"),
        ("Ash with metallic aluminium 3 %", "metallic_aluminium"),
        ("硼硅玻璃碎料", "heat_glass"),
        ("Slag, PbO 22 %", "lead"),
        ("粗氢,一氧化碳4%", "unpurified"),
    ],
)
def test_what_is_there_is_found(text, hazard):
    assert hazard in hazards_in(read(text))


@pytest.mark.parametrize(
    "text",
    [
        "Acid, mercury under 0.5 ppm, arsenic under 1 ppm",
        "Compost, Cd 0.4 mg/kg",
        "Crushed concrete, asbestos-surveyed and clean",
        "石棉检测合格的混凝土块",
        "重金属达标污泥",
        "Gas, H2S below 1 ppm",
        "Cullet, ceramics below 20 g/t",
        "Ferrous chloride liquor",
        "Lead time two weeks",
        "Polystyrene without flame retardants",
        "Planings, PAH 6 mg/kg",
        "聚苯乙烯泡沫",
    ],
)
def test_traces_denials_and_other_meanings_are_left(text):
    assert hazards_in(read(text)) == ()


def test_a_contaminant_that_is_only_denied_is_dismissed():
    present, dismissed = contaminants_in(read("No asbestos, but creosote 2 %"))
    assert present == {"pah"}
    assert dismissed == {"asbestos"}


def test_every_contaminant_belongs_to_a_hazard():
    assert {each.group for each in contaminants().values()} <= {hazard.slug for hazard in HAZARDS}


def test_recovery_treatment_and_disposal_stay_open_to_contaminants_of_the_table():
    groups = {each.group for each in contaminants().values()}
    open_uses = {
        "metal_recovery", "zinc_recovery", "lead_recovery", "mercury_recovery", "arsenic_stabilisation",
        "incineration_disposal", "landfill_disposal", "physicochemical_treatment", "soil_remediation",
    }  # fmt: skip
    assert not open_uses & (forbidden_uses(groups) | doubtful_uses(groups))


def test_what_is_forbidden_is_not_also_doubtful():
    assert not any(hazard.forbidden_uses & hazard.doubtful_uses for hazard in HAZARDS)


@pytest.mark.parametrize(
    ("text", "expected"), [("Food grade lime", True), ("高纯氢", True), ("Non-potable water", False), ("sand", False)]
)
def test_grades_of_purity(text, expected):
    assert names_grade(text) is expected


def test_every_word_that_makes_a_hazard_is_suspected():
    words = [word.replace("*", "") for each in contaminants().values() for word in each.words]
    texts = [text for word in words for text in (word, f"{word} 90 %", f"90 % {word}")]
    found = {place for place, text in enumerate(texts) if hazards_in(read(text))}
    assert found <= set(suspects(texts))

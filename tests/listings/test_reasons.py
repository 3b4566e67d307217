"""How sure a suggestion is and what it rests on."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from listings.names import MATERIAL, Subject
from listings.reasons import Suggestion, telling
from listings.understanding.results import Ranked
from tests.factories import make_operation, make_use

DUST = Subject(MATERIAL, 1, "eaf_dust", "电炉除尘灰", "Electric arc furnace dust")


def suggestion(*evidence: str, confidence: float = 0.9) -> Suggestion:
    return Suggestion(DUST, Ranked(DUST.slug, confidence, evidence))


def test_the_longest_words_are_told_and_none_that_is_part_of_another():
    assert telling(["电炉", "布袋", "除尘", "尘", "灰", "含锌25%"]) == ["电炉", "布袋", "含锌25%"]


def test_a_variant_spelling_is_told_once_as_it_was_written():
    assert telling(["moulding sand", "molding sand"]) == ["moulding sand"]


def test_likeness_to_a_description_is_no_word_of_the_text():
    assert telling(["similar words", "context", "use:zinc_recovery"]) == []
    assert suggestion("similar words").reason == "sounds like its description"


@pytest.mark.django_db
def test_a_material_suggested_for_a_use_says_which():
    make_use("zinc_recovery", name_en="Zinc recovery", operation=make_operation("R4"))
    assert suggestion("similar words", "use:zinc_recovery").reason == "suits the use: Zinc recovery"
    assert suggestion("use:no_longer_known").reason == "sounds like its description"


def test_words_come_before_all_else():
    with override("en"):
        assert suggestion("含锌25%", "similar words", "use:zinc_recovery").reason == "in your words: 含锌25%"


@pytest.mark.parametrize(
    ("confidence", "word"),
    [(0.6, "likely"), (0.59, "perhaps"), (0.2, "perhaps"), (0.19, "less likely"), (0.0, "less likely")],
)
def test_confidence_is_a_word(confidence, word):
    assert suggestion(confidence=confidence).certainty == word

"""What is written of materials and uses: whole, in both languages, and enough to know a thing that is not named."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from listings.understanding.descriptions import ASPECT_WEIGHTS, index_of
from listings.understanding.lexical import LexicalIndex, grams, grams_of_phrases
from listings.understanding.materials import understand
from listings.understanding.text import tokens_of

FOLDER = Path(__file__).parents[3] / "listings/understanding/descriptions"
MATERIAL_ASPECTS = {"origin", "appearance", "composition", "names", "posted", "wanted", "sought"}
USE_ASPECTS = {"purpose", "plant", "requirement", "replaces", "posted"}


def rows_of(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize(("name", "aspects"), [("materials.csv", MATERIAL_ASPECTS), ("uses.csv", USE_ASPECTS)])
def test_every_material_and_use_is_described_in_both_languages(name, aspects, catalogue):
    leaves = {term.slug for term in catalogue.materials if term.parent}
    slugs = leaves if name == "materials.csv" else {term.slug for term in catalogue.uses}
    rows = rows_of(name)
    told = Counter((row["slug"], row["language"], row["aspect"]) for row in rows)
    assert set(told) == {(slug, language, aspect) for slug in slugs for language in ("en", "zh") for aspect in aspects}
    assert set(told.values()) == {1}
    assert [row for row in rows if not all(phrase.strip() for phrase in row["phrases"].split("|"))] == []


def test_every_aspect_has_its_weight():
    assert set(ASPECT_WEIGHTS["offer"]) == set(ASPECT_WEIGHTS["need"]) == MATERIAL_ASPECTS
    assert set(ASPECT_WEIGHTS["use"]) == USE_ASPECTS


def test_rare_words_rank_higher():
    documents = {"one": "coal ash", "two": "wood ash", "three": "ash"}
    index = LexicalIndex({slug: grams_of_phrases(phrases) for slug, phrases in documents.items()})
    scores = index.scores(tokens_of("coal ash"))
    assert max(scores, key=scores.get) == "one"
    assert index.scores(tokens_of("gravel")) == {}


def test_an_index_of_nothing_finds_nothing():
    assert LexicalIndex({}).scores(["ash"]) == {}


def test_words_pairs_and_beginnings_are_compared():
    assert grams(tokens_of("Dust from scrubbing coal gas")) == [
        "dust", "scrubbing", "~scrub", "coal", "scrubbing coal", "gas", "coal gas",
    ]  # fmt: skip


def test_chinese_is_compared_in_twos_and_threes_within_a_run():
    assert grams(tokens_of("电炉灰, Zn 灰")) == ["电炉", "炉灰", "电炉灰", "zn"]


def test_a_phrase_counts_a_word_once_and_words_of_two_phrases_are_no_pair():
    assert grams_of_phrases("ash ash|wood") == Counter({"ash": 1, "ash ash": 1, "wood": 1})


def test_what_takers_want_counts_more_when_a_need_is_read(catalogue):
    terms = [(term.slug, term.phrases) for term in catalogue.materials if term.parent]
    text = tokens_of("reducing agent for water-soluble chromate in bagged cement")
    share = {kind: index_of(kind, terms).scores(text).get("ferrous_sulfate", 0.0) for kind in ("offer", "need")}
    assert share["need"] > share["offer"]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Grains knocked out of the moulds after casting grey iron, clay bonded, with some sea coal", "foundry_sand"),
        ("What the beet slicers leave after the sugar has been drawn out by hot water, pressed", "sugar_beet_pulp"),
        ("铸件落砂后的旧型砂，含膨润土和煤粉", "foundry_sand"),
        ("拜耳法溶出铝土矿后的强碱性红色泥渣，赤泥库堆存", "red_mud"),
    ],
)
def test_a_thing_is_known_by_where_it_arises(text, slug, catalogue):
    assert understand(text, catalogue).materials[0].slug == slug

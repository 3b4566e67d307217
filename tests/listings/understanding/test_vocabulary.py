"""Text is brought to one shape, phrases are found whole, and the shipped tables agree with each other."""

from pathlib import Path

import pytest

from listings.understanding.catalogue import Catalogue, read_rows
from listings.understanding.knowledge import RuleBook, parse_rule
from listings.understanding.phrases import PhraseIndex, longest
from listings.understanding.reading import read
from listings.understanding.text import normalise, respell, stem, tokens_of

FOLDER = Path(__file__).resolve().parents[3] / "listings" / "understanding"
REFERENCE = FOLDER.parent / "reference"


@pytest.mark.parametrize(
    ("raw", "shaped"),
    [
        ("鋼渣、廢塑膠", "钢渣,废塑胶"),
        ("ＬＯＩ　１５％", "loi 15%"),
        ("Desulphurised colour tyre", "desulfurized color tire"),
        ("By-product off-gas", "byproduct offgas"),
        ("Grade Ⅱ\x00ash", "grade ii ash"),
    ],
)
def test_text_is_brought_to_one_shape(raw, shaped):
    assert respell(normalise(raw)) == shaped


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("slags", "slag"),
        ("batteries", "battery"),
        ("boxes", "box"),
        ("gas", "gas"),
        ("glass", "glass"),
        ("sio2", "sio2"),
    ],
)
def test_plurals_are_dropped(word, root):
    assert stem(word) == root


def test_chinese_is_cut_into_characters_and_english_into_words():
    assert tokens_of("废PVC边角料, steel slags") == ["废", "pvc", "边", "角", "料", "steel", "slag"]


def test_the_longest_phrase_hides_the_shorter_inside_it():
    index = PhraseIndex([("a", "fly ash"), ("b", "incinerator fly ash"), ("c", "ash*")])
    found = index.find(tokens_of("incinerator fly ashes"))
    assert [match.key for match in longest(found)] == ["b"]


def test_a_star_matches_the_rest_of_a_word():
    index = PhraseIndex([("scrub", "scrub*")])
    assert [match.key for match in index.find(tokens_of("wet scrubbing"))] == ["scrub"]


def test_phrases_do_not_run_over_a_comma():
    index = PhraseIndex([("ash", "污泥灰")])
    assert read("收购污泥,灰分低").find(index) == []
    assert len(read("收购污泥灰").find(index)) == 1


@pytest.mark.parametrize(
    "text", ["ash, no chloride", "灰,不含氯", "gypsum instead of chlorine", "替代氯的石膏", "low chlorine film"]
)
def test_what_is_denied_or_replaced_is_not_heard(text):
    assert "chlorine" not in read(text).concepts


@pytest.mark.parametrize(
    ("text", "idea"),
    [("水泥厂", "sludge"), ("轻质骨料", "slaughter"), ("布袋", "textile"), ("油田", "soil"), ("含水率", "waterc")],
)
def test_a_character_inside_a_longer_word_does_not_speak_for_itself(text, idea):
    assert idea not in read(text).concepts


@pytest.mark.parametrize(("text", "idea"), [("污泥", "sludge"), ("牛骨", "slaughter"), ("碎布", "textile")])
def test_a_character_at_the_end_of_a_free_compound_speaks(text, idea):
    assert idea in read(text).concepts


def test_a_rule_wants_every_group_and_nothing_unwanted():
    book = RuleBook([parse_rule("x", "a b/c !d", 2.0), parse_rule("x", "a", 1.0)])
    assert book.scores(frozenset({"a", "c"})) == {"x": 2.15}
    assert book.scores(frozenset({"a", "c", "d"})) == {"x": 1.0}
    assert book.scores(frozenset({"b"})) == {}


def test_a_rule_beside_the_subject_weighs_less():
    book = RuleBook([parse_rule("x", "a", 2.0)])
    assert book.scores(frozenset({"a", "b"}), frozenset({"b"}), 0.5) == {"x": 1.0}


def test_every_rule_uses_known_ideas():
    concepts = {row["concept"] for row in read_rows(FOLDER / "concepts.csv")}
    concepts |= {row["idea"] for row in read_rows(FOLDER / "measures.csv")}
    rules = read_rows(FOLDER / "rules.csv")
    named = {part for row in rules for term in row["concepts"].split() for part in term.lstrip("!").split("/")}
    assert named <= concepts


def test_every_idea_has_words():
    rows = read_rows(FOLDER / "concepts.csv")
    assert [row["concept"] for row in rows if not (row["words_en"] or row["words_zh"])] == []


def test_every_rule_names_a_material_or_use_of_the_reference():
    catalogue = Catalogue.from_files(REFERENCE)
    materials = {term.slug for term in catalogue.materials}
    uses = {term.slug for term in catalogue.uses}
    rules = read_rows(FOLDER / "rules.csv")
    unknown = [row["slug"] for row in rules if row["slug"] not in (uses if row["kind"] == "use" else materials)]
    assert unknown == []


def test_a_missing_materials_file_is_told():
    with pytest.raises(FileNotFoundError):
        Catalogue.from_files(FOLDER)

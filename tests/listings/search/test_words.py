"""What is typed finds what was meant, in either language, and nothing that is typed is an error."""

import pytest

from listings.search.query import Level
from listings.search.results import Correction
from listings.search.text import Phrase, Words, read_words
from listings.search.tokens import atoms, index_tokens
from tests import factories as make
from tests.listings.search.asking import filled, keys, question

pytestmark = pytest.mark.django_db

FTS_OPERATORS = ["AND", "OR NOT", "NEAR(gypsum", "gyps*", "^gypsum", "words:gypsum", "-gypsum", "gypsum)", "a & b | !c"]
ODD = [
    '"',
    "'",
    '""gypsum',
    "\\",
    "%",
    "🙂",
    "\x00gypsum\x00",
    "gypsum " * 1_700,
    "石膏" * 5_000,
    " ",
    "的",
    "of the",
    "ｇｙ",
]


@pytest.fixture
def gypsum():
    family = make.make_material("gypsum", name_en="Gypsum", name_zh="石膏", synonyms_en="plaster stone")
    return make.make_material(
        "fgd_gypsum", name_en="FGD gypsum", name_zh="脱硫石膏", parent=family,
        synonyms_en="desulphurisation gypsum|FGDG", synonyms_zh="烟气石膏",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Fly ashes", ["fly", "ash"]),
        ("废铝屑", ["废铝", "铝屑", "屑"]),
        ("ＦＬＹ　ａｓｈ粉", ["fly", "ash", "粉"]),
        ("10 01 02", ["100102"]),
        ("10-01-02", ["100102"]),
        ("100102*", ["100102"]),
        ("HW 08", ["hw08"]),
        ("900-249-08", ["900-249-08"]),
        ("900－001－S17", ["900-001-s17"]),
        ("10 20 mm", ["10", "20", "mm"]),
        ("SiO₂ 12.5 %", ["sio2", "12.5"]),
        ("béton\ncafé", ["beton", "cafe"]),
        ("\x00🙂", []),
    ],
)
def test_a_text_is_cut_into_tokens(text: str, tokens: list[str]) -> None:
    assert index_tokens(text) == tokens


def test_traditional_characters_are_the_simplified_ones() -> None:
    assert atoms("鋼渣 廢鋁屑 煤灰 爐渣 礦渣 電解鋁") == ["钢渣", "废铝屑", "煤灰", "炉渣", "矿渣", "电解铝"]


def test_every_word_must_be_met_and_a_name_is_met_by_its_other_names(gypsum) -> None:
    assert read_words("PFA xyz") == Words(((Phrase(("pfa",)),), (Phrase(("xyz",)),)))
    (names,) = read_words("FGDG").groups
    assert {phrase.tokens for phrase in names} == {
        ("fgdg",), ("fgd", "gypsum"), ("脱硫", "硫石", "石膏"), ("desulfurization", "gypsum"), ("烟气", "气石", "石膏"),
    }  # fmt: skip


def test_a_single_character_is_the_beginning_of_a_pair(gypsum) -> None:
    assert read_words("膏").groups == ((Phrase(("膏",), prefix=True),),)


def test_a_run_is_cut_at_the_names_in_it(gypsum) -> None:
    place, name = read_words("上海脱硫石膏").groups
    assert place == (Phrase(("上海",)),)
    assert name[0] == Phrase(("脱硫", "硫石", "石膏"))


def test_no_more_than_twenty_words_count(gypsum) -> None:
    assert len(read_words(" ".join(f"w{number}" for number in range(500))).groups) == 20


@pytest.mark.parametrize(
    "words",
    ["gypsum", "GYPSUM", "石膏", "脱硫石膏", "脫硫石膏", "烟气石膏", "plaster stone", "FGDG", "desulphurisation"],
)
def test_names_in_both_languages_find_the_material_and_those_of_its_family(backend, gypsum, words: str) -> None:
    offer = make.make_offer(gypsum)
    make.make_offer(make.make_material("slag", name_en="Slag", name_zh="炉渣"))
    assert keys(filled(backend), words) == [offer.pk]


def test_a_part_of_a_longer_word_is_found_in_chinese(backend) -> None:
    offer = make.make_offer(title_zh="出售废铝屑一批")
    filled(backend)
    assert [keys(backend, words) for words in ("铝屑", "铝", "批", "废铝屑", "屑废")] == [[offer.pk]] * 4 + [[]]


def test_a_phrase_never_runs_from_one_text_into_the_next(backend) -> None:
    make.make_offer(
        make.make_material("fly_ash", name_en="Fly ash", name_zh="粉煤灰"), title_en="Clean", title_zh="干净"
    )
    make.make_offer(title_en="Things that fly", description="Ash is not what this is")
    assert len(keys(filled(backend), "fly ash")) == 1


@pytest.mark.parametrize("typed", ["10 01 02", "10-01-02", "100102", "10 01 02*"])
def test_a_waste_code_is_found_however_it_is_typed(backend, typed: str) -> None:
    offer = make.make_offer(codes=[make.make_waste_code("10 01 02")])
    make.make_offer(codes=[make.make_waste_code("10 01 01")])
    assert keys(filled(backend), typed) == [offer.pk]


def test_a_chinese_code_is_found_by_its_category_too(backend) -> None:
    offer = make.make_offer(
        codes=[make.make_waste_code("900-249-08", "CN-HW", hazardous=True)], legal_status="hazardous"
    )
    filled(backend)
    assert keys(backend, "HW08") == keys(backend, "900-249-08") == [offer.pk]


@pytest.mark.parametrize("words", FTS_OPERATORS + ODD, ids=range(len(FTS_OPERATORS + ODD)))
def test_nothing_that_is_typed_is_an_error(backend, gypsum, words: str) -> None:
    make.make_offer(gypsum)
    assert filled(backend).find(question(words)).total in (0, 1)


def test_what_holds_no_word_at_all_asks_for_nothing(backend, gypsum) -> None:
    offer = make.make_offer(gypsum)
    filled(backend)
    assert [keys(backend, words) for words in ("", '"', "🙂", "的", "of the")] == [[offer.pk]] * 5


def test_a_misspelt_word_is_replaced_and_the_answer_says_so(backend, gypsum) -> None:
    offer = make.make_offer(gypsum)
    found = filled(backend).find(question("gypsun"))
    assert [hit.listing for hit in found.hits] == [offer.pk]
    assert found.corrections == (Correction("gypsun", ("gypsum",)),)


def test_a_corrected_word_can_be_part_of_a_name(gypsum) -> None:
    (names,) = read_words("desulphurisaton gypsum").groups
    assert Phrase(("脱硫", "硫石", "石膏")) in names


def test_nobody_is_corrected_to_a_name_he_must_not_know(backend) -> None:
    make.make_offer(firm=make.make_firm(name_en="Quixotic"), firm_visibility="party")
    filled(backend)
    found = {level: backend.find(question("quixotik", level=level)) for level in Level}
    assert [found[level].total for level in Level] == [0, 0, 1]
    assert [bool(found[level].corrections) for level in Level] == [False, False, True]

"""One question is asked where the answer makes a difference, and none where the text answers it."""

from pathlib import Path

import pytest

from listings.understanding.ambiguity import is_ambiguous
from listings.understanding.catalogue import read_rows, split_list
from listings.understanding.kinds import kind_questions
from listings.understanding.materials import understand
from tests.listings.understanding.conftest import REFERENCE

HERE = Path(__file__).resolve()
UNDERSTANDING = HERE.parents[3] / "listings" / "understanding"


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("Steel slag, 0-10 mm", ("bof_slag", "eaf_slag", "ladle_slag")),
        ("钢渣", ("bof_slag", "eaf_slag", "ladle_slag")),
        ("Gypsum from our plant", ("fgd_gypsum", "phosphogypsum", "titanogypsum", "citrogypsum")),
        ("副产石膏", ("fgd_gypsum", "phosphogypsum", "titanogypsum", "citrogypsum")),
        ("PCB", ("pcb_scrap", "pcb_waste")),
        ("废酸", ("spent_sulfuric_acid", "spent_pickling_hcl", "mixed_acid_stainless", "spent_phosphoric_acid")),
        ("Demolition timber", ("waste_wood", "treated_wood_cca")),
        ("皮革边角料", ("leather_shavings", "chrome_leather")),
        ("余热", ("low_grade_heat", "steam", "flue_gas_heat")),
    ],
)
def test_a_name_of_several_materials_is_asked_about(catalogue, text, options):
    question = understand(text, catalogue).question
    assert (question.kind, question.options) == ("which_material", options)


@pytest.mark.parametrize(
    "text",
    [
        "Steel slag of the electric arc furnace",
        "转炉钢渣，陈化一年",
        "Gypsum from flue gas scrubbing at a power station",
        "湿法磷酸副产石膏",
        "Chrome tanned leather shavings",
        "Pelletised slag from the blast furnace, glass content 95 %, ground",
        "Spent green sand with coal dust",
        "Red mud",
        "Washery rejects with 60 % ash",
    ],
)
def test_what_the_text_tells_is_not_asked(catalogue, text):
    assert understand(text, catalogue).question is None


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Coal fly ash", "ash_class"),
        ("电厂粉煤灰", "ash_class"),
        ("Class F fly ash", "ash_discharge"),
        ("F类粉煤灰", "ash_discharge"),
        ("Converter slag from steelmaking", "slag_ageing"),
        ("电石渣", "lime_process"),
    ],
)
def test_the_kind_is_asked_where_takers_tell_it_apart(catalogue, text, about):
    question = understand(text, catalogue).question
    assert (question.kind, question.about) == ("which_kind", about)


def test_a_figure_answers_the_question_for_the_kind(catalogue):
    assert understand("Class F fly ash, moisture 0.5 %", catalogue).question is None
    given = ("sum_sio2_al2o3_fe2o3", "moisture")
    assert understand("Coal fly ash", catalogue, given=given).question is None


def test_a_chosen_material_is_not_asked_about_again(catalogue):
    assert understand("Steel slag", catalogue, certain="eaf_slag").question is None
    assert understand("Steel slag", catalogue, certain="bof_slag").question.about == "slag_ageing"


def test_a_need_may_leave_open_what_it_takes(catalogue):
    assert understand("We need steel slag for roads", catalogue, side="need").question is None


def test_every_ambiguous_name_offers_materials_that_exist(catalogue):
    known = {term.slug for term in catalogue.materials}
    for row in read_rows(UNDERSTANDING / "ambiguities.csv"):
        assert len(split_list(row["materials"])) > 1
        assert set(split_list(row["materials"])) <= known
        assert all(is_ambiguous(name) for name in split_list(row["words"]))


def test_every_answer_changes_what_some_use_makes_of_the_material():
    limits = read_rows(REFERENCE / "material_use_limits.csv")
    for material, asked in kind_questions().items():
        for question in asked:
            outcomes = {
                tuple(_outcome(limit, answer) for limit in limits if limit["material_slug"] == material)
                for answer in question.answers
            }
            assert len(outcomes) == len(question.answers), question.slug


def _outcome(limit, answer):
    if limit["property_slug"] != answer.property_slug:
        return "unknown"
    low, high = float(limit["min"] or "-inf"), float(limit["max"] or "inf")
    if low <= answer.low and answer.high <= high:
        return "passes"
    return "fails" if answer.high < low or high < answer.low else "may"

"""The measuring stick itself: ranks, class hits and verdicts are counted right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from matching import file_ranking
from matching.evaluation import NEVER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]

CASES = (
    "case_id,byproduct_text_en,byproduct_text_zh,need_text_en,need_text_zh,waste_code_ewc\n"
    "A,Pulverised fuel ash,电厂粉煤灰,Fly ash for blended cement,水泥混合材用粉煤灰,100102\n"
    "B,FGD gypsum,脱硫石膏,Gypsum for plasterboard,纸面石膏板用石膏,100105\n"
    "C,Spent grain,啤酒糟,Hydrochloric acid for pickling steel,钢材酸洗用盐酸,020304\n"
)
KEYS = (
    "case_id,offer_class,acceptable_offer_classes\n"
    "A,coal_fly_ash,coal_fly_ash|silica_fume\nB,fgd_gypsum,fgd_gypsum\nC,spent_grain,spent_grain\n"
)
NEGATIVES = (
    "neg_id,byproduct_text_en,byproduct_text_zh,need_text_en,need_text_zh,reason\n"
    'N,"Fly ash, LOI 15 %",粉煤灰烧失量15%,"Fly ash for concrete, LOI up to 5 %",混凝土用粉煤灰烧失量≤5%,carbon\n'
)
TWINS = 'neg_id,suitable_byproduct_text_en,suitable_byproduct_text_zh\nN,"Fly ash, LOI 3 %",粉煤灰烧失量3%\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    texts = {"cases": CASES, "keys": KEYS, "negatives": NEGATIVES, "negative_twins": TWINS}
    for name, text in texts.items():
        (tmp_path / f"symbiosis_{name}_mine.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_hits_and_misses_are_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = folder / "result.json"
    call_command("evaluate_matching", data=folder, name="mine", json=output)
    result = json.loads(output.read_text(encoding="utf-8"))
    assert [track["track"] for track in result["tracks"]][:2] == [
        "EN need → EN offers",
        "EN need → EN offers with codes",
    ]
    assert len(result["tracks"]) == 6
    for track in result["tracks"]:
        assert track["recall"]["1"] == pytest.approx(2 / 3)
        assert track["class_hit"]["1"] == pytest.approx(2 / 3)
        assert [each["verdict"] for each in track["findings"]] == ["accepted", "accepted", "rejected"]
    assert [(each["negatives"], each["twins"]) for each in result["acceptance"]] == [(0, 1), (0, 1)]
    assert "C: class at none, partner at none, rejected" in capsys.readouterr().out


def test_each_file_can_be_given_by_its_own_path(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    paths = {}
    for part, name in {"cases": "cases", "keys": "keys", "negatives": "negatives", "twins": "negative_twins"}.items():
        paths[part] = elsewhere / f"{part}.csv"
        (folder / f"symbiosis_{name}_mine.csv").rename(paths[part])
    output = elsewhere / "result.json"
    call_command("evaluate_matching", **paths, json=output)
    tracks = json.loads(output.read_text(encoding="utf-8"))["tracks"]
    assert [len(track["findings"]) for track in tracks] == [3] * 6


@pytest.mark.parametrize(
    ("part", "text", "problem"),
    [
        ("cases", "case_id,byproduct_text_en\n", "columns are missing: byproduct_text_zh, need_text_en, need_text_zh"),
        ("cases", CASES.splitlines()[0], "there are no cases"),
        ("keys", "case_id,offer_class,acceptable_offer_classes\nA,x,y\n", "no row for B, C"),
        ("negative_twins", TWINS.splitlines()[0], "no row for N"),
        ("keys", "\xff\xfe", "columns are missing"),
        ("keys", "", "columns are missing: case_id, offer_class"),
        ("cases", "case_id\x00", "contains NUL"),
        ("cases", f"{CASES}A,x,x,x,x,\n", "more than one row for A"),
        ("cases", f"{CASES},x,x,x,x,\n", "a row has no id"),
        ("keys", f"{KEYS}A,x,x\n", "more than one row for A"),
        ("negatives", f"{NEGATIVES}N,x,x,x,x,x\n", "more than one row for N"),
        ("negative_twins", f"{TWINS}N,x,x\n", "more than one row for N"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(folder: Path, part: str, text: str, problem: str) -> None:
    (folder / f"symbiosis_{part}_mine.csv").write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=problem):
        call_command("evaluate_matching", data=folder, name="mine")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_line_ends_byte_order_marks_and_encodings_change_nothing(folder: Path, encoding: str) -> None:
    output = folder / "result.json"
    call_command("evaluate_matching", data=folder, name="mine", json=output)
    expected = output.read_text(encoding="utf-8")
    for file in folder.glob("*.csv"):
        text = file.read_text(encoding="utf-8").replace("\n", "\r\n\r\n")
        file.write_bytes(text.encode(encoding))
    call_command("evaluate_matching", data=folder, name="mine", json=output)
    assert output.read_text(encoding="utf-8") == expected


def test_a_file_that_cannot_be_written_is_told_before_the_work(folder: Path) -> None:
    for file in (folder, folder / "nowhere" / "result.json"):
        with pytest.raises(CommandError, match="cannot be written"):
            call_command("evaluate_matching", "--json", str(file))


def test_cases_are_scored_where_there_are_too_many_to_explain_every_pair(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_ranking, "MOST_EXPLAINED", 1)
    call_command("evaluate_matching", data=folder, name="mine", json=folder / "result.json")
    tracks = json.loads((folder / "result.json").read_text(encoding="utf-8"))["tracks"]
    assert [[each["partner_rank"] for each in track["findings"]] for track in tracks] == [[1, 1, NEVER]] * 6


def test_a_set_without_negatives_is_scored_all_the_same(folder: Path) -> None:
    (folder / "symbiosis_negatives_mine.csv").write_text(NEGATIVES.splitlines()[0], encoding="utf-8")
    call_command("evaluate_matching", data=folder, name="mine")


def test_words_that_say_nothing_are_a_miss_and_no_end(folder: Path) -> None:
    nothing = "N2,qqq zzz,哈哈哈,,,none\n"
    (folder / "symbiosis_cases_mine.csv").write_text(
        f"{CASES}D,qqq zzz,哈哈哈,xxx vvv,呵呵,\nE,,,,,\n", encoding="utf-8"
    )
    (folder / "symbiosis_keys_mine.csv").write_text(f"{KEYS}D,x,x\nE,x,x\n", encoding="utf-8")
    (folder / "symbiosis_negatives_mine.csv").write_text(NEGATIVES + nothing, encoding="utf-8")
    (folder / "symbiosis_negative_twins_mine.csv").write_text(f"{TWINS}N2,,\n", encoding="utf-8")
    output = folder / "result.json"
    call_command("evaluate_matching", data=folder, name="mine", json=output)
    for track in json.loads(output.read_text(encoding="utf-8"))["tracks"]:
        assert [each["verdict"] for each in track["findings"]][-2:] == ["not understood"] * 2
        assert track["recall"]["10"] == pytest.approx(2 / 5)


def test_a_missing_set_is_named(folder: Path) -> None:
    with pytest.raises(CommandError, match="symbiosis_cases_other.csv: there is no such file"):
        call_command("evaluate_matching", data=folder, name="other")

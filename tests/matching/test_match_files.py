"""`match_files`: two spreadsheets in, ranked and explained pairs out, and a clear word about every bad row."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from listings.models import Listing, Material
from matching.models import Match
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]

OFFERS = "id,description,material,lat,lon,quantity_t_per_year,price_per_t,prop:loi:min,prop:loi:max\n"
NEEDS = "id,description,material,lat,lon,quantity_t_per_year,max_distance_km,prop:loi:max\n"
GOOD_OFFER = "O1,fly ash,coal_fly_ash,31.23,121.47,5000,30,3,4\n"
GOOD_NEED = "N1,for cement,coal_fly_ash,31.30,121.50,4000,100,5\n"


class Files:
    """Writes both files, runs the command, keeps what it said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.code, self.said = 0, ""

    def run(self, offers: str | bytes, needs: str | bytes = NEEDS + GOOD_NEED, *options: str) -> list[dict[str, str]]:
        for name, text in (("offers.csv", offers), ("needs.csv", needs)):
            (self.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.run_paths("offers.csv", "needs.csv", *options)

    def run_paths(self, offers: str, needs: str, *options: str) -> list[dict[str, str]]:
        output = self.folder / "matches.csv"
        try:
            call_command("match_files", self.folder / offers, self.folder / needs, "-o", output, *options)
        except SystemExit as left:
            self.code = int(left.code or 0)
        self.said = self.capsys.readouterr().err
        with output.open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))


@pytest.fixture
def files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Files:
    return Files(tmp_path, capsys)


def test_a_fitting_pair_is_written_with_rank_distance_and_components(files: Files) -> None:
    (row,) = files.run(OFFERS + GOOD_OFFER)
    assert (row["need_id"], row["offer_id"], row["rank"], row["verdict"]) == ("N1", "O1", "1", "accepted")
    assert row["distance_km"] == "8.3"
    assert 0 < float(row["score"]) <= 1
    assert row["reasons"] == ""
    assert float(row["suitability"]) == 0.9
    assert float(row["quantity_t"]) == 4000
    assert files.code == 0


def test_nothing_is_posted(files: Files) -> None:
    files.run(OFFERS + GOOD_OFFER)
    assert not Listing.objects.exists()
    assert not Match.objects.exists()


def test_a_failed_limit_rejects_and_is_only_written_when_asked_to_explain(files: Files) -> None:
    bad = OFFERS + "O1,fly ash,coal_fly_ash,31.23,121.47,5000,30,12,15\n"
    assert files.run(bad) == []
    (row,) = files.run(bad, NEEDS + GOOD_NEED, "--explain")
    assert (row["verdict"], row["rank"]) == ("rejected", "0")
    assert row["reasons"] == "specification: fails; specification: loi fails (12–15 against –5, need)".split("; ")[1]


def test_top_limits_each_need_and_zero_means_every_pair(files: Files) -> None:
    offers = OFFERS + "".join(f"O{n},fly ash,coal_fly_ash,31.23,121.4{n},5000,30,3,4\n" for n in range(1, 6))
    assert len(files.run(offers, NEEDS + GOOD_NEED, "--top", "2")) == 2
    rows = files.run(offers, NEEDS + GOOD_NEED, "--top", "0")
    assert [row["rank"] for row in rows] == ["1", "2", "3", "4", "5"]


def test_an_unknown_figure_against_an_explicit_column_limit_is_only_possible(files: Files) -> None:
    (row,) = files.run("id,description,material\nO1,fly ash,coal_fly_ash\n")
    assert row["verdict"] == "possible"
    assert "loi unknown (no figure" in row["reasons"]


def test_without_coordinates_the_distance_is_blank_and_decides_nothing(files: Files) -> None:
    needs = "id,description,material\nN1,ash,coal_fly_ash\n"
    (row,) = files.run("id,description,material\nO1,ash,coal_fly_ash\n", needs)
    assert (row["distance_km"], row["verdict"]) == ("", "accepted")


def test_a_wish_for_a_distance_cannot_be_accepted_while_the_distance_is_unknown(files: Files) -> None:
    needs = "id,description,material,max_distance_km\nN1,ash,coal_fly_ash,50\n"
    (row,) = files.run("id,description,material\nO1,ash,coal_fly_ash\n", needs)
    assert row["verdict"] == "possible"


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("O2,ash,coal_fly_ash,95,121.47,,,,", "lat", "latitude 95 is impossible"),
        ("O2,ash,coal_fly_ash,121.47,31.23,,,,", "lat", "swapped"),
        ("O2,ash,coal_fly_ash,31.23,,,,,", "lon", "only of use together"),
        ('O2,ash,coal_fly_ash,31.23,121.47,"1,2,3",,,', "quantity_t_per_year", "not a number"),
        ("O2,ash,coal_fly_ash,31.23,121.47,-5,,,", "quantity_t_per_year", "must be more than 0"),
        ("O2,ash,coal_fly_ash,31.23,121.47,NaN,,,", "quantity_t_per_year", "not a number"),
        ("O2,ash,coal_fly_ash,31.23,121.47,1e400,,,", "quantity_t_per_year", "without a unit: '1e400'"),
        ("O2,ash,coal_fly_ash,31.23,121.47,5 kg,,,", "quantity_t_per_year", "without a unit: '5 kg'"),
        ("O2,ash,coal_fly_ash,31.23,121.47,,,,4 %", "prop:loi:max", "without a unit: '4 %'"),
        ("O2,ash,coal_fly_ash,31.23,121.47,,,9,3", "prop:loi", "upside down"),
        ("O2,ash,unobtainium,31.23,121.47,,,,", "material", "unknown material"),
        ("O2,=1+1,coal_fly_ash,31.23,121.47,,,,", "description", "a formula"),
        ("O1,ash,coal_fly_ash,31.23,121.47,,,,", "id", "the same id as in row 2"),
        (",ash,coal_fly_ash,31.23,121.47,,,,", "id", "empty"),
        ("O2,ash,coal_fly_ash,31.23,121.47,,,,,extra", "10", "more cells than columns"),
    ],
)
def test_a_bad_row_is_named_by_file_row_and_column_and_the_good_rows_still_run(
    files: Files, line: str, column: str, reason: str
) -> None:
    rows = files.run(OFFERS + GOOD_OFFER + line + "\n")
    assert [row["offer_id"] for row in rows] == ["O1"]
    assert f"offers.csv: row 3, column {column}: " in files.said
    assert reason in files.said
    assert files.code == 1


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ("2026-05-01,2026-04-01,CNY", "available_to", "ends before it starts"),
        ("2026-02-30,,CNY", "available_from", "no such day"),
        ("next week,,CNY", "available_from", "not a date"),
        (",,DOGE", "currency", "unknown currency"),
    ],
)
def test_bad_dates_and_currencies_are_named(files: Files, cells: str, column: str, reason: str) -> None:
    files.run(f"id,description,available_from,available_to,currency,price_per_t\nO1,ash,{cells},3\n")
    assert f"row 2, column {column}: " in files.said
    assert reason in files.said


def test_an_unknown_property_column_is_named_and_other_columns_of_ones_own_are_let_be(files: Files) -> None:
    files.run("id,description,material,notes,prop:magic:max,prop:loi:median\nO1,ash,coal_fly_ash,mine,3,4\n")
    assert "offers.csv: row 1, column prop:magic:max: unknown property" in files.said
    assert "column prop:loi:median: write prop:<property>:min" in files.said
    assert "notes" not in files.said
    assert files.code == 1


def test_a_missing_required_column_is_named(files: Files) -> None:
    files.run("id,material\nO1,coal_fly_ash\n")
    assert "offers.csv: row 1, column description: required column is missing" in files.said


def test_rows_are_numbered_as_a_spreadsheet_numbers_them_even_after_empty_ones(files: Files) -> None:
    files.run(OFFERS + "\n\n" + "O2,ash,coal_fly_ash,95,121.47,,,,\n")
    assert "offers.csv: row 4, column lat" in files.said


def test_gb18030_and_full_width_digits_are_understood(files: Files) -> None:
    text = "id,description,material,quantity_t_per_year\n甲１,粉煤灰,coal_fly_ash,１２，０００\n"
    (row,) = files.run(text.encode("gb18030"))
    assert row["offer_id"] == "甲１"
    assert "offers.csv: read as GB18030" in files.said
    assert files.code == 0


def test_a_byte_order_mark_and_semicolons_are_understood(files: Files) -> None:
    (row,) = files.run("\ufeffid;description;material\nO1;ash;coal_fly_ash\n".encode())
    assert row["offer_id"] == "O1"


def test_text_that_would_be_a_formula_is_made_harmless_in_the_result(files: Files) -> None:
    (row,) = files.run("id,description,material\n+O1,ash,coal_fly_ash\n")
    assert row["offer_id"] == "'+O1"


def test_workbooks_are_read_and_a_formula_in_them_is_refused(files: Files, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["id", "description", "material", "quantity_t_per_year", "available_from"])
    book.active.append(["O1", "ash", "coal_fly_ash", 12000.0, "2026-01-31"])
    book.active.append(["O2", "ash", "coal_fly_ash", "=6*7", None])
    book.save(tmp_path / "offers.xlsx")
    (tmp_path / "needs.csv").write_text(NEEDS + GOOD_NEED)
    rows = files.run_paths("offers.xlsx", "needs.csv")
    assert [row["offer_id"] for row in rows] == ["O1"]
    assert "offers.xlsx: row 3, column quantity_t_per_year: a formula" in files.said


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("offers.xlsx", b"PK not really", "not an XLSX workbook"),
        ("offers.xlsm", b"", "save it as .xlsx or .csv"),
        ("offers.csv", b"id,description\n\xff\xff\xff\xfe\x81", "neither UTF-8 nor GB18030"),
        ("offers.csv", b"id,description\nO1,a\x00b\n", "NUL"),
        ("offers.csv", b"", "must name the columns"),
        ("offers.csv", b"id,id,description\n", "column named twice: id"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(
    files: Files, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "needs.csv").write_text(NEEDS + GOOD_NEED)
    with pytest.raises(CommandError, match=reason):
        files.run_paths(name, "needs.csv")


def test_a_missing_file_and_a_negative_top_are_refused(files: Files) -> None:
    with pytest.raises(CommandError, match="no such file"):
        files.run_paths("nowhere.csv", "needs.csv")
    with pytest.raises(CommandError, match="must not be negative"):
        files.run(OFFERS, NEEDS, "--top", "-1")


def test_headers_without_rows_give_an_empty_result(files: Files) -> None:
    assert files.run(OFFERS, NEEDS) == []
    assert files.code == 0


def test_a_hundred_thousand_rows_are_matched(files: Files) -> None:
    places = [(20 + n % 300 / 10, 105 + n // 300 % 200 / 10) for n in range(100_000)]
    lines = [f"O{n},fly ash,coal_fly_ash,{lat:.1f},{lon:.1f},5000,30,3,4\n" for n, (lat, lon) in enumerate(places)]
    rows = files.run(OFFERS + "".join(lines))
    assert len(rows) == 20
    assert files.code == 0


def test_too_many_pairs_to_explain_are_refused(files: Files) -> None:
    offers = OFFERS + "".join(f"O{n},ash,coal_fly_ash,31,121,5,3,3,4\n" for n in range(3000))
    needs = NEEDS + "".join(f"N{n},ash,coal_fly_ash,31,121,5,100,5\n" for n in range(2000))
    with pytest.raises(CommandError, match="too many to explain"):
        files.run(offers, needs, "--explain")


def test_materials_uses_and_figures_are_found_in_the_text(files: Files) -> None:
    Material.objects.all().delete()
    call_command("load_reference_data", verbosity=0)
    offers = (
        'id,description\nA,"Pulverised fuel ash from a power station, LOI 3 %"\nB,"电厂粉煤灰，烧失量15%"\n'
        "C,Electroplating sludge with 4 % chromium\n"
    )
    needs = 'id,description\nN1,"Fly ash for structural concrete, LOI up to 5 %"\nN2,有机肥堆肥用有机污泥\n'
    rows = files.run(offers, needs, "--explain")
    verdicts = {(row["need_id"], row["offer_id"]): row["verdict"] for row in rows}
    assert verdicts["N1", "A"] == "accepted"
    assert verdicts["N1", "B"] == "rejected"
    assert verdicts["N2", "C"] == "rejected"


def test_waste_codes_may_have_lost_their_leading_zero_or_be_unknown(files: Files) -> None:
    make.make_waste_code("01 01 01")
    rows = files.run("id,description,material,waste_code\nO1,ash,coal_fly_ash,10101\nO2,ash,coal_fly_ash,999999\n")
    assert [row["offer_id"] for row in rows] == ["O1"]
    assert "row 3, column waste_code: unknown waste code '999999'" in files.said

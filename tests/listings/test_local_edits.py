"""What is edited on a site outlives the next load, and what the release says otherwise is told."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from listings.curation.services import add_row, bring_back, change_row, delete_row, take_release_values
from listings.models import LocalEdit, Material, MaterialSpecification, MaterialUse, Property, ReferenceStamp, WasteCode
from marketplace.errors import NotAllowed, WrongState
from marketplace.firms.models import Event, Park, Region, User
from tests import factories as make
from tests.listings.test_load_reference_data import FILES

pytestmark = pytest.mark.django_db
KEPT = "Kept as edited here: "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    load(tmp_path)
    return tmp_path


@pytest.fixture
def editor() -> User:
    return make.make_user(is_superuser=True)


def load(folder: Path) -> str:
    out = StringIO()
    call_command("load_reference_data", folder=folder, stdout=out)
    return out.getvalue()


def correct(folder: Path, name: str, old: str, new: str) -> None:
    """A correction in the next release."""
    path = folder / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def fly_ash() -> Material:
    return Material.objects.get(slug="coal_fly_ash")


def edits() -> list[tuple[str, str, str]]:
    return list(LocalEdit.objects.order_by("pk").values_list("kind", "field", "release_value"))


def test_an_edited_field_is_left_and_the_others_follow_the_release(folder: Path, editor: User) -> None:
    change_row(actor=editor, row=fly_ash(), values={"form": "lump"})
    correct(folder, "materials", "PFA|fly ash,飞灰,powder,150", "PFA|pfa,飞灰,powder,175")
    said = load(folder)
    assert (fly_ash().form, fly_ash().economic_radius_km, fly_ash().synonyms_en) == ("lump", 175, "PFA|pfa")
    assert KEPT + "1 of the materials." in said
    assert "otherwise now" not in said


def test_a_correction_that_an_edit_hides_is_told_once(folder: Path, editor: User) -> None:
    change_row(actor=editor, row=fly_ash(), values={"economic_radius_km": 99})
    correct(folder, "materials", "powder,150", "powder,175")
    assert "The files say otherwise now: materials: Coal fly ash, economic radius, km: 175" in load(folder)
    assert "otherwise now" not in load(folder)
    assert fly_ash().economic_radius_km == 99
    assert edits() == [("changed", "economic_radius_km", "175")]


def test_an_edit_is_over_when_the_release_says_the_same(folder: Path, editor: User) -> None:
    change_row(actor=editor, row=fly_ash(), values={"economic_radius_km": 175})
    correct(folder, "materials", "powder,150", "powder,175")
    load(folder)
    assert edits() == []
    assert KEPT not in load(folder)


def test_typing_what_the_release_says_is_no_edit_any_more(folder: Path, editor: User) -> None:
    change_row(actor=editor, row=fly_ash(), values={"form": "lump"})
    change_row(actor=editor, row=fly_ash(), values={"form": "powder"})
    assert edits() == []


def test_the_release_values_are_taken_again(folder: Path, editor: User) -> None:
    ashes = Material.objects.get(slug="ash")
    change_row(actor=editor, row=fly_ash(), values={"economic_radius_km": None, "parent": None, "name_en": "Ash"})
    correct(folder, "materials", "powder,150", "powder,175.5")
    load(folder)
    take_release_values(actor=editor, row=fly_ash())
    material = fly_ash()
    assert (material.parent, material.name_en, str(material.economic_radius_km)) == (ashes, "Coal fly ash", "175.5")
    assert edits() == []
    assert "is up to date already" not in load(folder)
    with pytest.raises(WrongState):
        take_release_values(actor=editor, row=fly_ash())


def test_added_rows_stay_also_in_tables_that_follow_their_file(folder: Path, editor: User) -> None:
    use = MaterialUse.objects.get(use__slug="brick").use
    values = {"material": fly_ash(), "use": use, "suitability": "0.5"}
    link = add_row(actor=editor, model=MaterialUse, values=values)
    assert KEPT + "1 of the uses of materials." in load(folder)
    assert MaterialUse.objects.filter(pk=link.pk).exists()


def test_an_added_row_that_comes_with_the_release_is_compared_with_it(folder: Path, editor: User) -> None:
    values = {"slug": "red_mud", "name_en": "Red mud", "form": "sludge"}
    mud = add_row(actor=editor, model=Material, values=values)
    with (folder / "materials.csv").open("a", encoding="utf-8") as file:
        file.write("red_mud,,Red mud,赤泥,,,sludge,,no,,,,,own,verified\n")
    said = load(folder)
    assert "materials: Red mud, name in Chinese: 赤泥" in said
    assert Material.objects.get(slug="red_mud").pk == mud.pk
    assert ("changed", "name_zh", "赤泥") in edits()
    assert "added" not in {kind for kind, _field, _value in edits()}


def test_a_deleted_row_stays_away_with_what_rests_on_it_until_it_is_brought_back(folder: Path, editor: User) -> None:
    ash = Material.objects.get(slug="msw_fly_ash")
    delete_row(actor=editor, row=MaterialUse.objects.get(material=ash))
    delete_row(actor=editor, row=ash)
    said = load(folder)
    assert not Material.objects.filter(slug="msw_fly_ash").exists()
    assert not MaterialUse.objects.filter(use__slug="brick").exists()
    assert KEPT + "1 of the materials" in said
    bring_back(actor=editor, edit=LocalEdit.objects.get(name="MSW fly ash", kind="deleted"))
    load(folder)
    assert Material.objects.get(slug="msw_fly_ash").codes.count() == 2
    assert MaterialUse.objects.filter(use__slug="brick").count() == 1


def test_links_added_and_removed_here_outlive_a_load(folder: Path, editor: User) -> None:
    bottom_ash = WasteCode.objects.get(code="100115")
    change_row(actor=editor, row=fly_ash(), values={}, links={"codes": [bottom_ash]})
    assert KEPT + "3 of the usual waste codes of materials." in load(folder)
    assert list(fly_ash().codes.all()) == [bottom_ash]
    assert {edit.name for edit in LocalEdit.objects.filter(kind="added")} == {
        "Coal fly ash – 10 01 15 Other bottom ash"
    }


def test_mirror_entries_are_unlinked_both_ways(folder: Path, editor: User) -> None:
    star = WasteCode.objects.get(code="100114")
    change_row(actor=editor, row=star, values={}, links={"mirrors": []})
    load(folder)
    assert WasteCode.mirrors.through.objects.count() == 0


def test_a_renamed_park_is_not_loaded_a_second_time(folder: Path, editor: User) -> None:
    park = Park.objects.get(country="DK")
    change_row(actor=editor, row=park, values={"name_en": "Kalundborg", "kind": "eco park"})
    correct(folder, "parks", "world list", "a newer list")
    load(folder)
    park.refresh_from_db()
    assert (Park.objects.count(), park.name_en, park.kind, park.source) == (2, "Kalundborg", "eco park", "a newer list")


def test_a_corrected_specification_stays_beside_what_the_release_corrects(folder: Path, editor: User) -> None:
    soundness = MaterialSpecification.objects.get(parameter="Soundness")
    change_row(actor=editor, row=soundness, values={"maximum": 8.0})
    load(folder)
    assert list(MaterialSpecification.objects.filter(parameter="Soundness").values_list("maximum", flat=True)) == [8]
    correct(folder, "material_specifications", "Soundness,mm,,10", "Soundness,mm,,9")
    assert "Edited here and not in the files: material specifications: " in load(folder)
    assert MaterialSpecification.objects.filter(parameter="Soundness").count() == 2


def test_a_region_moved_here_keeps_its_path_and_those_below(folder: Path, editor: User) -> None:
    beijing, tangshan = (Region.objects.get(code=code) for code in ("110000", "130200"))
    change_row(actor=editor, row=tangshan, values={"parent": beijing})
    load(folder)
    tangshan.refresh_from_db()
    assert tangshan.path == "CN/110000/130200/"
    take_release_values(actor=editor, row=tangshan)
    tangshan.refresh_from_db()
    assert (tangshan.path, edits()) == ("CN/130000/130200/", [])


def test_a_load_without_edits_changes_nothing_and_one_with_news_renews_the_stamp(folder: Path) -> None:
    stamp = ReferenceStamp.objects.get().stamp
    assert load(folder).startswith("The reference data was up to date already")
    assert ReferenceStamp.objects.get().stamp == stamp
    correct(folder, "properties", "灼减,0,100", "灼减,1,100")
    load(folder)
    assert ReferenceStamp.objects.get().stamp != stamp


def test_every_edit_names_who_and_what(folder: Path, editor: User) -> None:
    loi = Property.objects.get(slug="loi")
    change_row(actor=editor, row=loi, values={"max_value": 60.0, "synonyms_en": "LOI|ignition loss"})
    found = Event.objects.about(loi).order_by("pk").values_list("actor", "verb", "change")
    assert list(found) == [
        (editor.pk, "reference.changed", "other words in English: + LOI"),
        (editor.pk, "reference.changed", "highest possible value: 100 → 60"),
    ]


def test_who_may_not_edit_is_refused_by_the_service_too(folder: Path) -> None:
    with pytest.raises(NotAllowed):
        change_row(actor=make.make_user(is_staff=True), row=fly_ash(), values={"form": "lump"})
    assert (fly_ash().form, edits()) == ("powder", [])

import csv
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from listings.management.commands.load_reference_data import REFERENCE
from listings.models import (
    AvoidedBurden,
    HaulageRate,
    Material,
    MaterialProperty,
    MaterialSpecification,
    MaterialUse,
    Property,
    Target,
    TransportFactor,
    Use,
    UseLimit,
    WasteCode,
)
from marketplace.firms.models import Industry, Park, RecoveryOperation, Region
from tests.factories import make_offer

pytestmark = pytest.mark.django_db

FILES = {
    "operations": """
code,name_en,name_zh
R4,Recycling of metals,金属回收
R5,Recycling of other inorganic materials,其他无机物回收
""",
    "industries": """
scheme,code,parent,level,name_en,name_zh,isic,basis,source
NACE2,23.5,23,3,"Cement, lime and plaster",,239,verified,Eurostat
NACE2,C,,1,Manufacturing,制造业,C,verified,Eurostat
NACE2,23,C,2,Non-metallic mineral products,非金属矿物制品业,23,to_verify,Eurostat
""",
    "regions_cn": """
code,parent_code,level,country,name_zh,name_en,lat,lon
CN,,country,CN,中国,China,,
110000,CN,province,CN,北京市,Beijing,39.9028,116.4012
130000,CN,province,CN,河北省,Hebei,38.0421,114.5086
130200,130000,prefecture,CN,唐山市,Tangshan,39.6305,118.1802
""",
    "regions_gb": """
code,parent_code,level,country,name_zh,name_en,lat,lon
GB,,country,GB,英国,United Kingdom,,
""",
    "composite_regions": """
slug,name_en,name_zh,members
jing_jin_ji,Beijing–Hebei,京冀,110000|130000
""",
    "parks": """
name_zh,name_en,kind,country,region_code,lat,lon,coord_basis,basis,source
曹妃甸经济技术开发区,Caofeidian Economic Development Zone,national,CN,130200,39.2,118.4,centroid,to_verify,MOFCOM
,Kalundborg Symbiosis,eco,DK,,55.68,11.09,own,verified,world list
""",
    "waste_codes": """
scheme,code,code_display,name_en,name_zh,parent,level,hazardous,entry_type,mirror_of,sepa_material,basis,source
EWC,10,10,Wastes from thermal processes,,,chapter,false,,,,verified,2000/532/EC
EWC,1001,10 01,Power stations,,10,subchapter,false,,,,verified,2000/532/EC
EWC,100102,10 01 02,Coal fly ash,粉煤灰,1001,code,false,absolute,,Combustion wastes,verified,2000/532/EC
EWC,100114,10 01 14*,Bottom ash with hazardous substances,,1001,code,true,mirror,100115,,verified,2000/532/EC
EWC,100115,10 01 15,Other bottom ash,,1001,code,false,mirror,,,verified,2000/532/EC
CN-SW,SW02,SW02,Coal fly ash,粉煤灰,,category,false,,,,to_verify,MEE 2024
CN-HW,HW18,HW18,Incineration residues,焚烧处置残渣,,category,true,,,,to_verify,MEE 2025
CN-HW,772-003-18,772-003-18,Incineration ash,焚烧灰渣,HW18,code,true,,,,to_verify,MEE 2025
""",
    "properties": """
slug,name_en,name_zh,symbol,unit,basis_default,synonyms_en,synonyms_zh,min_value,max_value,sort_order,source,basis
loi,Loss on ignition,烧失量,LOI,%,dry,ignition loss,灼减,0,100,10,own,to_verify
moisture,Moisture,含水率,H2O,%,as_received,water|wet,水分,0,100,20,own,to_verify
ph,pH,酸碱度,pH,,-,,,0,14,30,own,verified
""",
    "materials": """
slug,parent,name_en,name_zh,synonyms_en,synonyms_zh,form,economic_radius_km,hazardous_possible,pictogram,ewc_codes,cn_codes,sepa_material,source,basis
coal_fly_ash,ash,Coal fly ash,粉煤灰,PFA|fly ash,飞灰,powder,150,no,ash,100102,SW02,,own,to_verify
ash,,Ashes,灰渣,,,solid,100,maybe,ash,,,,own,to_verify
msw_fly_ash,ash,MSW fly ash,生活垃圾焚烧飞灰,,,powder,80.5,yes,ash,10 01 14*,772-003-18,,own,verified
""",
    "material_properties": """
material_slug,property_slug,sort_order
coal_fly_ash,moisture,2
coal_fly_ash,loi,1
""",
    "material_specifications": """
material_slug,standard,edition,grade,property_slug,parameter,unit,min,max,kind,source,basis
coal_fly_ash,EN 450-1,2012,A,loi,Loss on ignition,% mass,,5,acceptance_limit,EN,verified
coal_fly_ash,EN 450-1,2012,A,,Soundness,mm,,10,acceptance_limit,EN,verified
""",
    "uses": """
slug,name_en,name_zh,synonyms_en,synonyms_zh,recovery_code,sector,source,basis
concrete_addition,Concrete addition,混凝土掺合料,clinker extender,,R5,Concrete,own,to_verify
brick,Bricks,烧结砖,,,,Ceramics,own,to_verify
""",
    "material_uses": """
material_slug,use_slug,suitability,prohibited,note_en,note_zh,source,basis
coal_fly_ash,concrete_addition,0.95,false,LOI ≤ 9 %,,EN 450-1,verified
msw_fly_ash,brick,0,true,Dioxins,二噁英,own,to_verify
""",
    "material_use_limits": """
material_slug,use_slug,property_slug,min,max,unit,hard,grade,source,basis
coal_fly_ash,concrete_addition,loi,,9,%,true,C,EN 450-1,verified
""",
    "haulage": """
mode,country,currency,fixed_per_t,rate_per_t_km,road_factor,source,basis
road,CN,CNY,12,0.45,1.3,own,to_verify
road,GB,GBP,3.5,0.11,1.3,own,to_verify
""",
    "avoided_burdens": """
material_slug,use_slug,country,replaces_en,replaces_zh,replaced_kg_co2e_per_t,substitution_ratio,processing_kg_co2e_per_t,scope_en,scope_zh,year,source,basis
coal_fly_ash,brick,CN,clay,粘土,4.5,0.9,1.25,quarrying,开采,2019,a standard,to_verify
coal_fly_ash,,GB,clay,粘土,3,1,,quarrying,开采,2025,a table,verified
""",
    "transport_factors": """
mode,country,vehicle_en,vehicle_zh,kg_co2e_per_t_km,scope_en,scope_zh,year,source,basis
road,CN,lorry,货车,0.129,as published,按标准,2019,a standard,to_verify
""",
    "targets": """
indicator,name_en,name_zh,meaning,value,unit,country,region_code,material_slug,base_year,year,source,basis
fly_ash_utilisation,Fly ash put to use,粉煤灰利用率,at_least,75,%,CN,,coal_fly_ash,,2020,a plan,verified
energy_intensity,Energy per value added,单位增加值能耗,change,-18,%,CN,,,2015,2020,a plan,to_verify
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    for name, text in FILES.items():
        (tmp_path / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    return tmp_path


def load(folder: Path, **options: int) -> str:
    out = StringIO()
    call_command("load_reference_data", folder=folder, stdout=out, **options)
    return out.getvalue()


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# --- what is loaded ---------------------------------------------------------------------------------------------------


def test_materials_with_family_codes_and_default_properties(folder):
    load(folder)
    material = Material.objects.get(slug="coal_fly_ash")
    assert (material.name_zh, material.parent.slug, material.form) == ("粉煤灰", "ash", "powder")
    assert (material.economic_radius_km, material.hazardous_possible) == (Decimal(150), "no")
    assert (material.synonyms_en, material.to_verify) == ("PFA|fly ash", True)
    assert {(code.scheme, code.code) for code in material.codes.all()} == {("EWC", "100102"), ("CN-SW", "SW02")}
    assert [link.property.slug for link in material.default_properties.all()] == ["loi", "moisture"]
    hazardous = Material.objects.get(slug="msw_fly_ash")
    assert {code.code for code in hazardous.codes.all()} == {"100114", "772-003-18"}
    assert (hazardous.economic_radius_km, hazardous.to_verify) == (Decimal("80.5"), False)


def test_properties_with_bounds_and_basis(folder):
    load(folder)
    rows = Property.objects.values_list("slug", "unit", "basis_default", "min_value", "max_value", "to_verify")
    assert list(rows) == [
        ("loi", "%", "dry", 0, 100, True),
        ("moisture", "%", "ar", 0, 100, True),
        ("ph", "", "", 0, 14, False),
    ]


def test_uses_with_suitability_prohibition_and_limits(folder):
    load(folder)
    assert Use.objects.get(slug="concrete_addition").operation.code == "R5"
    assert Use.objects.get(slug="brick").operation is None
    good = MaterialUse.objects.get(use__slug="concrete_addition")
    assert (good.suitability, good.prohibited, good.to_verify) == (Decimal("0.95"), False, False)
    assert MaterialUse.objects.get(use__slug="brick").prohibited
    limit = UseLimit.objects.get()
    assert (limit.material_use, limit.property.slug, limit.minimum, limit.maximum) == (good, "loi", None, 9)
    assert (limit.hard, limit.grade) == (True, "C")


def test_specifications_with_or_without_a_property(folder):
    load(folder)
    rows = MaterialSpecification.objects.order_by("pk").values_list("parameter", "property__slug", "maximum")
    assert list(rows) == [("Loss on ignition", "loi", 5), ("Soundness", None, 10)]


def test_waste_codes_with_keys_parents_and_mirrors(folder):
    load(folder)
    hazardous, plain = (WasteCode.objects.get(code=code) for code in ("100114", "100115"))
    assert (hazardous.code_display, hazardous.key, hazardous.hazardous) == ("10 01 14*", "100114", True)
    assert (hazardous.entry, hazardous.parent.parent.code) == ("mirror", "10")
    assert list(hazardous.mirrors.all()) == [plain]
    assert list(plain.mirrors.all()) == [hazardous]
    chinese = WasteCode.objects.get(code="772-003-18")
    assert (chinese.key, chinese.parent.code, chinese.to_verify) == ("18.772.003", "HW18", True)


def test_regions_with_paths_and_composites(folder):
    load(folder)
    tangshan = Region.objects.get(code="130200")
    assert (tangshan.path, tangshan.latitude) == ("CN/130000/130200/", 39.6305)
    composite = Region.objects.get(code="jing_jin_ji")
    assert (composite.level, composite.country, composite.path) == ("composite", "CN", "jing_jin_ji/")
    assert tangshan in Region.objects.within(composite)
    assert Region.objects.within(composite).count() == 3
    assert Park.objects.get(country="CN").region == tangshan
    assert Park.objects.get(country="DK").region is None


def test_industries_may_stand_in_any_order(folder):
    load(folder)
    assert Industry.objects.get(code="23.5").parent.parent.code == "C"


def test_operations_and_haulage_rates(folder):
    load(folder)
    assert list(RecoveryOperation.objects.values_list("code", flat=True)) == ["R4", "R5"]
    rate = HaulageRate.objects.get(country="GB")
    assert (rate.fixed_per_t, rate.rate_per_t_km, rate.road_factor) == (
        Decimal("3.5"),
        Decimal("0.11"),
        Decimal("1.3"),
    )


def test_carbon_factors_keep_their_source_and_what_they_are_made_of(folder):
    load(folder)
    burden = AvoidedBurden.objects.get(use__slug="brick")
    assert (burden.material.slug, burden.country, burden.replaces_en) == ("coal_fly_ash", "CN", "clay")
    assert burden.avoided_kg_co2e_per_t == Decimal("2.8")
    assert (burden.year, burden.source, burden.to_verify) == (2019, "a standard", True)
    without_use = AvoidedBurden.objects.get(use=None)
    assert (without_use.avoided_kg_co2e_per_t, without_use.to_verify) == (3, False)
    assert TransportFactor.objects.get().kg_co2e_per_t_km == Decimal("0.129")


# --- again and again --------------------------------------------------------------------------------------------------


def test_a_second_load_writes_nothing_and_says_so(folder, django_assert_max_num_queries):
    first = load(folder)
    assert "materials: 3, 3 new" in first
    assert "is up to date: 51 rows in 19 tables" in first
    with django_assert_max_num_queries(63) as queries:
        second = load(folder)
    assert second == "The reference data was up to date already: 51 rows in 19 tables.\n"
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_changed_row_is_changed_in_place(folder):
    load(folder)
    before = Material.objects.get(slug="coal_fly_ash").pk
    edit(folder, "materials", "Coal fly ash", "Pulverised fuel ash")
    assert "materials: 3, 1 changed\n" in load(folder)
    material = Material.objects.get(slug="coal_fly_ash")
    assert (material.pk, material.name_en, material.parent.slug) == (before, "Pulverised fuel ash", "ash")


def test_a_row_that_moves_under_another_parent_takes_its_path_along(folder):
    load(folder)
    edit(folder, "regions_cn", "130200,130000", "130200,110000")
    assert "regions: 6, 1 changed\n" in load(folder)
    assert Region.objects.get(code="130200").path == "CN/110000/130200/"


def test_a_material_that_the_files_drop_is_kept_with_its_listings(folder):
    load(folder)
    offer = make_offer(Material.objects.get(slug="ash"))
    edit(folder, "materials", "coal_fly_ash,ash,", "coal_fly_ash,,")
    edit(folder, "materials", "msw_fly_ash,ash,", "msw_fly_ash,,")
    edit(folder, "materials", "ash,,Ashes,灰渣,,,solid,100,maybe,ash,,,,own,to_verify\n", "")
    assert "1 not in the files, kept" in load(folder)
    offer.refresh_from_db()
    assert offer.material.slug == "ash"


def test_limits_codes_and_rates_that_the_files_drop_are_deleted(folder):
    load(folder)
    edit(folder, "material_use_limits", "coal_fly_ash,concrete_addition,loi,,9,%,true,C,EN 450-1,verified\n", "")
    edit(folder, "materials", "100102,SW02", "100102,")
    edit(folder, "haulage", "road,GB,GBP,3.5,0.11,1.3,own,to_verify\n", "")
    edit(folder, "waste_codes", "mirror,100115", "mirror,")
    said = load(folder)
    assert "haulage rates: 1, 1 not in the files, deleted" in said
    assert not UseLimit.objects.exists()
    assert HaulageRate.objects.get().country == "CN"
    assert [code.code for code in Material.objects.get(slug="coal_fly_ash").codes.all()] == ["100102"]
    assert not WasteCode.mirrors.through.objects.exists()


def test_a_suitability_that_goes_takes_its_limits_along(folder):
    load(folder)
    edit(folder, "material_use_limits", "coal_fly_ash,concrete_addition,loi,,9,%,true,C,EN 450-1,verified\n", "")
    edit(folder, "material_uses", "coal_fly_ash,concrete_addition,0.95,false,LOI ≤ 9 %,,EN 450-1,verified\n", "")
    load(folder)
    assert MaterialUse.objects.get().use.slug == "brick"
    assert not UseLimit.objects.exists()


def test_a_corrected_specification_replaces_the_old_one(folder):
    load(folder)
    edit(folder, "material_specifications", "% mass,,5,", "% mass,,4.5,")
    load(folder)
    assert MaterialSpecification.objects.get(property__slug="loi").maximum == 4.5


def test_every_table_is_named_when_asked(folder):
    load(folder)
    assert len(load(folder, verbosity=2).splitlines()) == 20


# --- files that cannot be loaded --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("materials", "powder,150", "dust,150", "row 2, column form: Value 'dust'"),
        ("materials", "powder,150", "powder,far", "row 2, column economic_radius_km: not a number"),
        ("materials", "powder,150", "powder,-1", "row 2, column economic_radius_km: Ensure"),
        ("materials", "fly_ash,ash,Coal", "fly_ash,dust,Coal", "row 2, column parent: 'dust' is not in"),
        ("materials", "ash,,Ashes", "ash,coal_fly_ash,Ashes", "row 2, column parent: 'ash' is not in"),
        ("materials", "own,verified", "own,perhaps", "row 4, column basis: 'perhaps' is none of verified"),
        ("materials", "100102,SW02", "100103,SW02", "row 2, column ewc_codes: '100103' is not"),
        ("materials", "100102,SW02", "100102,SW99", "row 2, column cn_codes"),
        ("materials", "100102,SW02", "100102|10 01 02,SW02", "row 2, column ewc_codes: the same entry stands"),
        ("materials", "msw_fly_ash,ash", "coal_fly_ash,ash", "row 4, column slug: the same entry stands"),
        ("materials", "msw_fly_ash", "MSW fly ash!", "row 4, column slug: Enter a valid"),
        ("materials", "pictogram,", "picture,", "row 1: the column pictogram is missing"),
        ("materials", "SW02,,own", "SW02,,own,extra", "row 2: 16 cells where the header has 15"),
        ("properties", "dry,ignition", "wet,ignition", "row 2, column basis_default: 'wet' is none of"),
        ("properties", "100,10,own", "100,1.5,own", "row 2, column sort_order: not a whole number"),
        ("properties", "100,10,own", "100,-1,own", "row 2, column sort_order: Ensure this value"),
        ("uses", ",R5,", ",R99,", "row 2, column recovery_code: 'R99' is not among the recovery"),
        ("material_uses", "0.95", "1.2", "row 2, column suitability: Ensure this value"),
        ("material_uses", "0.95", "", "row 2, column suitability: must not be empty"),
        ("material_uses", "0.95,false", "0.95,no", "row 2, column prohibited: 'no' is none of true"),
        ("material_uses", "msw_fly_ash,brick", "x,brick", "row 3, column material_slug: 'x' is not"),
        ("material_use_limits", "9,%", "9,ppm", "row 2, column unit: 'ppm', but loi is stored"),
        ("material_use_limits", ",,9,", ",10,9,", "row 2, column max: the window is upside down: 10 to 9"),
        ("material_use_limits", ",,9,", ",,,", "row 2, column min: a limit needs a minimum or a maximum"),
        ("material_use_limits", "concrete_addition", "brick", "row 2, column use_slug: 'brick' is not among"),
        ("waste_codes", "灰,1001", "灰,1009", "row 4, column parent: '1009' is not in the file"),
        ("waste_codes", "EWC,100102", "EWC,10x102", "row 4, column code: not a EWC code"),
        ("waste_codes", "mirror,100115", "mirror,100199", "row 5, column mirror_of"),
        ("waste_codes", "false,absolute", "false,Half", "row 4, column entry_type: Value 'half'"),
        ("regions_cn", "39.6305", "north", "row 5, column lat: not a number"),
        ("regions_cn", "province,CN,北", "state,CN,北", "row 3, column level: Value 'state'"),
        ("regions_gb", "GB,,", "CN,,", "row 2, column code: the same entry stands in regions_cn.csv, row 2"),
        ("composite_regions", "|130000", "|990000", "row 2, column members: '990000' is not"),
        ("composite_regions", "110000|130000", "", "row 2, column members: must not be empty"),
        ("parks", ",130200,", ",139999,", "row 2, column region_code: '139999' is not among the regions"),
        ("industries", "23.5,23,3", "23.5,23,three", "row 2, column level: not a number: 'three'"),
        ("avoided_burdens", ",brick,", ",bricks,", "row 2, column use_slug: 'bricks' is not"),
        ("avoided_burdens", "0.9", "-0.9", "row 2, column substitution_ratio: Ensure this value"),
        ("avoided_burdens", "a table", "", "row 3, column source: must not be empty"),
        ("transport_factors", "0.129", "much", "row 2, column kg_co2e_per_t_km"),
        ("haulage", "CNY", "XXX", "row 2, column currency: Value 'XXX' is not a valid choice"),
    ],
)
def test_a_bad_cell_is_named_by_file_row_and_column_and_nothing_is_loaded(folder, name, old, new, complaint):
    edit(folder, name, old, new)
    with pytest.raises(CommandError) as refusal:
        load(folder)
    assert str(refusal.value).startswith(f"{name}.csv, {complaint}")
    assert str(refusal.value).endswith("Nothing was changed.")
    assert not RecoveryOperation.objects.exists()
    assert not Material.objects.exists()


def test_a_bad_cell_in_an_update_leaves_the_old_data(folder):
    load(folder)
    edit(folder, "operations", "Recycling of metals", "Changed")
    edit(folder, "haulage", "0.45", "much")
    with pytest.raises(CommandError, match="haulage.csv, row 2, column rate_per_t_km"):
        load(folder)
    assert RecoveryOperation.objects.get(code="R4").name_en == "Recycling of metals"


def test_the_complaint_is_in_english_whatever_the_sites_language(folder, settings):
    settings.LANGUAGE_CODE = "zh-hans"
    edit(folder, "materials", "powder,150", "dust,150")
    with pytest.raises(CommandError, match="is not a valid choice"):
        load(folder)


def test_a_missing_file_is_named(folder):
    (folder / "haulage.csv").unlink()
    with pytest.raises(CommandError, match="haulage.csv: cannot be read: No such file"):
        load(folder)


def test_a_folder_without_regions_is_refused(folder):
    (folder / "regions_cn.csv").unlink()
    (folder / "regions_gb.csv").unlink()
    with pytest.raises(CommandError, match="regions_<country>.csv: there is no such file"):
        load(folder)


def test_a_file_in_another_encoding_is_named(folder):
    (folder / "parks.csv").write_bytes("name_zh\n曹妃甸\n".encode("gb18030"))
    with pytest.raises(CommandError, match="parks.csv: cannot be read"):
        load(folder)


def test_an_empty_file_lacks_its_columns(folder):
    (folder / "uses.csv").write_text("")
    with pytest.raises(CommandError, match="uses.csv, row 1: the column slug is missing"):
        load(folder)


def test_a_file_saved_by_a_spreadsheet_is_read_too(folder):
    text = (folder / "operations.csv").read_text(encoding="utf-8")
    (folder / "operations.csv").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() + b"\r\n")
    load(folder)
    assert RecoveryOperation.objects.count() == 2


# --- the files that ship ----------------------------------------------------------------------------------------------


def rows_in(name: str) -> int:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return sum(1 for _row in csv.DictReader(file))


def test_the_files_that_ship_load_in_full_and_load_again_in_silence():
    load(REFERENCE)
    for name, model in {
        "operations": RecoveryOperation,
        "industries": Industry,
        "parks": Park,
        "waste_codes": WasteCode,
        "properties": Property,
        "materials": Material,
        "material_properties": MaterialProperty,
        "material_specifications": MaterialSpecification,
        "uses": Use,
        "material_uses": MaterialUse,
        "material_use_limits": UseLimit,
        "haulage": HaulageRate,
        "avoided_burdens": AvoidedBurden,
        "transport_factors": TransportFactor,
        "targets": Target,
    }.items():
        assert model.objects.count() == rows_in(name) > 0, name
    assert "was up to date already" in load(REFERENCE)

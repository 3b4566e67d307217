"""Figures are read exactly, from both languages, with units brought to the one of the property."""

import pytest

from listings.understanding.catalogue import PropertyTerm
from listings.understanding.figures import PropertyIndex, extract_figures


def term(slug, name_en, name_zh, symbol, unit, synonyms="", basis="dry", low=0.0, high=100.0):
    return PropertyTerm(slug, name_en, name_zh, symbol, unit, basis, tuple(synonyms.split("|")), low, high)


PROPERTIES = PropertyIndex(
    [
        term("loi", "Loss on ignition", "烧失量", "LOI", "%"),
        term("moisture", "Moisture", "含水率", "H2O", "%", "含水|水分", basis="as_received"),
        term("sio2", "Silica", "二氧化硅", "SiO2", "%"),
        term("al2o3", "Alumina", "三氧化二铝", "Al2O3", "%"),
        term("fe2o3", "Iron oxide", "三氧化二铁", "Fe2O3", "%"),
        term("free_cao", "Free lime", "游离氧化钙", "f-CaO", "%", "游离钙"),
        term("cao", "Calcium oxide", "氧化钙", "CaO", "%"),
        term("na2o_eq", "Alkali equivalent", "碱当量", "Na2O-eq", "%"),
        term("fe", "Iron", "铁", "Fe", "%", "全铁|含铁"),
        term("purity", "Purity", "纯度", "", "%", "pure", basis="-"),
        term("cl", "Chloride", "氯", "Cl", "%", "chlorine|含氯"),
        term("sulfur", "Sulphur", "硫", "S", "%"),
        term("sulfite", "Calcium sulphite", "亚硫酸钙", "CaSO3", "%"),
        term("zn", "Zinc", "锌", "Zn", "%"),
        term("ni", "Nickel", "镍", "Ni", "%"),
        term("pb", "Lead", "铅", "Pb", "mg/kg", high=1e6),
        term("cd", "Cadmium", "镉", "Cd", "mg/kg", high=1e6),
        term("arsenic", "Arsenic", "砷", "As", "mg/kg", high=1e6),
        term("pvc", "PVC content", "PVC含量", "PVC", "%", basis="as_received"),
        term("aflatoxin", "Aflatoxin B1", "黄曲霉毒素", "", "µg/kg", "aflatoxin", basis="as_received", high=1e5),
        term("residue_45um", "Residue on 45 µm sieve", "45 µm筛余", "", "%", "45 µm residue|细度|45µm筛余"),
        term("activity_28d", "Activity index 28 d", "28天活性指数", "", "%", "28d活性指数", basis="-", high=200),
        term("blaine", "Specific surface", "比表面积", "", "m2/kg", "Blaine", low=50, high=3000),
        term("co2", "Carbon dioxide", "二氧化碳", "CO2", "%", basis="-"),
        term("protein", "Crude protein", "粗蛋白", "", "%", "protein"),
        term("solids", "Dry solids", "干物质", "DS", "%", basis="as_received"),
        term("ph", "pH", "pH值", "pH", "", basis="-", low=-1, high=15),
        term("tds", "Total dissolved solids", "溶解性总固体", "TDS", "mg/L", basis="-", high=5e5),
        term("cod", "Chemical oxygen demand", "化学需氧量", "COD", "mg/L", basis="-", high=2e6),
        term("conductivity", "Conductivity", "电导率", "", "µS/cm", basis="-", high=1e6),
        term("temperature_c", "Temperature", "温度", "", "°C", basis="-", low=-273, high=2500),
        term("pressure_bar", "Pressure", "压力", "", "bar", basis="-", high=1000),
        term("calorific_value", "Net calorific value", "热值", "", "MJ/kg", "calorific value", "as_received", high=142),
        term("particle_size_mm", "Particle size", "粒度", "", "mm", basis="-", high=5000),
        term("density", "Density", "密度", "", "g/cm3", basis="-", low=0.01, high=25),
    ]
)


def found(text):
    return [(figure.property_slug, figure.low, figure.typ, figure.high) for figure in extract_figures(text, PROPERTIES)]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("LOI 15 %", [("loi", None, 15.0, None)]),
        ("烧失量15%", [("loi", None, 15.0, None)]),
        ("loss on ignition of about 4.5%", [("loi", None, 4.5, None)]),
        ("95% pure, 8% moisture", [("purity", None, 95.0, None), ("moisture", None, 8.0, None)]),
        ("含水率约为12%", [("moisture", None, 12.0, None)]),
        ("pH 7.5", [("ph", None, 7.5, None)]),
        ("Fe2O3: 35 wt%", [("fe2o3", None, 35.0, None)]),
        ("99% CO2", [("co2", None, 99.0, None)]),
        ("含20%PVC的混合废塑料", [("pvc", None, 20.0, None)]),
        ("45 µm residue 18%", [("residue_45um", None, 18.0, None)]),
        ("45µm筛余18%", [("residue_45um", None, 18.0, None)]),
        ("干物质8%", [("solids", None, 8.0, None)]),
        ("含铁12%的酸洗废液", [("fe", None, 12.0, None)]),
        ("含15%亚硫酸钙、氯5000ppm", [("sulfite", None, 15.0, None), ("cl", None, 0.5, None)]),
        ("feather meal, protein 80%", [("protein", None, 80.0, None)]),
        ("S 0.1%", [("sulfur", None, 0.1, None)]),
        ("密度1.2g/cm3", [("density", None, 1.2, None)]),
        ("游離鈣3%", [("free_cao", None, 3.0, None)]),
        ("SiO2含量55%", [("sio2", None, 55.0, None)]),
        ("COD 5万", [("cod", None, 50000.0, None)]),
        ("COD 100 000 mg/l", [("cod", None, 100000.0, None)]),
        ("2 000 mg/kg chlorine", [("cl", None, 0.2, None)]),
        ("density 2.7", [("density", None, 2.7, None)]),
        ("protein 12,3 %", [("protein", None, 12.3, None)]),
        ("交货期3个月，水分12个", [("moisture", None, 12.0, None)]),
        ("ＳｉＯ２　５５％，含水率　８％", [("sio2", None, 55.0, None), ("moisture", None, 8.0, None)]),
    ],
)
def test_single_values(text, figures):
    assert found(text) == figures


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("SiO2 55-60%", [("sio2", 55.0, None, 60.0)]),
        ("SiO2 55–60 %,Al2O3 20~25%", [("sio2", 55.0, None, 60.0), ("al2o3", 20.0, None, 25.0)]),
        ("SiO2含量55%至60%", [("sio2", 55.0, None, 60.0)]),
        ("COD 5~8万mg/L", [("cod", 50000.0, None, 80000.0)]),
        ("镍 1.2 %～1.5 %", [("ni", 1.2, None, 1.5)]),
        ("moisture between 5 and 8%", [("moisture", 5.0, None, 8.0)]),
        ("moisture 5 to 8 percent", [("moisture", 5.0, None, 8.0)]),
        ("pH值6-9", [("ph", 6.0, None, 9.0)]),
        ("含水率8至10%", [("moisture", 8.0, None, 10.0)]),
        ("0-31.5 mm", [("particle_size_mm", 0.0, None, 31.5)]),
        ("80-90 °C water", [("temperature_c", 80.0, None, 90.0)]),
        ("5 ± 1 % free lime", [("free_cao", 4.0, 5.0, 6.0)]),
    ],
)
def test_ranges(text, figures):
    assert found(text) == figures


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("含水率<10%", None, 10.0),
        ("moisture below 10 %", None, 10.0),
        ("moisture up to 10 %", None, 10.0),
        ("moisture 10% max", None, 10.0),
        ("moisture not exceeding 10%", None, 10.0),
        ("含水10%以下", None, 10.0),
        ("含水率不超过10%", None, 10.0),
        ("水分控制在10%以内", None, 10.0),
        ("含水率≤10％", None, 10.0),
        ("moisture at least 10 %", 10.0, None),
        ("moisture > 10%", 10.0, None),
        ("含水率不低于10%", 10.0, None),
        ("水分至少10%", 10.0, None),
        ("含水率10%以上", 10.0, None),
        ("moisture min. 10 %", 10.0, None),
        ("max moisture 10 %", None, 10.0),
        ("最大含水率10%", None, 10.0),
        ("moisture not to exceed 10 %", None, 10.0),
        ("moisture must not exceed 10 %", None, 10.0),
        ("不得高于10%的水分", None, 10.0),
        ("含水率不能超过10%", None, 10.0),
        ("水分≯10%", None, 10.0),
        ("水分小于等于10%", None, 10.0),
        ("min. moisture 10 %", 10.0, None),
        ("最低含水率10%", 10.0, None),
        ("水分不应低于10%", 10.0, None),
        ("moisture in excess of 10 %", 10.0, None),
        ("moisture 10 % or higher", 10.0, None),
        ("水分大于等于10%", 10.0, None),
    ],
)
def test_limits_have_one_side(text, low, high):
    (figure,) = extract_figures(text, PROPERTIES)
    assert (figure.property_slug, figure.low, figure.typ, figure.high) == ("moisture", low, None, high)
    assert figure.kind == "limit"


@pytest.mark.parametrize(
    ("text", "slug", "value"),
    [
        ("Cl 5000 ppm", "cl", 0.5),
        ("lead 3%", "pb", 30000.0),
        ("镉18mg/kg的污水污泥", "cd", 18.0),
        ("Pb 300 mg/l", "pb", 300.0),
        ("aflatoxin 80 ppb", "aflatoxin", 80.0),
        ("TDS 280 g/l", "tds", 280000.0),
        ("COD 12,000 mg/L", "cod", 12000.0),
        ("蒸汽压力2 MPa", "pressure_bar", 20.0),
        ("Steam surplus 20 bar", "pressure_bar", 20.0),
        ("热值5000大卡", "calorific_value", 20.934),
        ("热值5000 kcal/kg", "calorific_value", 20.934),
        ("calorific value 18 GJ/t", "calorific_value", 18.0),
        ("temperature 194 °F", "temperature_c", 90.0),
        ("45℃服务器冷却水", "temperature_c", 45.0),
        ("Blaine 4200 cm2/g", "blaine", 420.0),
        ("conductivity 2 mS/cm", "conductivity", 2000.0),
        ("crushed to 2 cm", None, None),
    ],
)
def test_units_become_the_one_of_the_property(text, slug, value):
    assert [(row[0], row[2]) for row in found(text)] == ([(slug, value)] if slug else [])


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("Ni 12% dry basis", "dry"),
        ("干基含水率8%", "dry"),
        ("SiO2 55% as received", "as_received"),
        ("收到基烧失量5%", "as_received"),
        ("moisture 8%", "as_received"),
        ("LOI 5%", "dry"),
        ("99% CO2", "-"),
    ],
)
def test_the_basis_is_the_one_said_or_the_usual_one(text, basis):
    assert [figure.basis for figure in extract_figures(text, PROPERTIES)] == [basis]


@pytest.mark.parametrize(
    "text",
    [
        "no chloride",
        "without chloride",
        "不含氯",
        "LOI 150%",
        "moisture -5 %",
        "as 5 tonnes per day",
        "3 shifts, 200 t",
        "",
        "pH 40",
    ],
)
def test_what_is_denied_impossible_or_no_property_is_left_out(text):
    assert found(text) == []


def test_alkali_equivalent_is_not_soda():
    assert found("Na2O-eq up to 0.6%") == [("na2o_eq", None, None, 0.6)]


def test_free_lime_is_not_lime():
    assert found("f-CaO 1.5%, CaO 42%") == [("free_cao", None, 1.5, None), ("cao", None, 42.0, None)]


def test_the_span_points_into_the_original_text():
    text = "铝灰；ＬＯＩ　５％，其他"
    (figure,) = extract_figures(text, PROPERTIES)
    assert text[slice(*figure.span)] == figure.text == "ＬＯＩ　５％"


@pytest.mark.parametrize(
    "text", ["9" * 10_000, "%" * 10_000, "Fe " * 4_000, "1-2-3-4-5% " * 900, "🏭\x00\x07 5% \ud800"]
)
def test_odd_texts_are_read_without_failing(text):
    assert isinstance(extract_figures(text, PROPERTIES), tuple)

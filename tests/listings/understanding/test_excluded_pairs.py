"""What a prohibition, a named hazard or a stated limit excludes is never accepted, however it is worded.

General rules of waste practice: food and feed, soil, dwellings and roads, drinking gases, fuels, recycled goods.
"""

import datetime as dt

import pytest
from django.core.management import call_command

from matching.engine.codes import Verdict
from matching.file_arrays import FileArrays
from matching.file_matching import FileMatcher
from matching.file_rows import FileRow

EXCLUDED = """
Plating sludge with nickel and chromium => Compost feedstock
电镀镍铬污泥 => 堆肥原料
MSW incinerator fly ash => Road base in a residential area
生活垃圾焚烧飞灰 => 居民区道路基层材料
CCA-treated fence posts => Animal bedding shavings
浸油枕木 => 刨花板木料
Leaded CRT funnel glass => Container glass batch cullet
含铅显像管锥玻璃 => 瓶罐玻璃配合料碎玻璃
Chrome-tanned leather shavings => Protein for animal feed
铬鞣皮屑 => 动物饲料用蛋白
Phosphogypsum, radium bearing => Calcium for poultry feed
Mouldy maize with aflatoxin => Dairy cattle feed
霉变玉米，黄曲霉毒素超标 => 奶牛饲料
餐馆废煎炸油 => 食品煎炸用食用油调配
Meat and bone meal of ruminants => Cattle feed protein
Raw flue gas of a coal boiler, SO2 800 mg/m3 => CO2 for soft drinks
Asbestos cement sheets => Crushed aggregate for road sub-base
石棉水泥瓦 => 道路底基层用再生骨料
含多氯联苯变压器油 => 再生基础油
Halogenated solvents, dichloromethane => Cement kiln fuel, chlorine < 0.5 %
医疗废物 => 再生塑料造粒原料
Coal fly ash LOI 14 % => Fly ash for concrete, LOI at most 5 %
粉煤灰，烧失量14% => 混凝土用粉煤灰，烧失量不得高于5%
FGD gypsum, moisture 25 % => Plasterboard plant, max moisture 10 %
脱硫石膏，含水率25% => 石膏板厂，最大含水率10%
RDF, chlorine 2.5 % => Kiln fuel, Cl not to exceed 0.8 %
铬盐生产铬渣 => 烧结砖原料
含砷冶炼废渣 => 水泥生料铁质原料
Coal tar pitch bound road planings => Hot mix asphalt recycling
含煤焦油旧沥青铣刨料 => 沥青热再生
Sewage sludge with cadmium 45 mg/kg => Fertiliser for vegetables
制革污泥，铬2% => 农田土壤改良
Spent pot lining, cyanide and fluoride => Road fill
含油钻屑 => 蔬菜栽培基质
"""
PAIRS = [tuple(part.strip() for part in line.split("=>")) for line in EXCLUDED.strip().splitlines()]


def rows(texts: tuple[str, ...]) -> list[FileRow]:
    return [FileRow(number=number, key=str(number), description=text) for number, text in enumerate(texts, start=1)]


@pytest.mark.django_db
def test_excluded_pairs_are_never_accepted():
    call_command("load_reference_data", verbosity=0)
    offers, needs = (rows(texts) for texts in zip(*PAIRS, strict=True))
    pairs = FileMatcher(FileArrays(offers, needs, dt.date(2026, 1, 5))).pairs(top=0, explain=True)
    own = {pair.need.number: pair for pair in pairs if pair.need.number == pair.offer.number}
    accepted = [pair.offer.description for pair in own.values() if pair.verdict == Verdict.ACCEPTED]
    assert (len(own), accepted) == (len(PAIRS), [])

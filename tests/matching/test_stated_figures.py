"""Figures that texts state, against each other: what contradicts is refused, what may fit is a question."""

from __future__ import annotations

import datetime as dt

import pytest

from listings.models import Property
from matching.file_arrays import FileArrays
from matching.file_matching import FileMatcher
from matching.file_rows import FileRow, PropertyRange
from matching.knowledge import forget

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]

PAIRS = """
rejected | Fly ash with 15 % loss on ignition | Pozzolan for ready-mix concrete, LOI not above 6 %
accepted | Fly ash with 4.8 % loss on ignition | Pozzolan for ready-mix concrete, LOI not above 6 %
rejected | 粉煤灰，烧失量 8.2% | 混凝土掺合料用粉煤灰，烧失量 ≤8%
accepted | 粉煤灰，烧失量 8.0% | 混凝土掺合料用粉煤灰，烧失量 ≤8%
possible | Fly ash, LOI < 5 % | Fly ash for concrete, LOI ≤ 3 %
possible | 粉煤灰，烧失量小于5% | 混凝土用粉煤灰，烧失量≤3%
accepted | Fly ash, LOI < 5 % | Fly ash for concrete, LOI ≤ 5 %
rejected | 粉煤灰，烧失量大于10% | 混凝土用粉煤灰，烧失量≤8%
possible | 粉煤灰，烧失量 3~9% | 混凝土用粉煤灰，烧失量不超过5%
possible | Iron dust, Fe > 50 % | Iron dust for sinter, Fe between 45 and 55 %
possible | Lime sludge, moisture up to 60 % | Lime sludge, moisture max 30 %
possible | RDF, calorific value above 15 MJ/kg | RDF for kiln, calorific value at least 18 MJ/kg
accepted | RDF, calorific value above 20 MJ/kg | RDF for kiln, calorific value at least 18 MJ/kg
rejected | RDF, calorific value 3000 kcal/kg | RDF for kiln, calorific value at least 18 MJ/kg
rejected | RDF fluff, chloride 0.5 % | Alternative fuel for cement kiln, Cl ≤ 0.1 %
accepted | RDF fluff, chloride 0.08 % | Alternative fuel for cement kiln, Cl ≤ 0.1 %
rejected | RDF，氯含量 9000 mg/kg | 水泥窑替代燃料，氯≤0.8%
accepted | RDF，氯含量 7000 mg/kg | 水泥窑替代燃料，氯≤0.8%
rejected | 垃圾衍生燃料，氯 15‰ | 水泥窑替代燃料，氯含量不超过1%
accepted | 垃圾衍生燃料，氯 5‰ | 水泥窑替代燃料，氯含量不超过1%
rejected | FGD gypsum, chloride 600 ppm | Wallboard gypsum, chloride < 100 ppm
rejected | Wood chips, moisture 55 % as received | Boiler wood chips, moisture content 20 to 40 %
accepted | Wood chips, moisture 35 % as received | Boiler wood chips, moisture content 20 to 40 %
rejected | 轧钢铁皮，含油 3%，全铁 71% | 烧结用氧化铁皮，全铁≥68%，含油不超过1%
accepted | 轧钢铁皮，含油 0.5%，全铁 71% | 烧结用氧化铁皮，全铁≥68%，含油不超过1%
rejected | Wood pellets waste, ash content 6 % as received, moisture 40 % | Wood fuel, ash content at most 8 %
accepted | Wood pellets waste, ash content 6 % as received, moisture 10 % | Wood fuel, ash content at most 8 %
possible | Wood pellets waste, ash content 6 % as received | Wood fuel, ash content at most 8 %
accepted | Wood pellets waste, ash content 6 % dry basis, moisture 40 % | Wood fuel, ash content at most 8 %
rejected | 含铬污泥，总铬 3.5% | 堆肥用有机原料
"""
ROWS = [[part.strip() for part in line.split("|")] for line in PAIRS.strip().splitlines()]


def test_an_open_end_of_what_has_no_bound_reaches_to_infinity() -> None:
    Property.objects.filter(slug="calorific_value").update(min_value=None, max_value=None)
    forget()
    offers = [
        FileRow(number=at, key=str(at), description="RDF", properties={"calorific_value": each})
        for at, each in enumerate(
            [PropertyRange(minimum=15.0), PropertyRange(maximum=20.0), PropertyRange(typical=15.0)]
        )
    ]
    need = FileRow(0, "0", "RDF for kiln", properties={"calorific_value": PropertyRange(minimum=18.0)})
    pairs = FileMatcher(FileArrays(offers, [need], dt.date(2026, 11, 21))).of_rows(range(3), [0, 0, 0])
    assert [pair and pair.verdict.name for pair in pairs] == ["POSSIBLE", "POSSIBLE", "REJECTED"]


def test_each_pair_is_judged_by_what_its_texts_state() -> None:
    offers, needs = (
        [FileRow(number=at, key=str(at), description=row[column]) for at, row in enumerate(ROWS)] for column in (1, 2)
    )
    rows = range(len(ROWS))
    pairs = FileMatcher(FileArrays(offers, needs, dt.date(2026, 11, 21))).of_rows(rows, rows)
    found = [(pair.verdict.name.lower() if pair else "", *row[1:]) for pair, row in zip(pairs, ROWS, strict=True)]
    assert found == [tuple(row) for row in ROWS]

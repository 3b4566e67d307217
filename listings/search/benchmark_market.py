"""Made-up listings of any number, straight as documents: what the search is timed on.

Materials, places, parks and codes are those of the reference tables. A few materials make up most of the market
(the k-th most frequent occurs as 1/k), sites gather in and around towns, and every third keeps its place hidden.
The same number and seed give the same listings.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from marketplace.firms.models.places import cell_centre

from .documents import Document
from .facets import HIDDEN_PRICE, price_band, quantity_band
from .gathering import HIDDEN_DOCUMENTS, NO_DOCUMENTS, NO_STATUS
from .query import Place
from .tokens import index_tokens

REFERENCE = Path(__file__).parent.parent / "reference"
TODAY = dt.date(2026, 7, 1)
OPENED = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
TOWN_SPREAD_DEGREES = 0.15
FIRMS_PER_LISTING = 0.2
DETAILS = (
    "出厂价，可长期供应，月产稳定，自提或送到。Loose in bulk, loading by shovel, samples on request.",
    "含水率低于百分之二十，化验单齐全。Moisture below 20 %, laboratory report available, silo truck loading.",
    "吨袋包装，仓库现货，需要资质。Big bags, stored under roof, permit required, weighbridge on site.",
    "春季检修后恢复供应，可签年度合同。Yearly contract possible, rail siding, delivery within the province.",
    "杂质少，颜色均匀，可送小样。Little contamination, even colour, small samples sent by courier.",
    "露天堆存，雨季含水高，价格面议。Stored in the open, wetter in the rainy season, price on request.",
)
Row = Mapping[str, str]


@dataclass(frozen=True)
class Subject:
    """A material with the tokens under which its listings are found."""

    key: int
    family: str
    form: str
    hazard: str
    codes: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Town:
    key: int
    province: str
    park: str
    latitude: float
    longitude: float
    words: str


class Market:
    """Holds the tables, so that drawing a listing is cheap."""

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed

    @cached_property
    def subjects(self) -> list[Subject]:
        """In an order of their own, so that frequent materials come from all families."""
        rows = _rows("materials")
        names = {row["slug"]: row for row in rows}
        found = [_subject(number, row, names) for number, row in enumerate(rows, start=1)]
        random.Random(7).shuffle(found)  # noqa: S311
        return found

    @cached_property
    def towns(self) -> list[Town]:
        provinces = {row["code"][:2]: row["code"] for row in _rows("regions_cn") if row["level"] == "province"}
        parks = {row["region_code"]: str(number) for number, row in enumerate(_rows("parks"), start=1)}
        rows = [row for row in _rows("regions_cn") if row["level"] != "province" and row["lat"]]
        return [_town(number, row, provinces, parks) for number, row in enumerate(rows, start=1)]

    @cached_property
    def details(self) -> list[str]:
        return [_tokens(text) for text in DETAILS]

    def documents(self, number: int) -> Iterator[Document]:
        dice = random.Random(self.seed)  # noqa: S311
        weights = list(accumulate(1 / rank for rank in range(1, len(self.subjects) + 1)))
        busy = list(accumulate(1 / rank**0.5 for rank in range(1, len(self.towns) + 1)))
        firms = max(1, int(number * FIRMS_PER_LISTING))
        for listing in range(1, number + 1):
            subject = dice.choices(self.subjects, cum_weights=weights)[0]
            town = dice.choices(self.towns, cum_weights=busy)[0]
            yield _document(listing, dice.randrange(1, firms + 1), subject, town, dice.choice(self.details), dice)


def _document(listing: int, firm: int, subject: Subject, town: Town, detail: str, dice: random.Random) -> Document:
    exact = _place(town, dice)
    shown = dice.random() < 0.67
    public = exact if shown else Place(cell_centre(exact.latitude), cell_centre(exact.longitude))
    price = round(dice.gauss(150, 250), 2) if dice.random() < 0.8 else None
    told = dice.random() < 0.7
    quantity = round(10 ** dice.uniform(0.5, 5.5), 3)
    papers = tuple(kind for kind in ("lab", "photo", "sds") if dice.random() < 0.3) or (NO_DOCUMENTS,)
    name = _firm_words(firm)
    return Document(
        listing=listing,
        kind="offer" if dice.random() < 0.6 else "need",
        firm=firm,
        firm_shown=(shown, True, True),
        country="CN",
        region=town.key,
        place=(public, public, exact),
        words=f"{subject.words} {town.words} {detail}",
        firm_words=(name if shown else "", name, name),
        material=subject.key,
        family=subject.family,
        form=subject.form,
        codes=subject.codes[:2],
        status=dice.choices(("waste", "by_product", "end_of_waste", NO_STATUS), (5, 3, 1, 1))[0],
        hazard=subject.hazard,
        park=(town.park if shown else "", town.park if shown else "", town.park),
        province=town.province,
        quantity_t_per_year=quantity,
        quantity=quantity_band(quantity),
        price_per_t=(price if told else None, price, price),
        price=(price_band(price) if told else HIDDEN_PRICE, price_band(price), price_band(price)),
        quality=str(dice.choices((0, 1, 2, 3), (1, 3, 4, 2))[0]),
        evidence=(papers if told else (HIDDEN_DOCUMENTS,), papers, papers),
        confirmed_on=TODAY - dt.timedelta(days=dice.randrange(90)),
        available_to=TODAY + dt.timedelta(days=dice.randrange(1, 700)) if dice.random() < 0.3 else None,
        published_at=OPENED - dt.timedelta(seconds=dice.randrange(20_000_000), microseconds=dice.randrange(1_000_000)),
    )


def _place(town: Town, dice: random.Random) -> Place:
    latitude = town.latitude + dice.gauss(0, TOWN_SPREAD_DEGREES)
    return Place(round(latitude, 6), round(town.longitude + dice.gauss(0, TOWN_SPREAD_DEGREES), 6))


def _subject(key: int, row: Row, rows: Mapping[str, Row]) -> Subject:
    family = row
    while family["parent"]:
        family = rows[family["parent"]]
    text = " ".join(part[column] for part in (row, family) for column in ("name_zh", "name_en"))
    codes = tuple(code for code in row["ewc_codes"].split("|") if code)
    return Subject(key, family["slug"], row["form"], row["hazardous_possible"], codes, _tokens(text))


def _town(key: int, row: Row, provinces: Mapping[str, str], parks: Mapping[str, str]) -> Town:
    words = _tokens(f"{row['name_zh']} {row['name_en']}")
    park = parks.get(row["code"], "")
    return Town(key, provinces[row["code"][:2]], park, float(row["lat"]), float(row["lon"]), words)


def _firm_words(firm: int) -> str:
    return _tokens(f"循环材料{firm}厂 Circular Works {firm}")


def _tokens(text: str) -> str:
    return " ".join(index_tokens(text))


def _rows(table: str) -> list[Row]:
    with (REFERENCE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

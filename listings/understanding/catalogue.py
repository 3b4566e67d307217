"""The vocabulary of the trade as plain frozen data, read from the reference files or built from the database."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MaterialTerm:
    """A material or, without `parent`, a family of materials."""

    slug: str
    parent: str
    name_en: str
    name_zh: str
    synonyms: tuple[str, ...] = ()
    form: str = ""
    ewc_codes: tuple[str, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        return (self.name_en, self.name_zh, *self.synonyms)


@dataclass(frozen=True, slots=True)
class UseTerm:
    """What a taker does with a material."""

    slug: str
    name_en: str
    name_zh: str
    synonyms: tuple[str, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        return (self.name_en, self.name_zh, *self.synonyms)


@dataclass(frozen=True, slots=True)
class PropertyTerm:
    """A measurable property with its one canonical unit and physical bounds."""

    slug: str
    name_en: str
    name_zh: str
    symbol: str = ""
    unit: str = ""
    basis_default: str = "-"
    synonyms: tuple[str, ...] = ()
    min_value: float | None = None
    max_value: float | None = None

    @property
    def phrases(self) -> tuple[str, ...]:
        return (self.name_en, self.name_zh, self.symbol, *self.synonyms)


@dataclass(frozen=True, slots=True)
class CodeTerm:
    """A waste code of one scheme (EWC, CN-SW or CN-HW)."""

    scheme: str
    code: str
    name_en: str
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class UseFit:
    """How well a material serves a use, 0 to 1, or that it must not."""

    material: str
    use: str
    suitability: float
    prohibited: bool = False


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything the understanding of a text needs to know; compared and hashed by identity."""

    materials: tuple[MaterialTerm, ...]
    uses: tuple[UseTerm, ...] = ()
    properties: tuple[PropertyTerm, ...] = ()
    codes: tuple[CodeTerm, ...] = ()
    fits: tuple[UseFit, ...] = ()

    @classmethod
    def from_rows(
        cls,
        *,
        materials: Iterable[Row],
        uses: Iterable[Row] = (),
        properties: Iterable[Row] = (),
        codes: Iterable[Row] = (),
        material_uses: Iterable[Row] = (),
    ) -> "Catalogue":
        """Build from rows that have the columns of the reference files."""
        return cls(
            materials=tuple(material_term(row) for row in materials),
            uses=tuple(use_term(row) for row in uses),
            properties=tuple(property_term(row) for row in properties),
            codes=tuple(code_term(row) for row in codes),
            fits=tuple(use_fit(row) for row in material_uses),
        )

    @classmethod
    def from_files(cls, folder: Path | str) -> "Catalogue":
        """Read the reference files of `folder`; a missing file is an empty table, except materials.csv."""
        folder = Path(folder)
        return cls.from_rows(
            materials=read_rows(folder / "materials.csv", required=True),
            uses=read_rows(folder / "uses.csv"),
            properties=read_rows(folder / "properties.csv"),
            codes=read_rows(folder / "waste_codes.csv"),
            material_uses=read_rows(folder / "material_uses.csv"),
        )


def read_rows(path: Path, *, required: bool = False) -> list[dict[str, str]]:
    """All rows of a UTF-8 CSV with a header."""
    if not required and not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def split_list(text: str | None) -> tuple[str, ...]:
    """A `|`-separated cell as a tuple, blanks dropped."""
    return tuple(part.strip() for part in (text or "").split("|") if part.strip())


def material_term(row: Row) -> MaterialTerm:
    return MaterialTerm(
        slug=row["slug"],
        parent=row.get("parent") or "",
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        synonyms=split_list(row.get("synonyms_en")) + split_list(row.get("synonyms_zh")),
        form=row.get("form") or "",
        ewc_codes=tuple(code.replace(" ", "") for code in split_list(row.get("ewc_codes"))),
    )


def use_term(row: Row) -> UseTerm:
    synonyms = split_list(row.get("synonyms_en")) + split_list(row.get("synonyms_zh"))
    return UseTerm(slug=row["slug"], name_en=row["name_en"], name_zh=row["name_zh"], synonyms=synonyms)


def property_term(row: Row) -> PropertyTerm:
    return PropertyTerm(
        slug=row["slug"],
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        symbol=row.get("symbol") or "",
        unit=row.get("unit") or "",
        basis_default=row.get("basis_default") or "-",
        synonyms=split_list(row.get("synonyms_en")) + split_list(row.get("synonyms_zh")),
        min_value=_number(row.get("min_value")),
        max_value=_number(row.get("max_value")),
    )


def code_term(row: Row) -> CodeTerm:
    return CodeTerm(row["scheme"], row["code"].replace(" ", ""), row.get("name_en") or "", row.get("name_zh") or "")


def use_fit(row: Row) -> UseFit:
    prohibited = (row.get("prohibited") or "").lower() == "true"
    return UseFit(row["material_slug"], row["use_slug"], float(row.get("suitability") or 0), prohibited)


def _number(text: str | None) -> float | None:
    return float(text) if text else None

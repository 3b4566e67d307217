"""How well the engine does on documented exchanges: who it finds for each need, and which pairs it accepts."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean

from listings.models import WasteCode
from listings.understanding.catalogue import split_list
from matching.engine.codes import Verdict
from matching.file_arrays import FileArrays
from matching.file_matching import FileMatcher, FilePair
from matching.file_rows import FileRow

RANKS = (1, 5, 10)
NEVER = 10**9
NOT_UNDERSTOOD = "not understood"  # no material was read in the offer, or nothing that is wanted in the need
SHOWN_IDS = 5


@dataclass(frozen=True)
class Track:
    """Languages of the two sides, and whether the offers' waste codes are told."""

    offers: str
    needs: str
    codes: bool

    @property
    def name(self) -> str:
        return f"{self.needs.upper()} need → {self.offers.upper()} offers{' with codes' if self.codes else ''}"


TRACKS = tuple(
    Track(*languages, codes) for languages in (("en", "en"), ("zh", "zh"), ("en", "zh")) for codes in (False, True)
)


@dataclass(frozen=True)
class Finding:
    """What became of one need: rank of its documented partner, classes of the best offers, verdict on the pair."""

    case: str
    partner_rank: int
    class_rank: int
    verdict: str
    reasons: str


@dataclass(frozen=True)
class Scores:
    """Shares of the needs, 0 to 1. `class_hit` counts an offer of any class an expert would accept."""

    track: str
    recall: dict[int, float]
    mrr: float
    class_hit: dict[int, float]
    accepted: float
    findings: tuple[Finding, ...] = field(repr=False, default=())


@dataclass(frozen=True)
class Acceptance:
    """Shares of pairs accepted; `wrongly` and `refused` name the rows that are not as they should be."""

    language: str
    negatives: float
    twins: float
    wrongly: tuple[str, ...]
    refused: tuple[str, ...]


class BadCases(ValueError):
    """The files cannot be scored; says which file and why."""


@dataclass(frozen=True)
class CaseFiles:
    """Where the four files of a set are."""

    cases: Path
    keys: Path
    negatives: Path
    twins: Path

    @classmethod
    def of_set(cls, folder: Path, name: str) -> CaseFiles:
        """The files `symbiosis_*_<name>.csv` of a folder."""
        parts = ("cases", "keys", "negatives", "negative_twins")
        return cls(*(folder / f"symbiosis_{part}_{name}.csv" for part in parts))


@dataclass(frozen=True)
class Cases:
    rows: list[dict[str, str]]
    offer_class: dict[str, str]
    acceptable: dict[str, frozenset[str]]
    negatives: list[dict[str, str]]
    twins: dict[str, dict[str, str]]

    @classmethod
    def read(cls, files: CaseFiles) -> Cases:
        """All four files; every case must have its key, every negative its twin."""
        rows = _rows(files.cases, "case_id", *_texts("byproduct_text"), *_texts("need_text"))
        keys = _rows(files.keys, "case_id", "offer_class", "acceptable_offer_classes")
        negatives = _rows(files.negatives, "neg_id", *_texts("byproduct_text"), *_texts("need_text"))
        twins = _rows(files.twins, "neg_id", *_texts("suitable_byproduct_text"))
        if not rows:
            raise BadCases(f"{files.cases}: there are no cases in it.")
        _all_in(files.keys, (row["case_id"] for row in rows), {key["case_id"] for key in keys})
        _all_in(files.twins, (row["neg_id"] for row in negatives), {twin["neg_id"] for twin in twins})
        return cls(
            rows=rows,
            offer_class={key["case_id"]: key["offer_class"] for key in keys},
            acceptable={key["case_id"]: frozenset(split_list(key["acceptable_offer_classes"])) for key in keys},
            negatives=negatives,
            twins={twin["neg_id"]: twin for twin in twins},
        )


def score_track(cases: Cases, track: Track, day: dt.date) -> Scores:
    """All offers compete for every need, by their words alone: neither place nor quantity nor price is told."""
    codes = _codes(cases.rows) if track.codes else {}
    offers = [
        _row(row["case_id"], row[f"byproduct_text_{track.offers}"], codes.get(row.get("waste_code_ewc", "")))
        for row in cases.rows
    ]
    needs = [_row(row["case_id"], row[f"need_text_{track.needs}"]) for row in cases.rows]
    found = _matched(offers, needs, day)
    findings = tuple(_finding(cases, need.key, found[need.key]) for need in needs)
    return Scores(
        track=track.name,
        recall={rank: fmean(each.partner_rank <= rank for each in findings) for rank in RANKS},
        mrr=fmean(1 / each.partner_rank for each in findings),
        class_hit={rank: fmean(each.class_rank <= rank for each in findings) for rank in (1, 5)},
        accepted=fmean(each.verdict == "accepted" for each in findings),
        findings=findings,
    )


def score_acceptance(cases: Cases, language: str, day: dt.date) -> Acceptance:
    """Each need against the by-product that does not fit it, and against the twin that does."""
    wrongly, refused = [], []
    for row in cases.negatives:
        need = _row(row["neg_id"], row[f"need_text_{language}"])
        wrong = _row("wrong", row[f"byproduct_text_{language}"])
        right = _row("right", cases.twins[row["neg_id"]][f"suitable_byproduct_text_{language}"])
        verdicts = {pair.offer.key: pair.verdict for pair in _matched([wrong, right], [need], day)[need.key]}
        wrongly += [need.key] if verdicts.get("wrong") == Verdict.ACCEPTED else []
        refused += [need.key] if verdicts.get("right") != Verdict.ACCEPTED else []
    count = len(cases.negatives) or 1
    return Acceptance(language, len(wrongly) / count, 1 - len(refused) / count, tuple(wrongly), tuple(refused))


def as_json(scores: Sequence[Scores], acceptance: Sequence[Acceptance]) -> dict[str, object]:
    return {"tracks": [asdict(each) for each in scores], "acceptance": [asdict(each) for each in acceptance]}


def _finding(cases: Cases, case: str, pairs: Sequence[FilePair]) -> Finding:
    """`pairs` are all of the need, best first, rejected ones last."""
    matched = [pair for pair in pairs if pair.verdict != Verdict.REJECTED]
    classes = [cases.offer_class[pair.offer.key] for pair in matched]
    partner = next((pair for pair in pairs if pair.offer.key == case), None)
    return Finding(
        case=case,
        partner_rank=partner.rank or NEVER if partner else NEVER,
        class_rank=_first(name in cases.acceptable[case] for name in classes),
        verdict=partner.verdict.name.lower() if partner else NOT_UNDERSTOOD,
        reasons="; ".join(partner.reasons) if partner else "",
    )


def _first(hits: Iterable[bool]) -> int:
    return next((rank for rank, hit in enumerate(hits, start=1) if hit), NEVER)


def _matched(offers: Sequence[FileRow], needs: Sequence[FileRow], day: dt.date) -> dict[str, list[FilePair]]:
    found: dict[str, list[FilePair]] = {need.key: [] for need in needs}
    for pair in FileMatcher(FileArrays(offers, needs, day)).pairs(top=0, explain=True):
        found[pair.need.key].append(pair)
    return found


def _row(key: str, text: str, code: WasteCode | None = None) -> FileRow:
    return FileRow(number=0, key=key, description=text, code=code)


def _codes(rows: Sequence[dict[str, str]]) -> dict[str, WasteCode]:
    wanted = {row.get("waste_code_ewc", "") for row in rows}
    return {code.code: code for code in WasteCode.objects.filter(scheme="EWC", code__in=wanted)}


def _texts(column: str) -> tuple[str, str]:
    return f"{column}_en", f"{column}_zh"


def _rows(path: Path, *needed: str) -> list[dict[str, str]]:
    """Rows of a CSV file that has at least these columns, none of them cut short."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle, restval="")
            missing = [column for column in needed if column not in (reader.fieldnames or ())]
            if missing:
                raise BadCases(f"{path}: columns are missing: {', '.join(missing)}.")
            return list(reader)
    except FileNotFoundError as error:
        raise BadCases(f"{path}: there is no such file.") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadCases(f"{path}: cannot be read as CSV in UTF-8: {error}.") from error


def _all_in(path: Path, wanted: Iterable[str], there: set[str]) -> None:
    lost = sorted(set(wanted) - there)
    if lost:
        more = f" and {len(lost) - SHOWN_IDS} more" if len(lost) > SHOWN_IDS else ""
        raise BadCases(f"{path}: no row for {', '.join(lost[:SHOWN_IDS])}{more}.")

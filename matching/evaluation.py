"""How well the engine does on documented exchanges: who it finds for each need, and which pairs it accepts."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean

from listings.models import WasteCode
from matching.engine.codes import Verdict
from matching.file_arrays import FileArrays
from matching.file_matching import FileMatcher, FilePair
from matching.file_rows import FileRow

RANKS = (1, 5, 10)
NEVER = 10**9


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


@dataclass(frozen=True)
class Cases:
    rows: list[dict[str, str]]
    offer_class: dict[str, str]
    acceptable: dict[str, frozenset[str]]
    negatives: list[dict[str, str]]
    twins: dict[str, dict[str, str]]

    @classmethod
    def read(cls, folder: Path, name: str) -> Cases:
        """The four files `symbiosis_*_<name>.csv` of a folder."""
        keys = _rows(folder / f"symbiosis_keys_{name}.csv")
        return cls(
            rows=_rows(folder / f"symbiosis_cases_{name}.csv"),
            offer_class={key["case_id"]: key["offer_class"] for key in keys},
            acceptable={key["case_id"]: frozenset(key["acceptable_offer_classes"].split("|")) for key in keys},
            negatives=_rows(folder / f"symbiosis_negatives_{name}.csv"),
            twins={row["neg_id"]: row for row in _rows(folder / f"symbiosis_negative_twins_{name}.csv")},
        )


def score_track(cases: Cases, track: Track, day: dt.date) -> Scores:
    """All offers compete for every need, by their words alone: neither place nor quantity nor price is told."""
    codes = _codes(cases.rows) if track.codes else {}
    offers = [
        _row(row["case_id"], row[f"byproduct_text_{track.offers}"], codes.get(row["waste_code_ewc"]))
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
        wrongly += [need.key] if verdicts["wrong"] == Verdict.ACCEPTED else []
        refused += [need.key] if verdicts["right"] != Verdict.ACCEPTED else []
    count = len(cases.negatives)
    return Acceptance(language, len(wrongly) / count, 1 - len(refused) / count, tuple(wrongly), tuple(refused))


def as_json(scores: Sequence[Scores], acceptance: Sequence[Acceptance]) -> dict[str, object]:
    return {"tracks": [asdict(each) for each in scores], "acceptance": [asdict(each) for each in acceptance]}


def _finding(cases: Cases, case: str, pairs: Sequence[FilePair]) -> Finding:
    """`pairs` are all of the need, best first, rejected ones last."""
    matched = [pair for pair in pairs if pair.verdict != Verdict.REJECTED]
    classes = [cases.offer_class[pair.offer.key] for pair in matched]
    partner = next(pair for pair in pairs if pair.offer.key == case)
    return Finding(
        case=case,
        partner_rank=partner.rank or NEVER,
        class_rank=_first(name in cases.acceptable[case] for name in classes),
        verdict=partner.verdict.name.lower(),
        reasons="; ".join(partner.reasons),
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
    wanted = {row["waste_code_ewc"] for row in rows}
    return {code.code: code for code in WasteCode.objects.filter(scheme="EWC", code__in=wanted)}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))

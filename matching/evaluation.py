"""How well the engine does on documented exchanges: who it finds for each need, and which pairs it accepts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from listings.models import WasteCode
from listings.understanding.catalogue import split_list
from matching.engine.codes import Verdict
from matching.engine.columns import Flags, Longs
from matching.file_arrays import FileArrays, ReadTexts
from matching.file_matching import FileMatcher, FilePair
from matching.file_rows import FileRow
from matching.spreadsheets import UnreadableFile, read_lines

RANKS = (1, 5, 10)
NEVER = 10**9
NOT_UNDERSTOOD = "not understood"  # no material was read in the offer, or nothing that is wanted in the need
SHOWN_IDS = 5
Classes = NDArray[np.str_]


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


def score_track(cases: Cases, track: Track, day: dt.date, read: ReadTexts | None = None) -> Scores:
    """All offers compete for every need, by their words alone: neither place nor quantity nor price is told."""
    codes = _codes(cases.rows) if track.codes else {}
    offers = [
        _row(row["case_id"], row[f"byproduct_text_{track.offers}"], codes.get(row.get("waste_code_ewc", "")))
        for row in cases.rows
    ]
    needs = [_row(row["case_id"], row[f"need_text_{track.needs}"]) for row in cases.rows]
    findings = _findings(cases, FileMatcher(FileArrays(offers, needs, day, read)))
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
    needs = [_row(row["neg_id"], row[f"need_text_{language}"]) for row in cases.negatives]
    wrong = [_row("wrong", row[f"byproduct_text_{language}"]) for row in cases.negatives]
    twins = [cases.twins[need.key][f"suitable_byproduct_text_{language}"] for need in needs]
    right = [_row("right", text) for text in twins]
    accepted = _accepted([*wrong, *right], [*needs, *needs], day)
    wrongly = [need.key for need, met in zip(needs, accepted, strict=False) if met]
    refused = [need.key for need, met in zip(needs, accepted[len(needs) :], strict=True) if not met]
    count = len(cases.negatives) or 1
    return Acceptance(language, len(wrongly) / count, 1 - len(refused) / count, tuple(wrongly), tuple(refused))


def as_json(scores: Sequence[Scores], acceptance: Sequence[Acceptance]) -> dict[str, object]:
    return {"tracks": [asdict(each) for each in scores], "acceptance": [asdict(each) for each in acceptance]}


def _findings(cases: Cases, matcher: FileMatcher) -> tuple[Finding, ...]:
    """One for each case: the offer of the same row is its partner."""
    names, best = [row["case_id"] for row in cases.rows], matcher.ranked(0)
    classes = np.array([cases.offer_class[case] for case in names])
    edges = np.searchsorted(best.need_row, np.arange(len(names) + 1)).tolist()
    partners = matcher.of_rows(range(len(names)), range(len(names)))
    return tuple(
        _finding(case, best.offer_row[edges[row] : edges[row + 1]], row, classes, cases.acceptable[case], partners[row])
        for row, case in enumerate(names)
    )


def _finding(
    case: str, offers: Longs, own: int, classes: Classes, acceptable: frozenset[str], partner: FilePair | None
) -> Finding:
    """`offers` are the rows matched, best first; `own` is the partner's."""
    return Finding(
        case=case,
        partner_rank=_first(offers == own),
        class_rank=_first(np.isin(classes[offers], list(acceptable))),
        verdict=partner.verdict.name.lower() if partner else NOT_UNDERSTOOD,
        reasons="; ".join(partner.reasons) if partner else "",
    )


def _first(hits: Flags) -> int:
    return int(np.argmax(hits)) + 1 if hits.any() else NEVER


def _accepted(offers: Sequence[FileRow], needs: Sequence[FileRow], day: dt.date) -> list[bool]:
    """Of each offer and the need beside it."""
    rows = range(len(offers))
    pairs = FileMatcher(FileArrays(offers, needs, day)).of_rows(rows, rows)
    return [pair is not None and pair.verdict == Verdict.ACCEPTED for pair in pairs]


def _row(key: str, text: str, code: WasteCode | None = None) -> FileRow:
    return FileRow(number=0, key=key, description=text, code=code)


def _codes(rows: Sequence[dict[str, str]]) -> dict[str, WasteCode]:
    wanted = {row.get("waste_code_ewc", "") for row in rows}
    return {code.code: code for code in WasteCode.objects.filter(scheme="EWC", code__in=wanted)}


def _texts(column: str) -> tuple[str, str]:
    return f"{column}_en", f"{column}_zh"


def _rows(path: Path, key: str, *needed: str) -> list[dict[str, str]]:
    """Rows of a table that has at least these columns, each under a `key` of its own; a missing cell is empty."""
    if not path.is_file():
        raise BadCases(f"{path}: there is no such file.")
    try:
        lines, _encoding = read_lines(path)
        table = [cells for line in lines if any(cells := [cell.strip() for cell in line])]
    except UnreadableFile as error:
        raise BadCases(f"{path.parent}: {error}.") from error
    header, rows = table[0] if table else [], table[1:]
    missing = [column for column in (key, *needed) if column not in header]
    if missing:
        raise BadCases(f"{path}: columns are missing: {', '.join(missing)}.")
    _require_distinct(path, [row[header.index(key)] for row in rows])
    return [dict(zip_longest(header, row[: len(header)], fillvalue="")) for row in rows]


def _require_distinct(path: Path, keys: Sequence[str]) -> None:
    if "" in keys:
        raise BadCases(f"{path}: a row has no id.")
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise BadCases(f"{path}: more than one row for {_named(twice)}.")


def _all_in(path: Path, wanted: Iterable[str], there: set[str]) -> None:
    lost = sorted(set(wanted) - there)
    if lost:
        raise BadCases(f"{path}: no row for {_named(lost)}.")


def _named(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - SHOWN_IDS} more" if len(keys) > SHOWN_IDS else ""
    return f"{', '.join(keys[:SHOWN_IDS])}{more}"

"""What some lists say to the market: substances with an encouraged substitute, and equipment to be phased out.

Each version of an entry becomes cautions of listings, on the floor below, in the transaction that publishes it.
An entry of substitutes names the substitute and says in its own columns what it replaces, and up to which content that
is overlooked; an entry of equipment names the equipment and its models.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from listings.cautions import Stated, state_cautions
from listings.models import Caution
from listings.understanding.reading import read
from listings.understanding.substances import substances, substances_in
from listings.understanding.text import tokens_of
from marketplace.units import Basis, parse_decimal

from .importing.days import read_day
from .models import Entry, EntryVersion, ListKind, RegulatedList, VersionFact

KINDS = {ListKind.SUBSTITUTES: Caution.Kind.SUBSTANCE, ListKind.PHASED_OUT: Caution.Kind.EQUIPMENT}
ROWS_AT_ONCE = 500
_SEPARATORS = re.compile(r"[、，,；;|~～]")
_ASIDE = re.compile(r"[（(][^）)]*[）)]")
_SERIES = re.compile(r"系列|\bseries\b", re.IGNORECASE)
_MODEL = re.compile(r"(?=.*[a-z])(?=.*\d)", re.IGNORECASE)
Fields = dict[str, Any]  # of a `Stated`
BASES = {
    Basis.DRY: frozenset({"dry", "dry basis", "干基", "绝干"}),
    Basis.AS_RECEIVED: frozenset({"ar", "as received", "wet", "wet basis", "收到基", "湿基"}),
}
MOST_THRESHOLD, PLACES = 10**10, 6
SHORTEST_MODEL = 3
"""A model of two letters such as S7 means too many other things to be looked for alone."""


def follow_cautions(regulated_list: RegulatedList, entries: Iterable[Entry]) -> int:
    """Let listings know what these entries say from now on; returns how many cautions begin or end.

    Call it in the transaction that changes the entries. Repeated, it changes nothing. Other lists have nothing to say.
    """
    if regulated_list.kind not in KINDS:
        return 0
    keys = sorted({entry.pk for entry in entries})
    portions = (keys[start : start + ROWS_AT_ONCE] for start in range(0, len(keys), ROWS_AT_ONCE))
    return sum(_follow(regulated_list, portion) for portion in portions)


def _follow(regulated_list: RegulatedList, keys: Sequence[int]) -> int:
    facts = Prefetch("facts", queryset=VersionFact.objects.select_related("column"))
    versions = EntryVersion.objects.filter(entry__in=keys).order_by("valid_from")
    newest = {row.entry_id: row for row in versions.select_related("entry", "batch").prefetch_related(facts)}
    stated = [
        each
        for version in newest.values()
        if version.valid_before is None
        for each in cautions_of(regulated_list, version)
    ]
    ended: dict[int, dt.date] = {key: row.valid_before or row.valid_from for key, row in newest.items()}
    return state_cautions(list_slug=regulated_list.slug, stated=stated, ended=ended)


def cautions_of(regulated_list: RegulatedList, version: EntryVersion) -> Iterator[Stated]:
    """What one version says, a row for each substance; one whose own columns are empty says nothing."""
    own = {fact.column.slug: fact.value for fact in version.facts.all()}
    units = {fact.column.slug: fact.column.unit for fact in version.facts.all()}
    make = _replaced if regulated_list.kind == ListKind.SUBSTITUTES else _phased_out
    for said in make(version, own):
        yield Stated(
            kind=KINDS[ListKind(regulated_list.kind)],
            entry_key=version.entry_id,
            entry_number=version.entry.sequence,
            entry_url=reverse("registers:entry", args=[regulated_list.slug, version.entry_id]),
            list_name_zh=regulated_list.name_zh,
            list_name_en=regulated_list.name_en,
            source_url=version.batch.announcement_url,
            valid_from=version.valid_from,
            to_verify=regulated_list.to_verify,
            **said,
            **_threshold(own, units.get("threshold", "")),
        )


def _threshold(own: dict[str, str], unit: str) -> Fields:
    """Up to which content the list overlooks it. The unit may stand in each row, or with the column for all of them."""
    try:
        value = parse_decimal(own.get("threshold", ""))
    except ValueError:
        return {}
    basis = next((key for key, words in BASES.items() if own.get("threshold_basis", "").strip().lower() in words), "")
    if not 0 <= value < MOST_THRESHOLD:
        return {}
    return {
        "threshold": round(value, PLACES),
        "threshold_unit": (own.get("threshold_unit", "") or unit)[:20],
        "threshold_basis": basis,
    }


def _replaced(version: EntryVersion, own: dict[str, str]) -> Iterator[Fields]:
    """One for each substance of the table that the entry names; one of its own words where it names none."""
    names = [own.get("substance", ""), own.get("substance_en", "")]
    cas = own.get("cas", "")
    shared: Fields = {
        "instead_zh": version.name_zh,
        "instead_en": version.name_en,
        "field_zh": version.scope_zh or own.get("field", ""),
        "field_en": version.scope_en,
        "cas": cas[:120],
    }
    known = sorted(substances_in(read("\n".join([*names, cas]))))
    for slug in known:
        named = substances()[slug]
        yield shared | {
            "substance": slug,
            "name_zh": (names[0] or named.name_zh)[:200],
            "name_en": (names[1] or named.name_en)[:250],
        }
    words = _words([*_parts(names), *_parts([cas, own.get("other_names", "")])])
    if words and not known:
        unnamed = "" if any(names) else words.split("|")[0]
        yield shared | {"name_zh": (names[0] or unnamed)[:200], "name_en": names[1][:250], "words": words}


def _phased_out(version: EntryVersion, own: dict[str, str]) -> Iterator[Fields]:
    names = _parts([version.name_zh, version.name_en])
    short = [_SERIES.sub("", name) for name in names]
    models = [each for each in _parts([own.get("model", "")]) if _is_telling(each)]
    words = _words([*names, *short, *models, *_parts([own.get("other_names", "")])])
    if words:
        yield {
            "name_zh": version.name_zh,
            "name_en": version.name_en,
            "words": words,
            "stop_by": _day(own.get("stop_by", "")),
            "field_zh": version.scope_zh,
            "field_en": version.scope_en,
        }


def _day(text: str) -> dt.date | None:
    """A column for texts may say “2020年底前”, which names no day."""
    try:
        return read_day(text)
    except ValueError:
        return None


def _parts(texts: Iterable[str]) -> list[str]:
    """The names in a cell, without what stands in brackets."""
    return [part.strip() for text in texts for part in _SEPARATORS.split(_ASIDE.sub("", text))]


def _words(texts: Iterable[str]) -> str:
    return "|".join(dict.fromkeys(text for text in texts if len(text) > 1))


def _is_telling(model: str) -> bool:
    return _MODEL.match(model) is not None and (len(tokens_of(model)) > 1 or len(model) >= SHORTEST_MODEL)

"""Documents to rows and back off the tables: the search's own copy in the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice

from django.db import connection, transaction

from ..models import SearchEntry, SearchText, SearchWord
from .documents import Document, fingerprint
from .facets import HIDDEN_PRICE
from .gathering import HIDDEN_DOCUMENTS, NO_DOCUMENTS
from .query import Level
from .spelling import is_spellable
from .tokens import GAP

AT_ONCE = 500
NOBODY = len(Level)
_ENTRY_FIELDS = [field.attname for field in SearchEntry._meta.concrete_fields if not field.primary_key]
_CHECKED_FIELDS = [name for name in _ENTRY_FIELDS if name != "checksum"]


def put(documents: Iterable[Document]) -> None:
    """Add or replace, some hundred at a time."""
    rest = iter(documents)
    while chunk := list(islice(rest, AT_ONCE)):
        _put(chunk)


@transaction.atomic
def _put(documents: Sequence[Document]) -> None:
    texts = [text_of(document) for document in documents]
    SearchEntry.objects.bulk_create(
        [_checked(entry_of(document), text) for document, text in zip(documents, texts, strict=True)],
        update_conflicts=True, unique_fields=["listing"], update_fields=_ENTRY_FIELDS,
    )  # fmt: skip
    SearchText.objects.bulk_create(
        [SearchText(listing_id=each.listing, words=text) for each, text in zip(documents, texts, strict=True)],
        update_conflicts=True, unique_fields=["listing"], update_fields=["words"],
    )  # fmt: skip
    _learn(documents)


@transaction.atomic
def remove(listings: Iterable[int]) -> None:
    rest = iter(listings)
    while chunk := list(islice(rest, AT_ONCE)):
        SearchText.objects.filter(listing__in=chunk).delete()
        SearchEntry.objects.filter(listing__in=chunk).delete()


def fingerprints() -> Iterator[tuple[int, str]]:
    """By rising key; an empty one for a row that is not as it was written."""
    rows = SearchEntry.objects.order_by("pk").values_list(
        "pk", "fingerprint", "checksum", "listing__search_text__words", *_CHECKED_FIELDS
    )
    for key, fingerprint_held, checksum_held, words, *facts in rows.iterator(chunk_size=2_000):
        yield key, fingerprint_held if _checksum(facts, words) == checksum_held else ""


def _checked(entry: SearchEntry, words: str) -> SearchEntry:
    entry.checksum = _checksum([getattr(entry, name) for name in _CHECKED_FIELDS], words)
    return entry


def _checksum(facts: list[object], words: str | None) -> str:
    return blake2b(repr((facts, words)).encode(), digest_size=16).hexdigest()


def entry_of(document: Document) -> SearchEntry:
    staff = Level.STAFF
    price_from = _first(band != HIDDEN_PRICE for band in document.price)
    evidence_from = _first(kinds != (HIDDEN_DOCUMENTS,) for kinds in document.evidence)
    cell, place = document.place[Level.VISITOR], document.place[staff]
    place_from = _first(each == place for each in document.place)
    if place_from == Level.VISITOR:
        cell = place
    elif place_from == staff:
        cell = document.place[Level.MEMBER]
    return SearchEntry(
        listing_id=document.listing,
        kind=document.kind,
        firm_id=document.firm,
        firm_from=_first(document.firm_shown),
        country=document.country,
        region_id=document.region,
        cell_latitude=cell.latitude,
        cell_longitude=cell.longitude,
        latitude=place.latitude,
        longitude=place.longitude,
        place_from=place_from,
        material_id=document.material,
        family=document.family,
        form=document.form,
        codes=" ".join(document.codes),
        status=document.status,
        hazard=document.hazard,
        park=document.park[staff],
        province=document.province,
        quantity_t_per_year=document.quantity_t_per_year,
        price_per_t=document.price_per_t[staff],
        price_from=price_from,
        quality=document.quality,
        evidence=" ".join(kind for kind in document.evidence[staff] if kind != NO_DOCUMENTS),
        evidence_from=evidence_from,
        confirmed_on=document.confirmed_on,
        available_to=document.available_to,
        published_at=document.published_at,
        fingerprint=fingerprint(document),
    )


def _first(known: Iterable[bool]) -> int:
    """The lowest level that knows."""
    return next((level for level, knows in enumerate(known) if knows), NOBODY)


def text_of(document: Document) -> str:
    """All tokens, with what only members or staff may know marked by their level."""
    parts = [document.words]
    for level, words in enumerate(_words_by_level(document)):
        parts.append(" ".join(marked(word, level) for word in words))
    return f" {GAP} ".join(part for part in parts if part)


def marked(token: str, level: int) -> str:
    """The token of a word that is known from that level on."""
    return f"{level}:{token}" if level else token


def _words_by_level(document: Document) -> Iterator[list[str]]:
    """The names of the firm at the lowest level that knows them; again, where a higher one knows more of them."""
    known = ""
    for words in document.firm_words:
        yield words.split() if words != known else []
        known = words


def _learn(documents: Iterable[Document]) -> None:
    """Keep the Latin words that are new. How often they are used is counted when all is reconciled."""
    said = sorted({(word, level) for document in documents for level, words in _known(document) for word in words})
    for start in range(0, len(said), AT_ONCE):
        some = said[start : start + AT_ONCE]
        held = set(SearchWord.objects.filter(word__in=[word for word, _level in some]).values_list("word", "level"))
        missing = [SearchWord(word=word, level=level) for word, level in some if (word, level) not in held]
        SearchWord.objects.bulk_create(missing, ignore_conflicts=True)


def _known(document: Document) -> Iterator[tuple[int, set[str]]]:
    """By level, the words worth correcting to."""
    yield 0, set(filter(is_spellable, document.words.split()))
    for level, words in enumerate(_words_by_level(document)):
        yield level, set(filter(is_spellable, words))


def rebuild(documents: Iterable[Document], progress: Callable[[int], None]) -> int:
    """Write everything anew while searches go on. How many are held."""
    _rebuild_word_index()
    written: set[int] = set()
    rest = iter(documents)
    while chunk := list(islice(rest, AT_ONCE)):
        _put(chunk)
        written.update(document.listing for document in chunk)
        progress(len(written))
    remove(set(SearchEntry.objects.values_list("pk", flat=True)) - written)
    relearn()
    return len(written)


def _rebuild_word_index() -> None:
    """SQLite's, from the texts; PostgreSQL makes its own beside each text that is written."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO listings_searchwords (listings_searchwords) VALUES ('rebuild')")


def relearn() -> None:
    """Count anew in how many listings each word stands, and forget words that no listing says any more."""
    counts: Counter[tuple[str, int]] = Counter()
    for text in SearchText.objects.values_list("words", flat=True).iterator(chunk_size=2_000):
        counts.update(set(_spellable_tokens(text)))
    held = {(row.word, row.level): row for row in SearchWord.objects.all()}
    stale = [row for key, row in held.items() if counts.get(key) != row.listings]
    if stale or len(counts) != len(held):
        with transaction.atomic():
            SearchWord.objects.all().delete()
            rows = (SearchWord(word=word, level=level, listings=n) for (word, level), n in sorted(counts.items()))
            SearchWord.objects.bulk_create(rows, batch_size=AT_ONCE)


def _spellable_tokens(text: str) -> Iterator[tuple[str, int]]:
    for token in text.split():
        level, mark, word = token.rpartition(":")
        if is_spellable(word):
            yield word, int(level) if mark else 0

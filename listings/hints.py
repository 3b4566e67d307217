"""What published lists say of the things in a listing: found anew whenever it is looked at, so a list counts at once.

A substance is in a listing when its material holds it, a stated figure of it is above zero, or its words speak of it
and do not deny it. Figures up to the threshold of a list are no reason, and neither are words beside them. One listing
takes about a millisecond, so nothing is stored that could grow old.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache, partial

from django.utils import timezone

from marketplace.firms.bilingual import in_language
from marketplace.pictures.figures import figure
from marketplace.units import parse_decimal

from .contamination import TEXTS, own_text
from .knowledge import property_term
from .models import Caution, Kind, Listing, ListingLimit, ListingProperty, Material, Property
from .thresholds import Amount, is_overlooked
from .understanding.catalogue import PropertyTerm
from .understanding.figures import Figure, PropertyIndex, extract_figures
from .understanding.phrases import PhraseIndex
from .understanding.reading import read
from .understanding.substances import (
    first_look,
    folded,
    look_for_table,
    named_in,
    phrase_index,
    substances,
    substances_in,
)
from .understanding.text import PUNCTUATION, TO_SIMPLIFIED

MATERIAL, FIGURE, WORDS = "material", "figure", "words"
UNBOUNDED = float("inf")
Found = tuple[str, str]
"""Where it was found, one of the three above, and the words that say so."""
Figures = Mapping[str, Amount]
"""Slug of a property → what is stated of it."""


@dataclass(frozen=True)
class Hint:
    """One substance or kind of equipment, where the listing speaks of it, and what the lists say, in their order."""

    cautions: tuple[Caution, ...]
    found: tuple[Found, ...]

    @property
    def name(self) -> str:
        known = substances().get(self.cautions[0].substance)
        return in_language(known.name_zh, known.name_en) if known else self.cautions[0].name

    @property
    def is_equipment(self) -> bool:
        return bool(self.cautions[0].kind == Caution.Kind.EQUIPMENT)


@dataclass(frozen=True)
class Said:
    """What a listing says of itself, as far as lists may speak against it."""

    kind: str
    text: str
    material: Material | None = None
    figures: Figures = field(default_factory=dict)


def hints_of(listing: Listing, day: dt.date | None = None) -> list[Hint]:
    return hints_by_listing([listing], day).get(listing.pk, [])


def hints_by_listing(listings: Sequence[Listing], day: dt.date | None = None) -> dict[int, list[Hint]]:
    """By key, where there are any. The queries are as many for one listing as for a page of them."""
    lists = _Lists(standing_cautions(day))
    if not lists.cautions or not listings:
        return {}
    figures = _stated_figures(listings)
    found = {row.pk: lists.hints(_said(row, figures[row.pk])) for row in listings}
    return {key: hints for key, hints in found.items() if hints}


def hints_typed(said: Said) -> list[Hint]:
    """For what someone has typed and not saved yet."""
    return _Lists(standing_cautions()).hints(said)


def standing_cautions(day: dt.date | None = None) -> list[Caution]:
    """What the lists say on the day, today without one."""
    return list(Caution.objects.valid_on(day or timezone.localdate()))


def typed_figures(sent: Mapping[str, object]) -> Figures:
    """The figures above zero in the rows of a form: of offers what is typical, of needs what is asked for at least."""
    rows = {str(slug): name.removesuffix("property") for name, slug in sent.items() if name.endswith("-property")}
    wanted = _measured() & rows.keys()
    found = {}
    for row in Property.objects.filter(slug__in=wanted) if wanted else ():
        typed = partial(_above_zero, sent, rows[row.slug])
        if typical := typed("typical", "low"):
            basis = str(sent.get(f"{rows[row.slug]}basis", ""))
            found[row.slug] = _amount(row, figure(typical), typed("high", "typical", "low"), basis)
        elif least := typed("minimum"):
            found[row.slug] = _amount(row, f"≥ {figure(least)}", typed("maximum"))
    return found


def _above_zero(sent: Mapping[str, object], row: str, *names: str) -> Decimal | None:
    """The first number typed under these names in a row; None where it is none or not above zero."""
    text = next((str(sent[f"{row}{name}"]) for name in names if sent.get(f"{row}{name}")), "")
    try:
        number = parse_decimal(text)
    except ValueError:
        return None
    return number if number > 0 else None


def _said(listing: Listing, figures: Figures) -> Said:
    text = own_text([getattr(listing, name) for name in TEXTS])
    return Said(listing.kind, text, listing.material, figures)


def _stated_figures(listings: Sequence[Listing]) -> dict[int, dict[str, Amount]]:
    """Of offers what is typical, of needs what is asked for at least: two queries."""
    wanted = {"listing__in": [row.pk for row in listings], "property__slug__in": _measured()}
    ranges = ListingProperty.objects.filter(**wanted, typical__gt=0).select_related("property")
    limits = ListingLimit.objects.filter(**wanted, minimum__gt=0).select_related("property")
    found: dict[int, dict[str, Amount]] = defaultdict(dict)
    for row in ranges.order_by():
        amount = _amount(row.property, figure(row.typical), row.high, row.basis)
        found[row.listing_id][row.property.slug] = amount
    for asked in limits.order_by():
        amount = _amount(asked.property, f"≥ {figure(asked.minimum)}", asked.maximum)
        found[asked.listing_id][asked.property.slug] = amount
    return found


def _amount(property: Property, amount: str, most: Decimal | None, basis: str = "") -> Amount:
    shown = f"{property.name} {amount} {property.unit}".strip()
    return Amount(shown, UNBOUNDED if most is None else float(most), property.unit, basis or property.basis_default)


class _Lists:
    """What the lists say, made ready for looking at listings one after the other."""

    def __init__(self, cautions: Sequence[Caution]) -> None:
        self.cautions = cautions
        self.own = tuple((str(row.pk), word) for row in cautions for word in row.words.split("|") if word)

    def hints(self, said: Said) -> list[Hint]:
        """In the order of the lists; all that is said of one substance stands together."""
        if not self.cautions:
            return []
        amounts = self._amounts(said)
        found = self._found(said, amounts)
        grouped: dict[str, list[Caution]] = defaultdict(list)
        for caution in self.cautions:
            key = caution.substance or str(caution.pk)
            if caution.kind == Caution.Kind.EQUIPMENT and said.kind != Kind.OFFER:
                continue
            if key in found and (_is_in_material(found[key]) or not is_overlooked(caution, amounts.get(key, ()))):
                grouped[key].append(caution)
        return [Hint(tuple(same), tuple(found[key])) for key, same in grouped.items()]

    def _found(self, said: Said, amounts: Mapping[str, Sequence[Amount]]) -> dict[str, list[Found]]:
        """By slug of a substance that the table knows, and by key of a caution for what only the list has words for."""
        found: dict[str, list[Found]] = defaultdict(list)
        for slug, words in _in_material(said.material).items():
            found[slug].append((MATERIAL, words))
        for slug, stated in amounts.items():
            found[slug] += [(FIGURE, amount.shown) for amount in stated if amount.is_there][-1:]
        for key, words in self._words(said.text).items():
            if not any(words in shown.lower() for _place, shown in found[key]):
                found[key].append((WORDS, words))
        return {key: places for key, places in found.items() if places}

    def _amounts(self, said: Said) -> dict[str, list[Amount]]:
        """By slug of the substance. What stands in the table counts more than what the words say of a property."""
        stated: dict[str, list[Amount]] = defaultdict(list)
        if any(char.isdigit() for char in said.text) and self._properties.pattern.search(_with_case(said.text)):
            for each in extract_figures(said.text, self._properties):
                stated[each.property_slug].append(_read_amount(each))
        stated |= {slug: [amount] for slug, amount in said.figures.items()}
        by_substance = {each.slug: each.properties for each in substances().values()}
        found = {
            slug: [each for name in names for each in stated.get(name, ())] for slug, names in by_substance.items()
        }
        return {slug: amounts for slug, amounts in found.items() if amounts}

    @cached_property
    def _properties(self) -> PropertyIndex:
        return _property_index(tuple(property_term(row) for row in Property.objects.filter(slug__in=_measured())))

    def _words(self, text: str) -> dict[str, str]:
        """Reading a text in full takes ten times as long as seeing that it is not worth it."""
        look = folded(text)
        in_table, in_own = look_for_table().search(look), _look(self.own).search(look)
        if not in_table and not in_own:
            return {}
        reading = read(text)
        own = named_in(reading, _index(self.own)) if in_own else {}
        return (substances_in(reading) if in_table else {}) | own


def _read_amount(read: Figure) -> Amount:
    """A limit from above says nothing of what is there, and one from below nothing of how much it may be."""
    highest = read.high if read.typ is None else read.typ
    is_there = (read.typ or read.low or 0) > 0
    return Amount(read.text, UNBOUNDED if highest is None else highest, read.unit, read.basis, is_there)


def _is_in_material(found: Iterable[Found]) -> bool:
    return any(place == MATERIAL for place, _words in found)


def _in_material(material: Material | None) -> dict[str, str]:
    """The table knows some materials; the others may say it in their names."""
    if material is None:
        return {}
    named = _in_names(own_text([material.name_zh, material.name_en]))
    holding = {each.slug for each in substances().values() if material.slug in each.materials}
    return dict.fromkeys(sorted(holding | named), material.name)


def _with_case(text: str) -> str:
    """As figures are looked for: "As" is arsenic and "as" is not."""
    return unicodedata.normalize("NFKC", text).translate(PUNCTUATION).translate(TO_SIMPLIFIED)


@lru_cache(maxsize=1000)
def _in_names(names: str) -> frozenset[str]:
    return frozenset(substances_in(read(names)))


Words = tuple[tuple[str, str], ...]


@lru_cache(maxsize=4)
def _index(entries: Words) -> PhraseIndex:
    return phrase_index(entries)


@lru_cache(maxsize=4)
def _look(entries: Words) -> re.Pattern[str]:
    return first_look(word for _key, word in entries)


@lru_cache(maxsize=4)
def _property_index(terms: tuple[PropertyTerm, ...]) -> PropertyIndex:
    return PropertyIndex(terms)


def _measured() -> frozenset[str]:
    """Slugs of the properties that measure a substance."""
    return frozenset(slug for each in substances().values() for slug in each.properties)

"""Every name by which a material or a use is known, kept in memory: who is meant by what a person typed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from secrets import token_hex
from typing import TypeAlias

from django.core.cache import cache
from django.db.models import Count, Max, Subquery, Sum
from django.db.models.functions import Length

from marketplace.firms.bilingual import in_language

from .models import Material, ReferenceStamp, Use
from .understanding.text import normalise, respell

MATERIAL, USE = "material", "use"
EPOCH, EPOCH_S = "listings.names.epoch", 3600
NAME_FIELDS = ("name_zh", "name_en", "synonyms_zh", "synonyms_en")
Version: TypeAlias = tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A material or a use that a listing can be about."""

    sort: str
    pk: int
    slug: str
    name_zh: str
    name_en: str

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)

    @property
    def other_name(self) -> str:
        """The name in the language that is not shown, or nothing."""
        name = self.name_en if self.name == self.name_zh else self.name_zh
        return name if name != self.name else ""

    @property
    def key(self) -> str:
        return f"{self.sort}:{self.slug}"


@dataclass(frozen=True)
class Names:
    subjects: dict[str, Subject]
    by_name: dict[str, tuple[Subject, ...]]

    def of(self, sort: str) -> list[Subject]:
        return [subject for subject in self.subjects.values() if subject.sort == sort]

    def meant_by(self, text: str, sorts: Iterable[str]) -> tuple[Subject, ...]:
        """The subjects with exactly this slug, name or synonym, whatever the language, case or spelling variant."""
        wanted = set(sorts)
        return tuple(subject for subject in self.by_name.get(plain(text), ()) if subject.sort in wanted)


def plain(text: str) -> str:
    """One shape for `Fly ash`, `fly  ash` and `ＦＬＹ ＡＳＨ`."""
    return " ".join(respell(normalise(text)).replace("_", " ").split())


def names() -> Names:
    """The names as they are in the database now. A small query sees whether anything changed since they were read."""
    return _names(names_version())


def names_version() -> Version:
    """Changes with each edit in the back office and each load, which renew the stamp, and with rows written past both:
    number, last key, letters.

    An edit past both that keeps the number of letters is seen within the hour, when the epoch ends, or once
    `forget()` ran.
    """
    letters = {f"letters_{field}": Sum(Length(field)) for field in NAME_FIELDS}
    letters["stamp"] = Max(Subquery(ReferenceStamp.objects.values("stamp")[:1]))
    states = (model.objects.aggregate(number=Count("pk"), last=Max("pk"), **letters) for model in (Material, Use))
    return ((cache.get_or_set(EPOCH, token_hex, EPOCH_S),), *(tuple(state.values()) for state in states))


def forget() -> None:
    """Read everything anew at the next question, in every process that shares the cache."""
    cache.delete(EPOCH)


@lru_cache(maxsize=2)
def _names(_version: Version) -> Names:
    subjects: dict[str, Subject] = {}
    by_name: defaultdict[str, list[Subject]] = defaultdict(list)
    for sort, model in ((MATERIAL, Material), (USE, Use)):
        for pk, slug, *texts in model.objects.values_list("pk", "slug", *NAME_FIELDS):
            subject = Subject(sort, pk, slug, texts[0], texts[1])
            subjects[subject.key] = subject
            for name in {plain(name) for name in (slug, *"|".join(texts).split("|"))} - {""}:
                by_name[name].append(subject)
    return Names(subjects, {name: tuple(found) for name, found in by_name.items()})

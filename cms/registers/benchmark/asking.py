"""Typical questions put to the public pages many times with other particulars: how long half and 95 in 100 take.

Beside each whole page stands what its answer alone takes, found here and found in the plain way.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ..filters import LAST_PAGE, AcrossFilter, RegisterFilter
from ..held import Ints
from ..models import EntryVersion, RegulatedList
from ..rows import PAGE_SIZE
from .filling import FIRST, PROVINCES, SCOPES
from .plain import plain_named, plain_page, plain_versions

WARM_UP, RUNS, PLAIN_RUNS = 3, 40, 5
COMMON_WORD = "公司"
AS_OF_INDEX = "entry_version_as_of"
KNOWN_VERSIONS = 2000
PAST_DAYS = 6 * 365
OK = 200
Asked = dict[str, str]


@dataclass(frozen=True)
class Timing:
    """Milliseconds: whole pages by the clock and on the processor, then the answer alone (medians); `found` entries."""

    question: str
    p50_ms: float
    p95_ms: float
    cpu_p50_ms: float
    cpu_p95_ms: float
    answer_ms: float | None = None
    plain_ms: float | None = None
    found: int | None = None
    same_total: bool | None = None

    @property
    def ratio(self) -> float | None:
        return round(self.plain_ms / self.answer_ms, 1) if self.plain_ms and self.answer_ms else None


@dataclass(frozen=True)
class Question:
    """`draw` gives the parameters of one page; of `kind` list, api, search or entry."""

    name: str
    kind: str
    draw: Callable[[Asker], Asked]


class Asker:
    """Draws particulars from what the list says, and asks for pages as a browser does."""

    def __init__(self, regulated_list: RegulatedList) -> None:
        self.regulated_list = regulated_list
        self.dice = random.Random(1)  # noqa: S311
        versions = EntryVersion.objects.of(regulated_list).order_by("pk")[:KNOWN_VERSIONS]
        self.known = list(versions.values_list("name_zh", "credit_code", "entry"))
        self.pages = max(1, regulated_list.entries.count() // PAGE_SIZE // 2)  # as many as there are on any day
        host = next((name for name in settings.ALLOWED_HOSTS if not name.startswith((".", "*"))), "localhost")
        self.client = Client(headers={"host": host})

    def page(self) -> str:
        return str(self.dice.randrange(1, self.pages + 1))

    def past_day(self) -> str:
        return str(FIRST + dt.timedelta(days=self.dice.randrange(PAST_DAYS)))

    def rare_name(self) -> str:
        return self.dice.choice(self.known)[0].removesuffix("有限公司")

    def address(self, question: Question) -> str:
        slug = self.regulated_list.slug
        if question.kind == "entry":
            return reverse("registers:entry", args=[slug, self.dice.choice(self.known)[2]])
        if question.kind == "search":
            return reverse("registers:search")
        return reverse("registers:list" if question.kind == "list" else "registers:api_entries", args=[slug])

    def ask(self, question: Question, asked: Asked) -> None:
        answer = self.client.get(self.address(question), asked, secure=settings.SECURE_SSL_REDIRECT)
        if answer.status_code != OK:
            raise ValueError(f"{question.name}: {asked} was answered with {answer.status_code}")


QUESTIONS = (
    Question("today", "list", lambda asker: {"page": asker.page()}),
    Question("last page", "list", lambda asker: {"page": str(LAST_PAGE)}),
    Question("a past day", "list", lambda asker: {"as_of": asker.past_day(), "page": asker.page()}),
    Question("common word", "list", lambda asker: {"q": COMMON_WORD, "page": asker.page()}),
    Question("common word, past day", "list", lambda asker: {"q": COMMON_WORD, "as_of": asker.past_day()}),
    Question("rare name", "list", lambda asker: {"q": asker.rare_name()}),
    Question("credit code", "list", lambda asker: {"q": asker.dice.choice(asker.known)[1]}),
    Question("province", "list", lambda asker: {"province": asker.dice.choice(PROVINCES)}),
    Question("scope", "list", lambda asker: {"scope": asker.dice.choice(SCOPES)}),
    Question("withdrawn", "list", lambda asker: {"standing": "withdrawn"}),
    Question("all lists, common word", "search", lambda asker: {"q": COMMON_WORD, "page": asker.page()}),
    Question("all lists, rare name", "search", lambda asker: {"q": asker.rare_name()}),
    Question("entry", "entry", lambda asker: {}),
    Question("API, a past day", "api", lambda asker: {"as_of": asker.past_day(), "page": asker.page()}),
    Question("API, common word", "api", lambda asker: {"q": COMMON_WORD, "page": asker.page()}),
)


def time_pages(regulated_list: RegulatedList, runs: int = RUNS) -> Iterator[Timing]:
    """Last of all the plain way is timed, without the index on days that the plain way would not have."""
    asker = Asker(regulated_list)
    pages = [(question, _pages(asker, question, runs)) for question in QUESTIONS]
    answers = {question.name: _answers(asker, question) for question in QUESTIONS if question.kind != "entry"}
    _drop_index()
    for question, figures in pages:
        if question.name not in answers:
            yield Timing(question.name, *figures)
            continue
        asked, spent_ms, found = answers[question.name]
        plain_ms, total = _plainly(asker, question, asked)
        yield Timing(question.name, *figures, spent_ms, plain_ms, found, total == found)


def _pages(asker: Asker, question: Question, runs: int) -> list[float]:
    """p50 and p95 by the clock, p50 and p95 on the processor, in ms."""
    spent = []
    for _ in range(WARM_UP + runs):
        asked = question.draw(asker)
        clock, processor = time.perf_counter(), time.process_time()
        asker.ask(question, asked)
        spent.append((time.perf_counter() - clock, time.process_time() - processor))
    percentiles = np.percentile(np.array(spent[WARM_UP:]) * 1_000, (50, 95), axis=0)
    return [round(float(value), 1) for value in percentiles.T.ravel()]


def _answers(asker: Asker, question: Question) -> tuple[Asked, float, int]:
    """What was asked, and how long the total and the keys of a page took; median of some times."""
    asked = question.draw(asker)
    spent_ms, found = _median_ms(lambda: len(_keys(asker, question, asked)))
    return asked, spent_ms, found


def _keys(asker: Asker, question: Question, asked: Asked) -> Ints:
    parameters = QueryDict(mutable=True)
    parameters.update({name: value for name, value in asked.items() if name != "page"})
    found: RegisterFilter | AcrossFilter = (
        AcrossFilter(parameters) if question.kind == "search" else RegisterFilter(parameters, asker.regulated_list)
    )
    found.form.full_clean()
    return found.keys


def _plainly(asker: Asker, question: Question, asked: Mapping[str, str]) -> tuple[float, int]:
    day = dt.date.fromisoformat(asked["as_of"]) if "as_of" in asked else timezone.localdate()
    start = (int(asked.get("page", "1")) - 1) * PAGE_SIZE
    found = plain_versions(asker.regulated_list, day, asked)
    if question.kind == "search":
        found = plain_named(EntryVersion.objects.newest(), asked["q"]).order_by("entry_id")
    return _median_ms(lambda: plain_page(found.all(), start, PAGE_SIZE)[0])


def _median_ms(ask: Callable[[], int]) -> tuple[float, int]:
    ask()
    spent, found = [], 0
    for _ in range(PLAIN_RUNS):
        clock = time.perf_counter()
        found = ask()
        spent.append((time.perf_counter() - clock) * 1_000)
    return round(float(np.median(spent)), 2), found


def _drop_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {AS_OF_INDEX}")

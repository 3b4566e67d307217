"""What can be asked of a register: one set of parameters for its page, its downloads and the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import django_filters
import numpy as np
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .held import Ints, columns_of, columns_of_all
from .models import EntryState, EntryVersion, RegulatedList
from .wording import STANDING_WORDS

LONGEST_WORDS = 200
LONGEST_SCOPE = 100
LAST_PAGE = 1_000_000
STANDINGS = [(each, STANDING_WORDS[each]) for each in (EntryState.LISTED, EntryState.RECTIFY, EntryState.WITHDRAWN)]
NONE_FOUND: Ints = np.empty(0, dtype=np.int64)


class DayField(forms.DateField):
    """Nobody knows what a list will say; what is announced already stands in its notices."""

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        today = timezone.localdate()
        if value and value > today:
            text = _("This day has not come yet. Choose %(day)s or an earlier day.")
            raise ValidationError(text, code="future", params={"day": today})


class DayFilter(django_filters.Filter):
    """A day as 2020-03-01, and in no other spelling: 03-04 means two days in two countries."""

    field_class = DayField

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        refusal = {"invalid": _("Write the day like 2020-03-01.")}
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, error_messages=refusal, **options)


class RegisterFilter(django_filters.FilterSet):
    """What is asked of one list. Read `day` and `keys` only when `form` is valid; `qs` finds nothing.

    Where no day is named today is meant, and the form shows it.
    """

    as_of = DayFilter(label=_("As it was on"))
    q = django_filters.CharFilter(label=_("Name, former name, credit code or reference"), max_length=LONGEST_WORDS)
    province = django_filters.ChoiceFilter(label=_("Province or region"), empty_label=_("all"))
    scope = django_filters.CharFilter(label=_("Scope"), max_length=LONGEST_SCOPE)
    standing = django_filters.ChoiceFilter(label=_("Standing"), empty_label=_("all on the list"), choices=STANDINGS)

    class Meta:
        model = EntryVersion
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, regulated_list: RegulatedList) -> None:
        self.today = timezone.localdate()
        self.day_named = bool(data.get("as_of"))
        super().__init__(_with_day(data, self.today), queryset=EntryVersion.objects.none())
        self.regulated_list = regulated_list
        self.columns, self.stamp = columns_of(regulated_list)
        provinces = sorted(name for name in self.columns.provinces if name)
        self.form.fields["province"].choices = [(name, name) for name in provinces]
        self.form.fields["as_of"].widget.attrs["max"] = self.today.isoformat()

    @property
    def day(self) -> dt.date:
        day: dt.date = self.form.cleaned_data["as_of"]
        return day

    @property
    def narrowed(self) -> bool:
        """Whether anything but the day is asked."""
        return any(value for name, value in self.form.cleaned_data.items() if name != "as_of")

    @cached_property
    def keys(self) -> Ints:
        """The versions found, in the order of the list."""
        asked, columns = self.form.cleaned_data, self.columns
        gone = asked["standing"] == EntryState.WITHDRAWN
        found = columns.gone_by(self.day) if gone else columns.on(self.day)
        if asked["standing"] and not gone:
            found &= columns.rectifying == (asked["standing"] == EntryState.RECTIFY)
        if asked["q"]:
            found &= columns.known_as(asked["q"])
        if asked["province"]:
            found &= columns.in_province(asked["province"])
        if asked["scope"]:
            found &= columns.of_scope(asked["scope"])
        return columns.version[found]

    @property
    def rectifying(self) -> int:
        """How many of the whole list were to rectify on the day."""
        return int((self.columns.on(self.day) & self.columns.rectifying).sum())


def _with_day(data: QueryDict, day: dt.date) -> QueryDict:
    """An empty day is today."""
    if data.get("as_of"):
        return data
    completed = data.copy()
    completed["as_of"] = day.isoformat()
    return completed


class AcrossFilter(django_filters.FilterSet):
    """Words sought on all lists. Read `keys` only when `form` is valid; `qs` finds nothing."""

    q = django_filters.CharFilter(label=_("Name, former name, credit code or reference"), max_length=LONGEST_WORDS)

    class Meta:
        model = EntryVersion
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any] | None) -> None:
        super().__init__(data, queryset=EntryVersion.objects.none())

    @cached_property
    def keys(self) -> Ints:
        """The last that was said of each entry found on any list, whether it still stands there or not."""
        words, found = self.form.cleaned_data["q"], [(NONE_FOUND, NONE_FOUND)]
        if words.strip():
            for columns, _stamp in columns_of_all().values():
                rows = columns.newest & columns.known_as(words)
                found.append((columns.entry[rows], columns.version[rows]))
        entries, versions = (np.concatenate(parts) for parts in zip(*found, strict=True))
        ordered: Ints = versions[np.argsort(entries)]
        return ordered


def page_number(text: str) -> int:
    """1 for anything that is not a page."""
    if not (text.isdecimal() and text.isascii()):
        return 1
    return min(max(int(text[:9]), 1), LAST_PAGE)

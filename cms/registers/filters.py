"""What can be asked of a register: one set of parameters for its page, its downloads and the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.core.cache import cache
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import EntryState, EntryVersion, RegulatedList
from .querysets import EntryVersionQuerySet
from .wording import STANDING_WORDS

LONGEST_WORDS = 200
LONGEST_SCOPE = 100
LAST_PAGE = 1_000_000
KEPT_SECONDS = 600
STANDINGS = [(each, STANDING_WORDS[each]) for each in (EntryState.LISTED, EntryState.RECTIFY, EntryState.WITHDRAWN)]


class DayFilter(django_filters.DateFilter):
    """A day as 2020-03-01, and in no other spelling: 03-04 means two days in two countries."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        refusal = {"invalid": _("Write the day like 2020-03-01.")}
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, error_messages=refusal, **options)


class RegisterFilter(django_filters.FilterSet):
    """The versions of one list's entries on a day. Read `day` and `qs` only when `form` is valid."""

    as_of = DayFilter(label=_("As of"))
    q = django_filters.CharFilter(label=_("Name, former name, credit code or reference"), max_length=LONGEST_WORDS)
    province = django_filters.ChoiceFilter(label=_("Province or region"), empty_label=_("all"))
    scope = django_filters.CharFilter(label=_("Scope"), max_length=LONGEST_SCOPE)
    standing = django_filters.ChoiceFilter(label=_("Standing"), empty_label=_("all on the list"), choices=STANDINGS)

    class Meta:
        model = EntryVersion
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any], regulated_list: RegulatedList) -> None:
        super().__init__(data, queryset=EntryVersion.objects.of(regulated_list))
        self.regulated_list = regulated_list
        self.form.fields["province"].choices = [(name, name) for name in provinces(regulated_list)]

    @property
    def day(self) -> dt.date:
        return self.form.cleaned_data["as_of"] or timezone.localdate()

    @property
    def narrowed(self) -> bool:
        """Whether anything but the day is asked."""
        return any(value for name, value in self.form.cleaned_data.items() if name != "as_of")

    @property
    def sought(self) -> bool:
        """Whether texts have to be passed over."""
        return bool(self.form.cleaned_data["q"] or self.form.cleaned_data["scope"])

    def filter_queryset(self, queryset: EntryVersionQuerySet) -> EntryVersionQuerySet:
        asked = self.form.cleaned_data
        gone = asked["standing"] == EntryState.WITHDRAWN
        found = queryset.gone_by(self.day) if gone else queryset.on(self.day)
        if asked["standing"] and not gone:
            found = found.filter(standing=asked["standing"])
        if asked["q"]:
            found = found.known_as(asked["q"], self.regulated_list)
        if asked["province"]:
            found = found.filter(province=asked["province"])
        if asked["scope"]:
            found = found.filter(Q(scope_zh__icontains=asked["scope"]) | Q(scope_en__icontains=asked["scope"]))
        return found.order_by("entry_id")


class AcrossFilter(django_filters.FilterSet):
    """Words sought on all lists."""

    q = django_filters.CharFilter(label=_("Name, former name, credit code or reference"), max_length=LONGEST_WORDS)

    class Meta:
        model = EntryVersion
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: EntryVersionQuerySet) -> EntryVersionQuerySet:
        words = self.form.cleaned_data["q"]
        return queryset.newest().known_as(words).order_by("entry_id") if words else queryset.none()


def provinces(regulated_list: RegulatedList) -> list[str]:
    """Every province the list ever named. Only a publication changes that, so it is kept until the next one."""
    published = regulated_list.batches.aggregate(at=Max("published_at"))["at"]
    key = f"registers-provinces-{regulated_list.pk}-{published and published.timestamp()}"
    found: list[str] = cache.get_or_set(key, lambda: _provinces(regulated_list), KEPT_SECONDS)
    return found


def _provinces(regulated_list: RegulatedList) -> list[str]:
    named = EntryVersion.objects.of(regulated_list).exclude(province="").order_by("province")
    return list(named.values_list("province", flat=True).distinct())


def page_number(text: str) -> int:
    """1 for anything that is not a page."""
    if not (text.isdecimal() and text.isascii()):
        return 1
    return min(max(int(text[:9]), 1), LAST_PAGE)

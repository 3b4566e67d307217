from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.firms.bilingual import Bilingual, in_language
from marketplace.firms.models import Firm
from marketplace.firms.spans import STILL, Spanned, lasts_a_day

from ..querysets import EntryQuerySet, EntryVersionQuerySet, FinishedEntries
from .lists import ColumnValue, RegulatedList


class EntryFacts(Bilingual):
    """What a list says of an entry: the name at the time and what it is listed for."""

    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    reference = models.CharField(
        _("reference"), max_length=120, blank=True, help_text=_("Permit or certificate number, if the list has one.")
    )
    province = models.CharField(_("province or region"), max_length=80, blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    scope_zh = models.CharField(_("scope in Chinese"), max_length=400, blank=True)
    scope_en = models.CharField(_("scope in English"), max_length=400, blank=True)
    capacity_t_per_year = models.DecimalField(
        _("capacity, t/year"), max_digits=14, decimal_places=3, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    remarks_zh = models.CharField(_("remarks in Chinese"), max_length=500, blank=True)
    remarks_en = models.CharField(_("remarks in English"), max_length=500, blank=True)

    class Meta:
        abstract = True

    @property
    def scope(self) -> str:
        return in_language(self.scope_zh, self.scope_en)

    @property
    def remarks(self) -> str:
        return in_language(self.remarks_zh, self.remarks_en)


FACTS = (
    "name_zh", "name_en", "credit_code", "reference", "province", "address", "scope_zh", "scope_en",
    "capacity_t_per_year", "remarks_zh", "remarks_en",
)  # fmt: skip


class EntryState(models.TextChoices):
    APPLIED = "applied", _("applied")
    REVIEWED = "reviewed", _("reviewed")
    NOTICE = "notice", _("on public notice")
    LISTED = "listed", _("listed")
    RECTIFY = "rectify", _("to rectify")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REFUSED = "refused", _("refused")


class Standing(models.TextChoices):
    LISTED = "listed", _("listed")
    RECTIFY = "rectify", _("to rectify")


class Entry(models.Model):
    """One firm, site or product on one list, under whatever names it had. `state` is that of the newest step.

    `key` tells two entries of a list apart: the credit code, else the reference, else the plain name it came with.
    """

    class Link(models.TextChoices):
        NONE = "", _("no firm")
        CODE = "code", _("by credit code or registration number")
        OFFICER = "officer", _("by an officer")

    regulated_list = models.ForeignKey(
        RegulatedList, verbose_name=_("list"), related_name="entries", on_delete=models.PROTECT
    )
    key = models.CharField(_("key"), max_length=250, editable=False)
    sequence = models.PositiveIntegerField(_("sequence number"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=EntryState.choices, default=EntryState.APPLIED)
    active = models.BooleanField(_("stands on the list"), default=False, editable=False)
    firm = models.ForeignKey(
        Firm, verbose_name=_("firm"), null=True, blank=True, related_name="list_entries", on_delete=models.PROTECT
    )
    linked_by = models.CharField(_("linked"), max_length=8, choices=Link.choices, blank=True)
    predecessor = models.ForeignKey(
        "self", verbose_name=_("predecessor"), null=True, blank=True, related_name="successors",
        on_delete=models.PROTECT, help_text=_("The entry that this one follows after a merger."),
    )  # fmt: skip
    one_per_firm = models.BooleanField(_("one entry per firm"), default=True, editable=False)

    objects = FinishedEntries()
    with_unfinished = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ("regulated_list", "sequence", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("regulated_list", "key"), condition=Q(active=True), name="entry_stands_once"
            ),
            models.UniqueConstraint(
                fields=("regulated_list", "firm"),
                condition=Q(active=True, one_per_firm=True, firm__isnull=False),
                name="entry_one_active_per_firm",
            ),
        )
        indexes = (models.Index(fields=("regulated_list", "key"), name="entry_by_key"),)

    def __str__(self) -> str:
        newest = self.versions.last()
        return newest.name if newest else self.key

    def get_absolute_url(self) -> str:
        return reverse("registers:entry", args=[self.regulated_list.slug, self.pk])


class EntryVersion(Spanned, EntryFacts):
    """What the list said of an entry from `valid_from` until the day before `valid_before` (empty: still)."""

    entry = models.ForeignKey(Entry, verbose_name=_("entry"), related_name="versions", on_delete=models.PROTECT)
    regulated_list = models.ForeignKey(
        RegulatedList, verbose_name=_("list"), related_name="versions", on_delete=models.PROTECT
    )
    batch = models.ForeignKey("Batch", verbose_name=_("batch"), related_name="versions", on_delete=models.PROTECT)
    standing = models.CharField(_("standing"), max_length=8, choices=Standing.choices, default=Standing.LISTED)
    search_text = models.TextField(editable=False, blank=True)

    objects = EntryVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an entry")
        verbose_name_plural = _("versions of entries")
        ordering = ("entry", "valid_from")
        constraints = (
            lasts_a_day("entry_version_dates_in_order"),
            models.UniqueConstraint(fields=("entry", "valid_from"), name="entry_version_one_a_day"),
            models.UniqueConstraint(fields=("entry",), condition=STILL, name="entry_version_one_open"),
        )
        indexes = (
            # All that a page of any day asks for, in the order of the page.
            models.Index(
                fields=("regulated_list", "entry", "valid_from", "valid_before", "standing", "province"),
                name="entry_version_as_of",
            ),
            models.Index(fields=("regulated_list", "province"), name="entry_version_province"),
        )

    def get_absolute_url(self) -> str:
        return reverse("registers:entry", args=[self.regulated_list.slug, self.entry_id])


class VersionFact(ColumnValue):
    """A value as it stood in one version."""

    version = models.ForeignKey(
        EntryVersion, verbose_name=_("version of an entry"), related_name="facts", on_delete=models.CASCADE
    )

    class Meta:
        verbose_name = _("value of a column")
        verbose_name_plural = _("values of columns")
        ordering = ("version", "column__position", "pk")
        constraints = (models.UniqueConstraint(fields=("version", "column"), name="version_fact_unique"),)


class SelfCheck(models.Model):
    """The yearly report in which a listed firm says that it still meets the conditions."""

    entry = models.ForeignKey(Entry, verbose_name=_("entry"), related_name="self_checks", on_delete=models.CASCADE)
    year = models.PositiveSmallIntegerField(_("year"))
    due_on = models.DateField(_("due on"))
    received_on = models.DateField(_("received on"), null=True, blank=True)

    class Meta:
        verbose_name = _("yearly self-check")
        verbose_name_plural = _("yearly self-checks")
        ordering = ("entry", "-year")
        constraints = (models.UniqueConstraint(fields=("entry", "year"), name="self_check_once_a_year"),)

    def __str__(self) -> str:
        return f"{self.entry} {self.year}"

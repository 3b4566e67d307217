from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.firms.bilingual import in_language

from ..querysets import BatchQuerySet, FinishedBatches
from .entries import Entry, EntryFacts
from .lists import ColumnValue, RegulatedList


class BatchState(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEW = "review", _("under review")
    NOTICE = "notice", _("on public notice")
    EFFECTIVE = "effective", _("in effect")
    REFUSED = "refused", _("refused")


class Batch(models.Model):
    """What an authority decides and announces in one go: firms added, changed, told to rectify, withdrawn."""

    regulated_list = models.ForeignKey(
        RegulatedList, verbose_name=_("list"), related_name="batches", on_delete=models.PROTECT
    )
    number = models.PositiveIntegerField(_("batch number"))
    title_zh = models.CharField(_("title in Chinese"), max_length=250, blank=True)
    title_en = models.CharField(_("title in English"), max_length=250, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=BatchState.choices, default=BatchState.DRAFT)
    announcement = models.CharField(_("announcement number"), max_length=120, blank=True)
    announcement_url = models.URLField(_("address of the announcement"), max_length=400, blank=True)
    announced_on = models.DateField(_("announced on"), null=True, blank=True)
    notice_from = models.DateField(_("on notice from"), null=True, blank=True)
    notice_to = models.DateField(_("on notice to"), null=True, blank=True, help_text=_("Last day for objections."))
    without_notice = models.CharField(
        _("reason for leaving out the notice"), max_length=250, blank=True,
        help_text=_("For what the law lets take effect at once, and for what took effect before it was kept here."),
    )  # fmt: skip
    effective_on = models.DateField(_("in effect from"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("prepared by"), null=True, blank=True, related_name="+",
        on_delete=models.SET_NULL,
    )  # fmt: skip
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = FinishedBatches()
    with_unfinished = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ("regulated_list", "-number")
        constraints = (
            models.UniqueConstraint(fields=("regulated_list", "number"), name="batch_number_unique"),
            models.CheckConstraint(
                condition=Q(notice_to__isnull=True) | Q(notice_to__gte=F("notice_from")), name="batch_notice_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("notice", "effective")) | Q(effective_on__isnull=False),
                name="batch_has_effective_day",
            ),
        )

    def __str__(self) -> str:
        return _("%(list)s, batch %(number)s") % {"list": self.regulated_list, "number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("registers:batch", args=[self.regulated_list.slug, self.number])

    def clean(self) -> None:
        if self.notice_from and self.notice_to and self.notice_to < self.notice_from:
            raise ValidationError({"notice_to": _("The notice ends before it starts.")})
        if self.notice_to and self.effective_on and self.effective_on <= self.notice_to:
            raise ValidationError({"effective_on": _("It can take effect only after the notice has ended.")})

    @property
    def title(self) -> str:
        return in_language(self.title_zh, self.title_en)


class Action(models.TextChoices):
    ADD = "add", _("add")
    CHANGE = "change", _("change")
    RENAME = "rename", _("rename")
    CORRECT = "correct", _("correct")
    RECTIFY = "rectify", _("tell to rectify")
    RESTORE = "restore", _("rectified")
    WITHDRAW = "withdraw", _("withdraw")


class Change(EntryFacts):
    """One line of a batch. An empty fact leaves what the entry says; `add` states the whole entry."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        HELD = "held", _("held back")
        APPLIED = "applied", _("applied")

    batch = models.ForeignKey(Batch, verbose_name=_("batch"), related_name="changes", on_delete=models.CASCADE)
    position = models.PositiveIntegerField(_("position"), default=0)
    action = models.CharField(_("action"), max_length=8, choices=Action.choices)
    entry = models.ForeignKey(Entry, verbose_name=_("entry"), related_name="changes", on_delete=models.PROTECT)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PROPOSED)
    reason_zh = models.CharField(_("reason in Chinese"), max_length=400, blank=True)
    reason_en = models.CharField(_("reason in English"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("change of a register")
        verbose_name_plural = _("changes of registers")
        ordering = ("batch", "position", "pk")
        constraints = (models.UniqueConstraint(fields=("batch", "entry", "action"), name="change_once_in_a_batch"),)

    @property
    def reason(self) -> str:
        return in_language(self.reason_zh, self.reason_en)


class ChangeFact(ColumnValue):
    """A value that a change brings."""

    change = models.ForeignKey(
        Change, verbose_name=_("change of a register"), related_name="facts", on_delete=models.CASCADE
    )

    class Meta:
        verbose_name = _("new value of a column")
        verbose_name_plural = _("new values of columns")
        ordering = ("change", "column__position", "pk")
        constraints = (models.UniqueConstraint(fields=("change", "column"), name="change_fact_unique"),)

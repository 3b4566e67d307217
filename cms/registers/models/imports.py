from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResult, TaskResultStatus, task_backends
from django_tasks.exceptions import TaskResultDoesNotExist

from marketplace.firms.querysets import Viewer

from ..querysets import may_prepare
from .batches import Batch
from .lists import RegulatedList


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: Viewer) -> ImportRunQuerySet:
        """Any who prepares may look at, resume and finish what another began."""
        return self if may_prepare(user) else self.none()


class ImportState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    READING = "reading", _("reading")
    COMPARING = "comparing", _("comparing")
    READY = "ready", _("to be looked at")
    DRAFTING = "drafting", _("making the draft")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


def file_path(_run: ImportRun, name: str) -> str:
    """A folder for each run, which also keeps what comes of the file."""
    return f"register-imports/{uuid4().hex}/{name}"


class ImportRun(models.Model):
    """One spreadsheet on its way into a register: read, compared, looked at, made a draft batch of.

    Whoever works on it holds the number in `attempts` and beats every second or so. A cancelled or resumed run has
    another number or state, by which work that was thought dead ends at its next beat and changes nothing. Nobody
    beats for what stands in the queue of the worker: `job` says whether it does.
    """

    WORKING = (ImportState.WAITING, ImportState.READING, ImportState.COMPARING, ImportState.DRAFTING)
    SILENT_AFTER = dt.timedelta(seconds=60)
    LONG_WAIT = dt.timedelta(minutes=10)

    regulated_list = models.ForeignKey(
        RegulatedList, verbose_name=_("list"), related_name="import_runs", on_delete=models.CASCADE
    )
    file = models.FileField(_("spreadsheet"), upload_to=file_path, max_length=250)
    name = models.CharField(_("name of the file"), max_length=200)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("set going by"), null=True, related_name="+", on_delete=models.SET_NULL
    )
    language = models.CharField(_("language of the reasons"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=1)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    job = models.CharField(_("job in the worker's queue"), max_length=64, blank=True)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    rows_total = models.PositiveIntegerField(_("rows in all"), default=0)
    added = models.PositiveIntegerField(_("rows that add"), default=0)
    changed = models.PositiveIntegerField(_("rows that change"), default=0)
    unchanged = models.PositiveIntegerField(_("rows that change nothing"), default=0)
    refused = models.PositiveIntegerField(_("refused rows"), default=0)
    passed_over = models.PositiveIntegerField(_("rows of other lists"), default=0)
    unused_columns = models.TextField(_("columns that are not used"), blank=True)
    register_stamp = models.CharField(_("stand of the register"), max_length=60, blank=True)
    message = models.TextField(_("message"), blank=True)
    batch = models.ForeignKey(
        Batch, verbose_name=_("batch"), null=True, blank=True, related_name="import_runs", on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a list")
        verbose_name_plural = _("imports of lists")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("register_import:run", args=[self.pk])

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING and not self.is_broken_off

    @property
    def is_broken_off(self) -> bool:
        """Nobody has been heard of for so long that the process must be gone, or it said itself that it ends."""
        if self.state not in self.WORKING:
            return False
        return self.heartbeat_at is None or (self._is_silent_since(self.heartbeat_at) and not self._turn_is_to_come)

    @property
    def is_queued(self) -> bool:
        """It waits for the worker, however long that takes."""
        job = self._job
        return job is not None and job.status == TaskResultStatus.READY

    @property
    def waits_long(self) -> bool:
        """Somebody should see whether the worker runs at all."""
        since = self.heartbeat_at
        return since is not None and timezone.now() - since > self.LONG_WAIT and self.is_queued

    @property
    def _turn_is_to_come(self) -> bool:
        """It is queued, or the worker has just taken it up and not beaten yet."""
        job = self._job
        if job is None or job.status != TaskResultStatus.RUNNING:
            return self.is_queued
        return job.started_at is not None and not self._is_silent_since(job.started_at)

    @property
    def _job(self) -> TaskResult[Any, Any] | None:
        if settings.LOOPYARD_JOBS != "db" or not self.job:
            return None
        try:
            return task_backends["jobs"].get_result(self.job)
        except TaskResultDoesNotExist:
            return None

    def _is_silent_since(self, moment: dt.datetime) -> bool:
        return timezone.now() - moment > self.SILENT_AFTER

    @property
    def differences(self) -> int:
        return self.added + self.changed

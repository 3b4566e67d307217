"""Where imports are worked on: in `db_worker` where jobs run there, else in a thread of the web process.

A thread ends with its process. The run then falls silent, is shown as broken off, and can be resumed.
"""

from __future__ import annotations

import threading

from django.conf import settings
from django.db import connections
from django_tasks import task

from ..models import ImportRun
from .telling import SAY_EVERY_S
from .working import Beat, Stopped, work_on

_one_at_a_time = threading.Lock()


def begin(run: ImportRun) -> None:
    """Call it once the run is committed. A second call for the same attempt finds nothing left to do."""
    if settings.LOOPYARD_JOBS == "db":
        job = work_as_job.enqueue(run.pk, run.attempts)
        ImportRun.objects.filter(pk=run.pk, attempts=run.attempts).update(job=job.id)
    else:
        threading.Thread(target=_work_in_thread, args=(run.pk, run.attempts), daemon=True).start()


@task(backend="jobs")
def work_as_job(key: int, attempt: int) -> None:
    work(key, attempt)


def _work_in_thread(key: int, attempt: int) -> None:
    """One import at a time leaves the process to its readers; those that wait say that they are alive."""
    try:
        run = _wanted(key, attempt)
        while run is not None and not _one_at_a_time.acquire(timeout=SAY_EVERY_S):
            Beat(run).write()
        if run is None:
            return
        try:
            work(key, attempt)
        finally:
            _one_at_a_time.release()
    except Stopped:
        return
    finally:
        connections.close_all()


def work(key: int, attempt: int) -> None:
    run = _wanted(key, attempt)
    if run is not None:
        work_on(run)


def _wanted(key: int, attempt: int) -> ImportRun | None:
    runs = ImportRun.objects.filter(pk=key, attempts=attempt, state__in=ImportRun.WORKING)
    found: ImportRun | None = runs.select_related("regulated_list", "actor").first()
    return found

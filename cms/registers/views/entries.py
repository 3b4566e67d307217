from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..history import Check, life_of, predecessors
from ..models import BatchState, Change, Entry, EntryState
from ..rows import Row, own_text, rows_of
from ..structured import organisation
from ..wording import STANDING_WORDS, outcome_of


@require_safe
def entry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One entry: what the list says of it today, and all it ever said."""
    entries = Entry.objects.visible_to(request.user).select_related("regulated_list", "firm")
    shown = get_object_or_404(entries, regulated_list__slug=slug, pk=pk)
    day = timezone.localdate()
    keys = shown.versions.order_by("-valid_from").values_list("pk", flat=True)
    versions = rows_of(keys, day)
    newest = versions[0] if versions else None
    context: dict[str, Any] = {
        "entry": shown,
        "list": shown.regulated_list,
        "title": newest.version.name if newest else _applied_name(shown),
        "newest": newest,
        "own": _own(shown, newest),
        "versions": versions,
        "state": _state(shown, newest),
        "notices": shown.changes.filter(batch__state=BatchState.NOTICE).select_related("batch__regulated_list"),
        "predecessors": predecessors(shown),
        "successors": shown.successors.visible_to(request.user),
        "checks": [Check(check, day) for check in shown.self_checks.all()],
        "events": life_of(shown),
        "structured": organisation(request, shown, newest),
        "crumbs": _crumbs(shown),
        "today": day,
    }
    return render(request, "registers/entry_detail.html", context)


def _applied_name(entry: Entry) -> str:
    """Of an entry that never stood on the list: the name it was put forward under."""
    change = Change.objects.filter(entry=entry).order_by("-pk").first()
    return change.name if change else entry.key


def _state(entry: Entry, newest: Row | None) -> tuple[str, str]:
    standing = newest.standing if newest else EntryState(entry.state)
    return outcome_of(standing), str(STANDING_WORDS[standing])


def _own(entry: Entry, newest: Row | None) -> list[tuple[str, str, str]]:
    """Name, value and unit of the list's own columns."""
    if newest is None:
        return []
    columns = [column for column in entry.regulated_list.columns.all() if newest.own.get(column.pk)]
    return [(column.name, own_text(column, newest.own[column.pk]), column.unit) for column in columns]


def _crumbs(entry: Entry) -> list[tuple[str, str]]:
    regulated_list = entry.regulated_list
    here = _("No. %(number)s") % {"number": entry.sequence}
    above = [(_("Registers"), reverse("registers:index")), (str(regulated_list), regulated_list.get_absolute_url())]
    return [*above, (here, "")]

"""A spreadsheet into a register: look first, then make a draft batch of it. Looking changes nothing.

The work is done in the background; its page shows how far it is, and can be left and found again.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from marketplace.pictures.figures import figure

from ..importing import runs
from ..importing.keeping import ADDED, CHANGED, REFUSED, KeptLine, kept_lines, kept_refusals
from ..importing.working import folder_of
from ..models import Action, EntryVersion, ImportRun, ImportState, ListColumn
from ..querysets import may_prepare
from .forms import ImportForm
from .pages import breadcrumbs, run, told_in_form
from .uploading import SmallFilesOnly

MOST_SHOWN = 50
RUNS_A_PAGE = 20
SERVICES = {
    "draft": (runs.make_draft, gettext_lazy("The draft is being made.")),
    "resume": (runs.resume_run, gettext_lazy("It goes on.")),
    "cancel": (runs.cancel_run, gettext_lazy("The import is cancelled. The register has not changed.")),
}


@csrf_exempt  # `_upload` is protected: the token stands in the form, and reading the form is what must be limited first
def upload(request: HttpRequest) -> HttpResponse:
    request.upload_handlers.insert(0, SmallFilesOnly(request, ImportForm.MOST_BYTES))
    return _upload(request)


@csrf_protect
@require_http_methods(["GET", "POST"])
def _upload(request: HttpRequest) -> HttpResponse:
    _require_preparer(request)
    form = ImportForm(request.POST or None, request.FILES or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        file, chosen = form.cleaned_data["file"], form.cleaned_data["regulated_list"]
        begun = told_in_form(
            form,
            lambda: runs.start_run(
                actor=request.user, regulated_list=chosen, file=file, name=PurePath(file.name or "").name
            ),
        )
        if begun:
            return redirect(begun)
    return render(request, "cms/office/imports.html", _upload_page(request, form))


def _upload_page(request: HttpRequest, form: ImportForm) -> dict[str, Any]:
    seen = ImportRun.objects.visible_to(request.user).select_related("regulated_list", "actor", "batch")
    mine = request.GET.get("whose") == "mine"
    title = _("Import a list")
    return {
        "form": form,
        "media": form.media,
        "button": _("Look at what would change"),
        "multipart": True,
        "runs": Paginator(seen.filter(actor=request.user) if mine else seen, RUNS_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "mine": mine,
        "header_title": title,
        "breadcrumbs_items": breadcrumbs([(title, "")]),
    }


@require_GET
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an import: how far it is, then what would change, then the batch made of it."""
    found = _visible(request, pk)
    context = {
        "run": found,
        "total": found.added + found.changed + found.unchanged + found.refused,
        "breadcrumbs_items": breadcrumbs([(_("Import a list"), reverse("register_import:index")), (found.name, "")]),
        "header_title": found.name,
        "most_shown": MOST_SHOWN,
        **(_preview(found) if found.state in (ImportState.READY, ImportState.DONE) else {}),
    }
    return render(request, "cms/office/import_run.html", context)


def _preview(found: ImportRun) -> dict[str, Any]:
    folder = folder_of(found)
    columns = {str(column.pk): column for column in found.regulated_list.columns.all()}
    groups = []
    if found.state == ImportState.READY:
        for label, name in ((_("Added"), ADDED), (_("Changed"), CHANGED)):
            groups.append((label, [_shown(line, columns) for line in kept_lines(folder, name, MOST_SHOWN)]))
    return {"groups": groups, "refused": kept_refusals(folder, MOST_SHOWN)}


def _shown(line: KeptLine, columns: dict[str, ListColumn]) -> dict[str, Any]:
    """What the row would say, fact by fact, beside what the entry says now."""
    facts = [
        (_label(name), _said(name, line.before.get(name)), _said(name, value)) for name, value in line.facts.items()
    ]
    own = [(columns[key].name, line.own_before.get(key), value) for key, value in line.own.items() if key in columns]
    step = "" if line.action == Action.ADD else capfirst(str(Action(line.action).label))
    return {"row": line.row, "name": line.name, "action": step, "facts": [*facts, *own]}


def _label(name: str) -> str:
    return capfirst(str(EntryVersion._meta.get_field(name).verbose_name))


def _said(name: str, value: Any) -> str:
    if name == "capacity_t_per_year" and value is not None:
        return figure(Decimal(value))
    return value or ""


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that is drawn anew every second; when the work has ended, the whole page is."""
    found = _visible(request, pk)
    response = render(request, "cms/office/_import_progress.html", {"run": found})
    if not found.is_working:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    found = _visible(request, pk)
    if name not in SERVICES:
        raise Http404
    service, said = SERVICES[name]
    run(request, service, str(said), run=found)
    return redirect("register_import:index") if name == "cancel" else redirect(found)


@require_GET
def refused(request: HttpRequest, pk: int) -> FileResponse:
    """The refused rows with their reasons, to be mended and imported again."""
    found = _visible(request, pk)
    sheet = folder_of(found) / REFUSED if found.file else None
    if sheet is None or not sheet.exists():
        raise Http404
    name = f"{PurePath(found.name).stem}-refused.csv"
    return FileResponse(sheet.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


def _visible(request: HttpRequest, pk: int) -> ImportRun:
    _require_preparer(request)
    seen = ImportRun.objects.visible_to(request.user).select_related("regulated_list", "batch", "actor")
    found: ImportRun = get_object_or_404(seen, pk=pk)
    return found


def _require_preparer(request: HttpRequest) -> None:
    if not may_prepare(request.user):
        raise PermissionDenied


class ImportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_prepare(request.user)


class ImportViewSet(ViewSet):
    name = "register_import"
    url_prefix = "registers/import"
    icon = "upload"
    menu_label = gettext_lazy("Import a list")
    menu_item_class = ImportMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", upload, name="index"),
            path("<int:pk>/", look, name="run"),
            path("<int:pk>/progress/", progress, name="progress"),
            path("<int:pk>/refused/", refused, name="refused"),
            path("<int:pk>/<slug:name>/", step, name="step"),
        ]

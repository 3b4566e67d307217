"""A spreadsheet into a register: look first, then make a draft batch of it. Looking changes nothing."""

from __future__ import annotations

import csv
from pathlib import Path, PurePath
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from matching.spreadsheets import UnreadableFile, harmless

from ..importing.committing import commit_draft
from ..importing.comparing import Preview, preview
from ..models import RegulatedList
from ..querysets import may_prepare
from .forms import ImportForm
from .pages import breadcrumbs, form_page, run

FOLDER = "register-imports"
WAITING = "register_import"  # in the session: what was uploaded and looked at, and not yet taken over
MOST_SHOWN = 50


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    _require_preparer(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        _forget(request)
        file = form.cleaned_data["file"]
        kept = default_storage.save(f"{FOLDER}/{uuid4().hex}{PurePath(file.name).suffix.lower()[:6]}", file)
        regulated_list = form.cleaned_data["regulated_list"]
        request.session[WAITING] = {"list": regulated_list.pk, "file": kept, "name": PurePath(file.name).name[:120]}
        found = _looked_at(request, form)
        if found is not None:
            return redirect("register_import:preview")
    return form_page(
        request, form, title=_("Import a list"), crumbs=[], button=_("Look at what would change"), multipart=True
    )


def _looked_at(request: HttpRequest, form: ImportForm) -> Preview | None:
    try:
        return _preview(request)
    except UnreadableFile as error:
        form.add_error("file", str(error))
        _forget(request)
        return None


@require_GET
def look(request: HttpRequest) -> HttpResponse:
    _require_preparer(request)
    if WAITING not in request.session:
        return redirect("register_import:index")
    found = _preview(request)
    crumbs = [(_("Import a list"), reverse("register_import:index")), (str(found.regulated_list), "")]
    context: dict[str, Any] = {
        "found": found,
        "counts": found.counts(),
        "name": request.session[WAITING]["name"],
        "groups": [(_("added"), found.added[:MOST_SHOWN]), (_("changed"), found.changed[:MOST_SHOWN])],
        "refused": found.refused[:MOST_SHOWN],
        "breadcrumbs_items": breadcrumbs(crumbs),
        "header_title": _("What would change"),
        "most_shown": MOST_SHOWN,
    }
    return render(request, "cms/office/preview.html", context)


@require_POST
def commit(request: HttpRequest) -> HttpResponse:
    """The register may have changed since it was looked at, so the file is compared anew."""
    _require_preparer(request)
    if WAITING not in request.session:
        return redirect("register_import:index")
    name = request.session[WAITING]["name"]
    batch = run(request, commit_draft, _("A draft batch is made of the file."), preview=_preview(request), source=name)
    _forget(request)
    return (
        redirect("register_import:index") if batch in (None, True) else redirect("register_batches:inspect", batch.pk)
    )


@require_GET
def refused(request: HttpRequest) -> HttpResponse:
    """The refused rows with their reasons, to be mended and imported again."""
    _require_preparer(request)
    if WAITING not in request.session:
        raise Http404
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="refused-rows.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_("row"), _("column"), _("reason")])
    writer.writerows([each.row, harmless(each.column), harmless(each.reason)] for each in _preview(request).refused)
    return response


def _require_preparer(request: HttpRequest) -> None:
    if not may_prepare(request.user):
        raise PermissionDenied


def _preview(request: HttpRequest) -> Preview:
    waiting = request.session[WAITING]
    regulated_list = get_object_or_404(RegulatedList, pk=waiting["list"])
    if not default_storage.exists(waiting["file"]):
        raise Http404
    return preview(Path(default_storage.path(waiting["file"])), regulated_list)


def _forget(request: HttpRequest) -> None:
    waiting = request.session.pop(WAITING, None)
    if waiting:
        default_storage.delete(waiting["file"])


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
            path("preview/", look, name="preview"),
            path("commit/", commit, name="commit"),
            path("refused/", refused, name="refused"),
        ]

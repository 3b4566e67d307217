"""Entries in the back office: their history, and the firm of the market that each one is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from marketplace.firms import credit_code
from marketplace.firms.models import Event, Firm

from ..linking import link_firm, suggestions, unlink_firm
from ..models import Batch, BatchState, Entry, EntryVersion
from ..querysets import may_decide, may_prepare
from .pages import OfficeIndex, run
from .policies import KeepersPolicy
from .verbs import told

MOST_DIGITS = 12


class EntryIndex(OfficeIndex):
    """Found by any name, code, place or scope that an entry ever had."""

    is_searchable = True

    def get_base_queryset(self) -> QuerySet[Any]:
        newest = EntryVersion.objects.filter(entry=OuterRef("pk")).order_by("-valid_from")
        name = Coalesce(NullIf("name_zh", Value("")), "name_en")
        entries: QuerySet[Any] = Entry.objects.select_related("regulated_list", "firm")
        return entries.annotate(said=Coalesce(Subquery(newest.annotate(said=name).values("said")[:1]), "key"))

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.is_searching:
            return queryset
        return queryset.filter(pk__in=EntryVersion.objects.known_as(self.search_query).values("entry"))


class EntryPage(generic.InspectView):
    template_name = "cms/office/entry.html"
    page_title = gettext_lazy("Entry")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = self.object
        deciding = may_decide(self.request.user)
        return super().get_context_data(**kwargs) | {
            "entry": entry,
            "versions": entry.versions.select_related("batch__regulated_list").prefetch_related("facts__column"),
            "suggestions": suggestions(entry) if deciding and entry.firm_id is None else [],
            "deciding": deciding,
            "drafts": _drafts(entry) if may_prepare(self.request.user) else [],
            "events": told(Event.objects.about(entry)),
        }


def _drafts(entry: Entry) -> QuerySet[Any]:
    """Where a change of this entry could be proposed."""
    drafts: QuerySet[Any] = Batch.objects.filter(regulated_list=entry.regulated_list_id, state=BatchState.DRAFT)
    return drafts.select_related("regulated_list")


@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(Entry.objects.visible_to(request.user), pk=pk)
    firm = _firm_by(request.POST.get("firm", "").replace("\0", "").strip())
    if firm is None:
        messages.error(request, _("There is no firm with this number or credit code."))
    else:
        run(request, link_firm, _("The entry is linked to this firm."), entry=entry, firm=firm)
    return redirect("register_entries:inspect", pk)


def _firm_by(text: str) -> Firm | None:
    """By the number in the address of its page, or by its credit code, which may be all digits too but is longer."""
    firms = Firm.objects.all()
    if text.isdecimal() and len(text) <= MOST_DIGITS:
        return firms.filter(pk=text).first()
    return firms.filter(credit_code=credit_code.normalise(text)).exclude(credit_code="").first()


@require_POST
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(Entry.objects.visible_to(request.user), pk=pk)
    run(request, unlink_firm, _("The entry is linked to no firm any more."), entry=entry)
    return redirect("register_entries:inspect", pk)


def _page_of(entry: Entry) -> str:
    return reverse("register_entries:inspect", args=[entry.pk])


class EntryViewSet(ModelViewSet):
    model = Entry
    name = "register_entries"
    url_prefix = "registers/entries"
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("Entries")
    permission_policy = KeepersPolicy(Entry)
    index_view_class = EntryIndex
    inspect_view_class = EntryPage
    inspect_view_enabled = True
    copy_view_enabled = False
    form_fields = ("state",)
    list_display = (
        TitleColumn("said", label=gettext_lazy("name"), get_url=_page_of, sort_key="said"),
        Column("sequence", label=gettext_lazy("sequence number"), sort_key="sequence"),
        "regulated_list",
        "state",
        "firm",
    )
    list_filter = ("regulated_list", "state", "linked_by")
    ordering = ("regulated_list", "sequence")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/link/", link, name="link"),
            path("<int:pk>/unlink/", unlink, name="unlink"),
        ]

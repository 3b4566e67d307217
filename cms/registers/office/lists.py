"""The lists themselves in the back office, and the columns of their own."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from ..models import ListColumn, RegulatedList
from ..querysets import may_decide
from ..rights import follow_list
from .columns import yes_column
from .forms import ColumnForm
from .pages import Crumbs, breadcrumbs, form_page
from .policies import ListsPolicy


class ListEdit(generic.EditView):
    """The slug and kind stand in addresses, files, rights and hints: with the first batch they are settled."""

    def get_form(self, form_class: type[forms.ModelForm] | None = None) -> forms.ModelForm:
        form: forms.ModelForm = super().get_form(form_class)
        if self.object.batches.exists():
            form.fields["slug"].disabled = form.fields["kind"].disabled = True
        return form

    @transaction.atomic
    def save_instance(self) -> RegulatedList:
        saved: RegulatedList = super().save_instance()
        follow_list(saved)
        return saved

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        url = reverse("register_lists:columns", args=[self.object.pk])
        return [*super().header_more_buttons, Button(_("Columns of its own"), url=url, icon_name="table", priority=5)]


@require_safe
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Columns are added and renamed; one that entries may already use is not deleted here."""
    regulated_list = _of_decider(request, pk)
    title = _("Columns of its own")
    context = {
        "list": regulated_list,
        "columns": regulated_list.columns.all(),
        "breadcrumbs_items": breadcrumbs([*_crumbs(regulated_list)[:2], (title, "")]),
        "header_title": title,
        "page_title": title,
    }
    return render(request, "cms/office/columns.html", context)


@require_http_methods(["GET", "POST"])
def add_column(request: HttpRequest, pk: int) -> HttpResponse:
    regulated_list = _of_decider(request, pk)
    last = regulated_list.columns.aggregate(last=Max("position"))["last"] or 0
    new = ListColumn(regulated_list=regulated_list, position=last + 1)
    return _save_column(request, new, _("New column"))


@require_http_methods(["GET", "POST"])
def change_column(request: HttpRequest, pk: int, column: int) -> HttpResponse:
    return _save_column(request, get_object_or_404(_of_decider(request, pk).columns, pk=column), _("Change the column"))


def _save_column(request: HttpRequest, column: ListColumn, title: str) -> HttpResponse:
    form: forms.ModelForm = ColumnForm(request.POST or None, instance=column)
    if request.method == "POST" and form.is_valid() and _is_new_slug(form):
        form.save()
        messages.success(request, _("The column is saved."))
        return redirect("register_lists:columns", column.regulated_list_id)
    return form_page(request, form, title=title, crumbs=_crumbs(column.regulated_list))


def _is_new_slug(form: forms.ModelForm) -> bool:
    """The list is no field of the form, so the form itself does not see that two columns share a slug."""
    same = ListColumn.objects.filter(
        regulated_list=form.instance.regulated_list, slug=form.instance.slug
    ).exclude(pk=form.instance.pk)  # fmt: skip
    if same.exists():
        form.add_error("slug", _("This list has a column of that slug already."))
    return not form.errors


def _of_decider(request: HttpRequest, pk: int) -> RegulatedList:
    if not may_decide(request.user):
        raise PermissionDenied
    return get_object_or_404(RegulatedList, pk=pk)


def _crumbs(regulated_list: RegulatedList) -> Crumbs:
    return [
        (_("Lists"), reverse("register_lists:index")),
        (str(regulated_list), reverse("register_lists:edit", args=[regulated_list.pk])),
        (_("Columns of its own"), reverse("register_lists:columns", args=[regulated_list.pk])),
    ]


class ListViewSet(ModelViewSet):
    model = RegulatedList
    name = "register_lists"
    url_prefix = "registers/lists"
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Lists")
    permission_policy = ListsPolicy(RegulatedList)
    edit_view_class = ListEdit
    copy_view_enabled = False
    inspect_view_enabled = True
    exclude_form_fields = ()
    list_display = (
        "__str__",
        "kind",
        Column("authority", label=gettext_lazy("Published by")),
        "notice_days",
        yes_column(RegulatedList, "gives_right"),
        yes_column(RegulatedList, "to_verify"),
    )
    list_filter = ("kind", "country", "gives_right", "to_verify")
    search_fields = ("slug", "name_zh", "name_en")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/columns/", columns, name="columns"),
            path("<int:pk>/columns/add/", add_column, name="add_column"),
            path("<int:pk>/columns/<int:column>/", change_column, name="change_column"),
        ]

"""The lists themselves in the back office, and the columns of their own."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from ..models import RegulatedList
from ..querysets import may_decide
from .forms import ColumnFormSet
from .pages import breadcrumbs
from .policies import ListsPolicy


class ListEdit(generic.EditView):
    @cached_property
    def header_more_buttons(self) -> list[Button]:
        url = reverse("register_lists:columns", args=[self.object.pk])
        return [*super().header_more_buttons, Button(_("Columns of its own"), url=url, icon_name="table", priority=5)]


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Columns are added and renamed; one that entries may already use is not deleted here."""
    if not may_decide(request.user):
        raise PermissionDenied
    regulated_list = get_object_or_404(RegulatedList, pk=pk)
    formset = ColumnFormSet(request.POST or None, instance=regulated_list)
    if request.method == "POST" and formset.is_valid():
        formset.save()
        return redirect("register_lists:edit", pk)
    edit_url = reverse("register_lists:edit", args=[pk])
    crumbs = [(_("Lists"), reverse("register_lists:index")), (str(regulated_list), edit_url)]
    title = _("Columns of its own")
    context = {"formset": formset, "breadcrumbs_items": breadcrumbs([*crumbs, (title, "")]), "header_title": title}
    return render(request, "cms/office/columns.html", context)


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
    list_display = ("__str__", "slug", "kind", "country", "notice_days", "gives_right", "to_verify")
    list_filter = ("kind", "country", "gives_right", "to_verify")
    search_fields = ("slug", "name_zh", "name_en")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("<int:pk>/columns/", columns, name="columns")]

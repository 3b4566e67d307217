"""Objections in the back office: what waits for an answer, and the answer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from ..models import BatchState, Objection
from ..objecting import answer_objection
from ..querysets import may_decide
from .columns import day_column
from .forms import AnswerForm
from .pages import OfficeIndex, run
from .policies import KeepersPolicy


class ObjectionIndex(OfficeIndex):
    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("batch__regulated_list")


class ObjectionPage(generic.InspectView):
    template_name = "cms/office/objection.html"
    page_title = gettext_lazy("Objection")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        objection = self.object
        waiting = objection.state == Objection.State.OPEN and objection.batch.state == BatchState.NOTICE
        form = AnswerForm() if waiting and may_decide(self.request.user) else None
        return super().get_context_data(**kwargs) | {"objection": objection, "form": form}


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    policy = KeepersPolicy(Objection)
    objection = get_object_or_404(policy.instances_user_has_any_permission_for(request.user, {"view"}), pk=pk)
    form = AnswerForm(request.POST)
    values = form.cleaned_data if form.is_valid() else {"upheld": False, "answer": ""}
    run(request, answer_objection, _("The objection is answered."), objection=objection, **values)
    return redirect("register_objections:inspect", pk)


class ObjectionViewSet(ModelViewSet):
    model = Objection
    name = "register_objections"
    url_prefix = "registers/objections"
    icon = "comment"
    menu_label = gettext_lazy("Objections")
    permission_policy = KeepersPolicy(Objection)
    index_view_class = ObjectionIndex
    inspect_view_class = ObjectionPage
    inspect_view_enabled = True
    copy_view_enabled = False
    form_fields = ("answer",)
    list_display = ("name", "batch", "state", day_column(Objection, "received_at"))
    list_filter = ("state", "batch__regulated_list")
    search_fields = ("name", "text")
    ordering = "received_at"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("<int:pk>/answer/", answer, name="answer")]

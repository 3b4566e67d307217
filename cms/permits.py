"""Permits in the back office: those that wait for an officer, their document, and the officer's decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from cms.registers.office.columns import day_column
from cms.registers.office.pages import OfficeIndex, run
from cms.registers.office.policies import OfficersPolicy
from marketplace.firms.models import Event, Permit, PermitState, User
from marketplace.firms.services import PERMIT_MOVES, move_permit, record_event
from marketplace.firms.verbs import life_line_events
from matching.services import follow_firm

MOVES = {
    PermitState.VERIFIED: gettext_lazy("Verify"),
    PermitState.SUSPENDED: gettext_lazy("Suspend"),
    PermitState.REVOKED: gettext_lazy("Revoke"),
}


class PermitIndex(OfficeIndex):
    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("firm")


class PermitPage(generic.InspectView):
    template_name = "cms/office/permit.html"
    page_title = gettext_lazy("Permit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        permit, today = self.object, timezone.localdate()
        lines = permit.lines.select_related("operation", "site")
        return super().get_context_data(**kwargs) | {
            "permit": permit,
            "lines": [(line, line.free_t(today)) for line in lines],
            "moves": _moves(permit),
            "is_over": bool(permit.valid_to and permit.valid_to < today),
            "events": life_line_events(Event.objects.about(permit)),
        }


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    permit = get_object_or_404(Permit.objects.visible_to(request.user), pk=pk)
    state = request.POST.get("state", "")
    if state not in MOVES:
        raise Http404
    reason = request.POST.get("reason", "").replace("\0", "").strip()
    if problem := _problem(permit, state, seen=bool(request.POST.get("seen")), reason=reason):
        messages.error(request, problem)
    else:
        said = _("The state of the permit is changed.")
        run(request, move_and_follow, said, permit=permit, state=state, reason=reason)
    return redirect("permits:inspect", pk)


def _problem(permit: Permit, state: str, *, seen: bool, reason: str) -> str:
    """What an officer owes: a look at the paper where there is no document, and a reason for every refusal."""
    if state != PermitState.VERIFIED:
        return "" if reason else _("Reason: say why; the holder of the permit reads it.")
    if not (permit.document or seen):
        return _("There is no document here. Say that you have seen the permit elsewhere.")
    return ""


def _moves(permit: Permit) -> list[tuple[str, Any]]:
    """What is still a draft is rejected rather than revoked: it never held."""
    possible = PERMIT_MOVES[permit.state]
    labels = MOVES | ({PermitState.REVOKED: _("Reject")} if permit.state == PermitState.DRAFT else {})
    return [(state, label) for state, label in labels.items() if state in possible]


@transaction.atomic
def move_and_follow(*, actor: User, permit: Permit, state: str, reason: str = "") -> Permit:
    """Matches follow in the same transaction, so that none outlives its right. The holder finds the reason there."""
    moved = move_permit(actor=actor, permit=permit, state=state)
    if reason:
        record_event(actor=actor, verb="permit.reason_given", subject=moved, firm=moved.firm, change=reason)
    follow_firm(moved.firm)
    return moved


class PermitViewSet(ModelViewSet):
    model = Permit
    name = "permits"
    icon = "key"
    menu_label = gettext_lazy("Permits")
    menu_order = 160
    add_to_admin_menu = True
    permission_policy = OfficersPolicy(Permit)
    index_view_class = PermitIndex
    inspect_view_class = PermitPage
    inspect_view_enabled = True
    copy_view_enabled = False
    form_fields = ("state",)
    list_display = (
        "number",
        "firm",
        "kind",
        "state",
        day_column(Permit, "valid_to"),
        day_column(Permit, "verified_on"),
    )
    list_filter = ("state", "kind")
    search_fields = ("number", "authority", "firm__name_zh", "firm__name_en")
    ordering = ("state", "valid_to")  # drafts first

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("<int:pk>/move/", move, name="move")]

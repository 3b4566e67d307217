from __future__ import annotations

from pathlib import PurePath

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.errors import DomainError, NotAllowed
from marketplace.form_errors import add_domain_error

from .. import services
from ..following import Follow, nobody_follows
from ..forms import PermitForm, PermitLineFormSet
from ..models import Event, Firm, Permit, PermitState, RecoveryOperation
from ..querysets import acts_for_all
from ..requests import MemberRequest
from ..verbs import life_line_events

# What an officer does by hand; expiry follows from the date.
MOVES = {
    PermitState.VERIFIED: gettext_lazy("Verify"),
    PermitState.SUSPENDED: gettext_lazy("Suspend"),
    PermitState.REVOKED: gettext_lazy("Revoke"),
}


@require_http_methods(["GET", "POST"])
@login_required
def add(request: MemberRequest, pk: int) -> HttpResponse:
    firm = get_object_or_404(Firm.objects.editable_by(request.user), pk=pk)
    form = PermitForm(request.POST or None, request.FILES or None)
    choices = {"sites": list(firm.sites.all()), "operations": list(RecoveryOperation.objects.all())}
    lines = PermitLineFormSet(request.POST or None, prefix="lines", form_kwargs=choices)
    if request.method == "POST" and all([form.is_valid(), lines.is_valid()]):
        try:
            permit = services.add_permit(
                actor=request.user, firm=firm, values=form.permit_values(), lines=lines.lines()
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The permit is entered. It counts once an officer has verified it."))
            return redirect("firms:permit", permit.pk)
    return render(request, "firms/permit_add.html", {"form": form, "lines": lines, "firm": firm})


@require_GET
@login_required
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    permits = Permit.objects.visible_to(request.user).select_related("firm", "verified_by")
    permit = get_object_or_404(permits, pk=pk)
    today = timezone.localdate()
    lines = permit.lines.select_related("operation", "site")
    context = {
        "permit": permit,
        "lines": [(line, line.free_t(today)) for line in lines],
        "moves": _moves(permit) if acts_for_all(request.user) else [],
        "events": life_line_events(Event.objects.about(permit)),
        "is_over": bool(permit.valid_to and permit.valid_to < today),
    }
    return render(request, "firms/permit_detail.html", context)


@require_POST
@login_required
def move(request: MemberRequest, pk: int, follow: Follow = nobody_follows) -> HttpResponse:
    permit = get_object_or_404(Permit.objects.visible_to(request.user), pk=pk)
    state = request.POST.get("state", "")
    if state not in MOVES:
        raise Http404
    try:
        with transaction.atomic():
            services.move_permit(actor=request.user, permit=permit, state=state)
            follow(permit.firm)
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The state of the permit is changed."))
    return redirect("firms:permit", pk)


@require_GET
@login_required
def document(request: MemberRequest, pk: int) -> FileResponse:
    """Always a download: a browser never shows an uploaded file as a page of ours."""
    permit = get_object_or_404(Permit.objects.visible_to(request.user).exclude(document=""), pk=pk)
    try:
        file = permit.document.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(file, as_attachment=True, filename=PurePath(permit.document.name).name)


def _moves(permit: Permit) -> list[tuple[str, object]]:
    possible = services.PERMIT_MOVES[permit.state]
    return [(state, label) for state, label in MOVES.items() if state in possible]

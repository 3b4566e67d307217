"""Who belongs to a firm: asking people in, and letting them go."""

from __future__ import annotations

from functools import partial

from django.core.cache import cache
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.errors import WrongState

from .models import Firm, Membership, Role, User
from .services import add_member, record_event, require_role

INVITE_AGAIN_AFTER_S = 24 * 3600


@transaction.atomic
def invite_member(*, actor: User, firm: Firm, email: str, role: str, sign_up_url: str) -> None:
    """Make the holder of the address a member or, where nobody holds it, write to it.

    Nothing is returned, so that the answer cannot tell which of the two it was.
    """
    require_role(actor, firm, Role.OWNER)
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is not None:
        add_member(actor=actor, firm=firm, user=user, role=role)
        return
    record_event(actor=actor, verb="firm.member_invited", subject=firm, firm=firm, change=email)
    transaction.on_commit(partial(_write_to, email, actor, firm, sign_up_url))


@transaction.atomic
def remove_member(*, actor: User, firm: Firm, user: User) -> None:
    """An owner removes anyone, and everyone may leave; without an owner nobody could mend the record."""
    if actor != user:
        require_role(actor, firm, Role.OWNER)
    members = {row.user_id: row for row in Membership.objects.select_for_update().filter(firm=firm).order_by("pk")}
    if user.pk not in members:
        raise WrongState
    if [row.user_id for row in members.values() if row.role == Role.OWNER] == [user.pk]:
        raise WrongState(_("A firm keeps at least one owner. Add another owner first."), code="last_owner")
    members[user.pk].delete()
    record_event(actor=actor, verb="firm.member_removed", subject=firm, firm=firm, change=str(user))


def _write_to(email: str, actor: User, firm: Firm, sign_up_url: str) -> None:
    """At most one letter a day from a firm to an address."""
    if not cache.add(f"firm-invitation:{firm.pk}:{email.lower()}", True, INVITE_AGAIN_AFTER_S):
        return
    facts = {"person": actor, "firm": firm, "url": sign_up_url}
    send_mail(
        _("%(firm)s invites you to Loopyard") % facts,
        _(
            "%(person)s wants to add you as a member of %(firm)s on Loopyard, the exchange for industrial "
            "by-products.\n\nCreate an account with this e-mail address:\n%(url)s\n\nThen tell %(person)s, who can "
            "add you. If you do not know them, you need not do anything."
        )
        % facts,
        None,
        [email],
    )

"""Saving a search, and being told of what fits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.errors import Invalid, WrongState
from marketplace.firms.models import User
from marketplace.firms.services import save_clean

from .filters import SearchFilter
from .models import SavedSearch

MOST_SAVED = 50
SALT = "listings.saved_search"


@transaction.atomic
def save_search(*, user: User, name: str, parameters: QueryDict, frequency: str) -> SavedSearch:
    """Keep valid parameters of the search page under a name; the same name takes the new ones."""
    filterset = SearchFilter(parameters, viewer=user)
    if not filterset.form.is_valid():
        raise Invalid({field: [str(text) for text in texts] for field, texts in filterset.form.errors.items()})
    User.objects.select_for_update().get(pk=user.pk)
    saved = SavedSearch.objects.of(user).filter(name=name).first() or SavedSearch(user=user, name=name)
    if saved.pk is None and SavedSearch.objects.of(user).count() >= MOST_SAVED:
        text = _("You have saved %(most)s searches already. Delete one first.") % {"most": MOST_SAVED}
        raise WrongState(text, code="too_many")
    saved.parameters, saved.frequency = kept(parameters), frequency
    saved.checked_at = timezone.now()
    save_clean(saved)
    saved.hits.all().delete()
    return saved


@transaction.atomic
def change_search(*, user: User, saved: SavedSearch, values: Mapping[str, Any]) -> SavedSearch:
    """Another name or frequency. Who is to be told again is told of what comes from now on."""
    saved = SavedSearch.objects.of(user).select_for_update().get(pk=saved.pk)
    if saved.frequency == SavedSearch.Frequency.NEVER:
        saved.checked_at = timezone.now()
    for field in ("name", "frequency"):
        setattr(saved, field, values.get(field, getattr(saved, field)))
    save_clean(saved)
    return saved


@transaction.atomic
def delete_search(*, user: User, saved: SavedSearch) -> None:
    SavedSearch.objects.of(user).get(pk=saved.pk).delete()


def kept(parameters: QueryDict) -> str:
    """The parameters that mean anything, in one order, without page and order of the rows."""
    wanted = SearchFilter.base_filters.keys() - {"sort"}
    cleaned = QueryDict(mutable=True)
    for name in sorted(wanted & parameters.keys()):
        if values := [value for value in parameters.getlist(name) if value]:
            cleaned.setlist(name, values)
    return cleaned.urlencode()


def stop_ticket(saved: SavedSearch) -> str:
    """Lets whoever reads the letter end it without signing in; it opens nothing else."""
    return signing.dumps(saved.pk, salt=SALT)


def search_of(ticket: str) -> SavedSearch | None:
    try:
        return SavedSearch.objects.filter(pk=signing.loads(ticket, salt=SALT)).first()
    except signing.BadSignature:
        return None


def stop_letters(saved: SavedSearch) -> None:
    SavedSearch.objects.filter(pk=saved.pk).update(frequency=SavedSearch.Frequency.NEVER)

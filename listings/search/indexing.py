"""Keeps the search in step with the listings: called by name from every service that changes what it shows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.db import transaction

from marketplace.firms.models import Firm

from ..models import Listing
from . import backends, storing
from .gathering import documents_of
from .tasks import send

SENT_AT_ONCE = 500


@transaction.atomic
def index_listings(listings: Iterable[int]) -> None:
    """Write what is on the market and remove what is not, in the transaction of the change itself.

    The search server, where there is one, is told after the commit.
    """
    keys = sorted(set(listings))
    documents = list(documents_of(keys))
    storing.put(documents)
    storing.remove(set(keys) - {document.listing for document in documents})
    if settings.LOOPYARD_SEARCH == backends.ELASTIC:
        send_later(keys)


def index_firm(firm: Firm) -> None:
    """After a change of the firm's names: its listings are found by them."""
    index_listings(Listing.objects.published().filter(firm=firm).values_list("pk", flat=True))


def send_later(keys: list[int]) -> None:
    for start in range(0, len(keys), SENT_AT_ONCE):
        transaction.on_commit(partial(send.enqueue, keys[start : start + SENT_AT_ONCE]))

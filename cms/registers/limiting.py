"""How many objections are taken in an hour: from one address, and for one announcement from anywhere."""

from __future__ import annotations

import datetime as dt
import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.errors import WrongState

from .models import Batch

SPAN = dt.timedelta(hours=1)
MOST_FROM_ONE_ADDRESS = 5
MOST_FOR_ONE_BATCH = 100


def require_room(request: HttpRequest, batch: Batch) -> None:
    """Counts this one; refused with what to do instead."""
    key = _key(request)
    cache.add(key, 0, SPAN.total_seconds())
    if cache.incr(key) > MOST_FROM_ONE_ADDRESS or _recent(batch) >= MOST_FOR_ONE_BATCH:
        raise WrongState(_("Too many objections came in a short time. Please try again in an hour."), code="too_many")


def _key(request: HttpRequest) -> str:
    """The address itself is not kept."""
    address = str(get_adapter(request).get_client_ip(request))
    return f"registers-objections-{hashlib.sha256(address.encode()).hexdigest()}"


def _recent(batch: Batch) -> int:
    return batch.objections.filter(received_at__gte=timezone.now() - SPAN).count()

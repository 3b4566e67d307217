"""Two people press at the same moment: together they propose no more than there is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from marketplace.errors import DomainError
from marketplace.firms.models import User
from matching.models import Proposal
from matching.proposals import ProposedLine, propose
from tests import factories as make
from tests.matching.market import make_market

pytestmark = [pytest.mark.needs_postgresql, pytest.mark.django_db(transaction=True)]


def test_two_who_press_at_once_propose_no_more_than_is_free() -> None:
    market = make_market()
    offer, needs = market.offer(), [market.need(), market.need()]
    actors, ready = [make.make_facilitator(), make.make_facilitator()], Barrier(2)

    def press(actor: User, need: int) -> str:
        ready.wait()
        try:
            propose(actor=actor, lines=[ProposedLine(offer.pk, need, Decimal(8000))], day=timezone.localdate())
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "proposed"

    with ThreadPoolExecutor(2) as two:
        said = list(two.map(press, actors, [need.pk for need in needs]))
    assert sorted(said) == ["proposed", "spoken_for"]
    assert list(Proposal.objects.values_list("quantity_t", flat=True)) == [Decimal("8000.000")]
